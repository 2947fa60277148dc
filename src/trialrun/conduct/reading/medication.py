"""Concomitant medication over time, for pages, rules and reports. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.periods import Period, PeriodSpans, Regimen
from trialrun.conduct.rows import find
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.records.dates import Span


@dataclass(frozen=True)
class MedicationHistory:
    """A drug and the periods of its dose that stand, by their first day."""

    medication: Medication
    periods: tuple[MedicationPeriod, ...]

    @property
    def ongoing(self) -> bool | None:
        """Whether it is still taken; None: not known."""
        if any(period.ongoing for period in self.periods):
            return True
        return None if any(period.stopped is None for period in self.periods) else False


def medications_of(session: Session, participant_id: int) -> tuple[MedicationHistory, ...]:
    """Return a participant's medication that stands, in the order in which it was recorded."""
    medications = session.scalars(
        select(Medication)
        .where(Medication.participant_id == participant_id, ~Medication.voided)
        .order_by(Medication.id)
    ).all()
    periods = session.scalars(
        select(MedicationPeriod)
        .join(Medication)
        .where(Medication.participant_id == participant_id, ~MedicationPeriod.voided)
        .order_by(MedicationPeriod.start_lo, MedicationPeriod.id)
    ).all()
    return tuple(
        MedicationHistory(
            medication, tuple(one for one in periods if one.medication_id == medication.id)
        )
        for medication in medications
    )


def period_held(session: Session, period_id: int) -> tuple[MedicationPeriod, Medication]:
    """Return one period and its drug.

    Raises:
        NotFoundError: there is no such period.
    """
    period = find(session, MedicationPeriod, period_id)
    return period, session.get_one(Medication, period.medication_id)


def written(row: MedicationPeriod) -> Period:
    """Return a period as it was written."""
    return Period(row.started, regimen_of(row), row.stopped, row.ongoing)


def regimen_of(row: MedicationPeriod) -> Regimen:
    """Return the dose of a period, with the daily dose that follows from it."""
    return Regimen(row.amount, row.unit, row.per_day)


def spans_of(row: MedicationPeriod) -> PeriodSpans:
    """Return what the dates of a period can mean."""
    return PeriodSpans(Span(row.start_lo, row.start_hi), Span(row.stop_lo, row.stop_hi))
