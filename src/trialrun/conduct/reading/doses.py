"""Doses and the exposure that they make, for pages and reports. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.dosing import PlannedDose
from trialrun.conduct.exposure import Exposure, RecordedDose, exposure
from trialrun.conduct.tables.doses import Dose, DoseStatus


def doses_of(session: Session, participant_id: int) -> Sequence[Dose]:
    """Return the doses that stand, by the day on which they were given or planned."""
    doses = session.scalars(
        select(Dose)
        .where(Dose.participant_id == participant_id, ~Dose.voided)
        .order_by(Dose.given_at, Dose.id)
    )
    return sorted(doses, key=lambda dose: dose.given_on or dose.planned_on or date.max)


def exposure_of(
    session: Session, participant_id: int, plan: Iterable[PlannedDose], on: date
) -> Exposure:
    """Return a participant's exposure and compliance as of a day, by the plan of the protocol."""
    recorded = [
        RecordedDose(DoseStatus(dose.status), dose.planned_on, dose.given_on, dose.amount)
        for dose in doses_of(session, participant_id)
    ]
    return exposure(plan, recorded, on)
