"""What the report of an event says of the participant at its onset: person, doses, medication.

As ICH E2A, attachment 1, asks: sex, age at onset, relevant history, dose, days of the treatment,
lot, concomitant drugs. Of a day known only in part it says what can be, and of what nobody knows
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session

from trialrun.conduct.reading.doses import doses_of
from trialrun.conduct.reading.medication import MedicationHistory, medications_of, spans_of
from trialrun.conduct.rows import find
from trialrun.conduct.tables.adverse_events import AdverseEvent
from trialrun.conduct.tables.candidates import Candidate
from trialrun.conduct.tables.doses import Dose
from trialrun.conduct.tables.medication import MedicationPeriod
from trialrun.conduct.tables.participants import Participant
from trialrun.protocol.design import Design
from trialrun.records.dates import UNKNOWN_DATE, Span
from trialrun.records.rows import PatientRecord
from trialrun.records.schema import Kind
from trialrun.terminology.codes import Concept
from trialrun.workflows.hospital import hospital_record


@dataclass(frozen=True)
class ReportFacts:
    """A participant at the onset of an event.

    `ages` are the youngest and the oldest possible in whole years; None, as of `sex`: not known.
    `first` and `last` are the first dose and the last one up to the onset; `planned` is the
    regimen's dose with its `unit`. `medications` were taken at the onset, or may have been.
    `history` are the diagnoses that the hospital recorded before the onset, each with its first
    day; which of them matter is for whoever signs the report.
    """

    sex: Literal["female", "male"] | None
    ages: tuple[int, int] | None
    planned: Decimal | None
    unit: str
    every_days: int
    first: Dose | None
    last: Dose | None
    given: int
    medications: tuple[tuple[str, MedicationPeriod], ...]
    history: tuple[tuple[str, Span], ...]


def report_facts(session: Session, design: Design, event_id: int, data: Path | None) -> ReportFacts:
    """Return what is known of the participant of an event; `data`: the hospital's records."""
    event = find(session, AdverseEvent, event_id)
    participant = session.get_one(Participant, event.participant_id)
    candidate = session.get_one(Candidate, participant.candidate_id)
    record = hospital_record(data, candidate.patient_id)
    regimen = next((arm.regimen for arm in design.arms if arm.id == participant.arm), None)
    before = _before(doses_of(session, participant.id), event.onset_hi)
    return ReportFacts(
        sex=record.sex if record else None,
        ages=_ages(record, event),
        planned=regimen.dose if regimen else None,
        unit=regimen.unit if regimen else "",
        every_days=regimen.every_days if regimen else 0,
        first=before[0] if before else None,
        last=before[-1] if before else None,
        given=len(before),
        medications=tuple(_taken(medications_of(session, participant.id), event)),
        history=_history(record, event.onset_lo),
    )


def _history(record: PatientRecord | None, onset: date) -> tuple[tuple[str, Span], ...]:
    """Return each diagnosis once, by its earliest record; one of a later day is no history."""
    first: dict[str, Span] = {}
    rows = record.of_kind(Kind.CONDITION) if record else ()
    for row in sorted(rows, key=lambda row: (row.start.lo, row.start.hi, row.row_id)):
        if row.start.lo < onset:
            first.setdefault(_name(row.concept), row.start)
    return tuple((name, start) for name, start in first.items() if name)


def _name(concept: Concept) -> str:
    """Return the hospital's own words for a diagnosis, or its code."""
    displays = (coding.display or f"{coding.system} {coding.code}" for coding in concept.codings)
    return concept.text or next(displays, "")


def _ages(record: PatientRecord | None, event: AdverseEvent) -> tuple[int, int] | None:
    if record is None or record.birth == UNKNOWN_DATE:
        return None
    return _years(record.birth.hi, event.onset_lo), _years(record.birth.lo, event.onset_hi)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _before(doses: Sequence[Dose], onset: date) -> list[Dose]:
    return [dose for dose in doses if dose.given_on is not None and dose.given_on <= onset]


def _taken(
    histories: Sequence[MedicationHistory], event: AdverseEvent
) -> Iterator[tuple[str, MedicationPeriod]]:
    for history in histories:
        for period in history.periods:
            spans = spans_of(period)
            goes_on = period.ongoing or period.stopped is None
            if spans.start.lo <= event.onset_hi and (goes_on or spans.stop.hi >= event.onset_lo):
                yield history.medication.name, period
