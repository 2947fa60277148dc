"""Doses, concomitant medication and deviations of a whole trial, and the ledger of the drug."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from trialrun.conduct.reading.ledger import ledger, standing
from trialrun.conduct.reading.whole_rows import Rows, written
from trialrun.conduct.tables.deviations import Deviation
from trialrun.conduct.tables.doses import Dose, LedgerEntry
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.records import trial_rows as told

_DOSE = (
    "status",
    "unit",
    "planned_on",
    "course",
    "number",
    "planned_amount",
    "given_at",
    "given_on",
    "amount",
    "site",
    "lot",
    "reason",
)
_DEVIATION = (
    "origin",
    "kind",
    "concerns",
    "description",
    "status",
    "important",
    "judgement",
    "action_taken",
    "ethics_reported_on",
)


def _taken(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def dose_records(rows: Rows) -> dict[int, tuple[told.DoseRecord, ...]]:
    """Return the doses that stand, by participant, in the order of their days."""
    return {
        participant_id: tuple(
            told.DoseRecord(**rows.named(dose), **_taken(dose, _DOSE))
            for dose in sorted(doses, key=lambda one: (one.given_on or one.planned_on, one.id))
        )
        for participant_id, doses in rows.by(Dose, "participant_id").items()
    }


def medication_records(rows: Rows) -> dict[int, tuple[told.MedicationRecord, ...]]:
    """Return the concomitant medication that stands, by participant."""
    periods = rows.by(MedicationPeriod, "medication_id", MedicationPeriod.start_lo)
    return {
        participant_id: tuple(
            told.MedicationRecord(
                **rows.named(drug),
                **_taken(drug, ("name", "code", "system", "indication", "route", "is_vaccination")),
                periods=tuple(_period(rows, one) for one in periods.get(drug.id, ())),
            )
            for drug in drugs
        )
        for participant_id, drugs in rows.by(Medication, "participant_id").items()
    }


def _period(rows: Rows, row: MedicationPeriod) -> told.MedicationPeriod:
    stopped = None
    if row.stopped is not None:
        stopped = written(row.stopped, row.stop_lo, row.stop_hi)
    return told.MedicationPeriod(
        **rows.named(row),
        started=written(row.started, row.start_lo, row.start_hi),
        stopped=stopped,
        **_taken(row, ("ongoing", "amount", "unit", "per_day")),
    )


def deviation_records(rows: Rows) -> dict[int, tuple[told.DeviationRecord, ...]]:
    """Return the deviations by participant, those that were dismissed included."""
    return {
        participant_id: tuple(
            told.DeviationRecord(
                **rows.named(row),
                **_taken(row, _DEVIATION),
                occurred=written(row.occurred, row.occurred_lo, row.occurred_hi),
                description_zh=str(row.evidence.get("zh", "")),
            )
            for row in found
        )
        for participant_id, found in rows.by(
            Deviation, "participant_id", Deviation.occurred_lo
        ).items()
    }


def ledger_records(
    session: Session, rows: Rows, numbers: Mapping[int, str]
) -> tuple[told.LedgerRecord, ...]:
    """Return the movements of the drug that stand; `numbers` names participants."""
    entries = ledger(session)
    rows.read[LedgerEntry.__tablename__] += len(entries)
    return tuple(
        told.LedgerRecord(
            **rows.named(row),
            **_taken(row, ("kind", "day", "lot", "amount", "unit", "expires_on", "reason")),
            subject=None if row.participant_id is None else numbers[row.participant_id],
        )
        for row in standing(entries)
    )
