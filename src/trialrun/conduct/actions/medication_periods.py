"""The dose of a concomitant medication over time: another period, a change, a stop, a correction.

Refuses two periods of one drug that certainly overlap, and changes of a dose that has ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import collection_problems
from trialrun.conduct.actions.common import refuse
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.periods import (
    Period,
    Regimen,
    certainly_overlap,
    ended_by,
    period_problems,
    spans,
)
from trialrun.conduct.reading.medication import spans_of, written
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem


def vaccination_problems(is_vaccination: bool, period: Period) -> Iterator[Problem]:
    """Yield what is wrong with the days of a vaccination."""
    if is_vaccination and (period.ongoing or period.stopped != period.started):
        found = "a vaccination ends on the day on which it began"
        yield Problem("stopped", found, "write that it has ended, with its first day as its last")


def add_medication_period(
    database: Database,
    actor: Actor,
    at: datetime,
    medication_id: int,
    period: Period,
    *,
    today: date,
) -> MedicationPeriod:
    """Record another period of a drug: an earlier one, or that it was begun again.

    Raises:
        RefusedError: it overlaps with another one, or a date or an amount is wrong.
    """
    medication = medication_held(database, medication_id)
    with act(
        database,
        Verb.RECORD_MEDICATION,
        actor,
        at=at,
        participant_id=medication.participant_id,
    ) as doing:
        problems = [
            *void_problems(doing.session, medication_id),
            *period_problems(period, today),
            *vaccination_problems(medication.is_vaccination, period),
            *late_problems(doing.session, medication.participant_id, period),
            *_overlap_problems(doing.session, medication_id, period),
        ]
        refuse("record this period", problems)
        return doing.add(MedicationPeriod(medication_id=medication_id, **period_columns(period)))


def change_medication_dose(
    database: Database,
    actor: Actor,
    at: datetime,
    period_id: int,
    regimen: Regimen,
    *,
    on: str,
    version: int,
    today: date,
    reason: str,
) -> MedicationPeriod:
    """Let a dose that goes on end, and another one begin `on` a date, which may be partial.

    Raises:
        RefusedError: the dose has ended, is the same, or a date or an amount is wrong.
        ConflictError: somebody else has changed it.
    """
    medication = _of_period(database, period_id)
    with act(
        database,
        Verb.CHANGE_MEDICATION,
        actor,
        at=at,
        reason=reason,
        participant_id=medication.participant_id,
    ) as doing:
        row = doing.session.get_one(MedicationPeriod, period_id)
        held, new = written(row), Period(on, regimen)
        ended = ended_by(held, on)
        problems = [
            *_going_on_problems(doing.session, row),
            *period_problems(new, today),
            *late_problems(doing.session, medication.participant_id, new),
            *_overlap_problems(doing.session, medication.id, new, row.id),
        ]
        if held.regimen == regimen:
            problems.append(Problem("amount", "the dose is the same", "give the new dose"))
        if spans(new) is not None and spans(ended) is None:
            found = "the dose that it changes had not begun before that day"
            problems.append(Problem("on", found, "correct that dose instead"))
        refuse("change this dose", _renamed(problems, "started", "on"))
        doing.change(row, expected=version, **period_columns(ended))
        return doing.add(MedicationPeriod(medication_id=medication.id, **period_columns(new)))


def stop_medication(
    database: Database,
    actor: Actor,
    at: datetime,
    period_id: int,
    *,
    on: str,
    version: int,
    today: date,
    reason: str,
) -> MedicationPeriod:
    """Let a dose that goes on end; `on` is the last day on which it was taken.

    Raises:
        RefusedError: the dose has ended, or the date is wrong.
        ConflictError: somebody else has changed it.
    """
    medication = _of_period(database, period_id)
    with act(
        database,
        Verb.STOP_MEDICATION,
        actor,
        at=at,
        reason=reason,
        participant_id=medication.participant_id,
    ) as doing:
        row = doing.session.get_one(MedicationPeriod, period_id)
        stopped = Period(row.started, written(row).regimen, on, ongoing=False)
        problems = [*_going_on_problems(doing.session, row), *period_problems(stopped, today)]
        problems += _overlap_problems(doing.session, medication.id, stopped, row.id)
        refuse("stop this medication", _renamed(problems, "stopped", "on"))
        return doing.change(row, expected=version, **period_columns(stopped))


def correct_medication_period(
    database: Database,
    actor: Actor,
    at: datetime,
    period_id: int,
    period: Period,
    *,
    version: int,
    today: date,
    reason: str,
) -> MedicationPeriod:
    """Write the right dates or dose over what was recorded of one period."""
    medication = _of_period(database, period_id)
    with act(
        database,
        Verb.CORRECT_MEDICATION,
        actor,
        at=at,
        reason=reason,
        participant_id=medication.participant_id,
    ) as doing:
        row = doing.session.get_one(MedicationPeriod, period_id)
        problems = [
            *void_problems(doing.session, medication.id, row),
            *period_problems(period, today),
            *late_problems(doing.session, medication.participant_id, period),
            *_overlap_problems(doing.session, medication.id, period, period_id),
        ]
        refuse("correct this period", problems)
        return doing.change(row, expected=version, **period_columns(period))


def void_medication_period(
    database: Database, actor: Actor, at: datetime, period_id: int, *, version: int, reason: str
) -> MedicationPeriod:
    """Take back one period of a drug that was entered in error."""
    medication = _of_period(database, period_id)
    with act(
        database,
        Verb.VOID_MEDICATION,
        actor,
        at=at,
        reason=reason,
        participant_id=medication.participant_id,
    ) as doing:
        row = doing.session.get_one(MedicationPeriod, period_id)
        refuse("take back this period", void_problems(doing.session, medication.id, row))
        return doing.change(row, expected=version, voided=True)


def medication_held(database: Database, medication_id: int) -> Medication:
    """Return a medication as it stands now."""
    with database.reading() as session:
        return find(session, Medication, medication_id)


def period_columns(period: Period) -> dict[str, Any]:
    """Return what a period without problems is written as."""
    found = spans(period)
    assert found is not None
    regimen = period.regimen
    return {
        "started": period.started.strip(),
        "start_lo": found.start.lo,
        "start_hi": found.start.hi,
        "stopped": None if period.stopped is None else period.stopped.strip(),
        "stop_lo": found.stop.lo,
        "stop_hi": found.stop.hi,
        "ongoing": period.ongoing,
        "amount": regimen.amount,
        "unit": regimen.unit.strip() if regimen.unit else None,
        "per_day": regimen.per_day,
    }


def void_problems(
    session: Session, medication_id: int, period: MedicationPeriod | None = None
) -> Iterator[Problem]:
    """Say so if a medication, or one period of it, was taken back."""
    medication = session.get_one(Medication, medication_id)
    if medication.voided or (period is not None and period.voided):
        yield Problem("medication", "it was taken back", "record it anew")


def late_problems(session: Session, participant_id: int, period: Period) -> Iterator[Problem]:
    """Say that a period begins after the last day of which data may be collected."""
    found = spans(period)
    if found is not None:
        candidate_id = session.get_one(Participant, participant_id).candidate_id
        yield from collection_problems(session, candidate_id, "started", found.start.lo)


def _of_period(database: Database, period_id: int) -> Medication:
    with database.reading() as session:
        period = find(session, MedicationPeriod, period_id)
        return session.get_one(Medication, period.medication_id)


def _overlap_problems(
    session: Session, medication_id: int, period: Period, but: int | None = None
) -> Iterator[Problem]:
    mine = spans(period)
    others = session.scalars(
        select(MedicationPeriod).where(
            MedicationPeriod.medication_id == medication_id, ~MedicationPeriod.voided
        )
    )
    if mine is not None and any(
        other.id != but and certainly_overlap(mine, spans_of(other)) for other in others
    ):
        remedy = "let one end before the other begins"
        yield Problem("started", "it overlaps with another period of this drug", remedy)


def _going_on_problems(session: Session, row: MedicationPeriod) -> Iterator[Problem]:
    yield from void_problems(session, row.medication_id, row)
    if row.stopped is not None:
        yield Problem("period", "this dose has ended", "add another period, or correct this one")


def _renamed(problems: list[Problem], field: str, to: str) -> list[Problem]:
    """Return problems under the name that the field has where it was asked for."""
    return [
        replace(problem, where=to) if problem.where == field else problem for problem in problems
    ]
