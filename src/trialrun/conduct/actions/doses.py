"""Doses of the drug of the trial: recording what was given or not, correcting, taking back.

The first dose that stands sets the participant's `first_dose_on`, in the same act.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import death_problems
from trialrun.conduct.actions.common import refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.dosing import (
    Given,
    Limit,
    NotGiven,
    PlannedDose,
    Treatment,
    dose_problems,
)
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.candidates import Withdrawal
from trialrun.conduct.tables.doses import Dose, DoseStatus
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem


def record_dose(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    what: Given | NotGiven,
    *,
    zone: tzinfo,
    limit: Limit,
    plan: PlannedDose | None = None,
    wanted: Sequence[Problem] = (),
) -> Dose:
    """Record what became of a planned dose, or (without a `plan`) a dose that no plan asked for.

    `limit` is the most that can be meant, in the unit of the regimen; `zone` the hospital's.
    `wanted`: what the dose needs a reason for besides.

    Raises:
        RefusedError: it is outside the treatment, in the future, impossible, not as planned and
            without a reason, recorded already, or at the moment of another dose.
    """
    with act(database, Verb.RECORD_DOSE, actor, at=at, participant_id=participant_id) as doing:
        session = doing.session
        participant = find(session, Participant, participant_id)
        problems = [
            *dose_problems(what, plan, limit, _treatment(session, participant), at, zone),
            *_death_problems(session, participant_id, what, zone),
            *_twice_problems(session, participant_id, what, plan),
            *_reason_problems(what, wanted),
        ]
        # Both rules ask about the amount of a planned dose: once is enough.
        refuse("record this dose", list(dict.fromkeys(problems)))
        dose = doing.add(
            Dose(
                participant_id=participant_id,
                enrolled_at=participant.enrolled_at,
                **_columns(what, plan, limit, zone),
            )
        )
        _set_first_dose(doing, participant)
        return dose


def correct_dose(
    database: Database,
    actor: Actor,
    at: datetime,
    dose_id: int,
    what: Given | NotGiven,
    *,
    version: int,
    zone: tzinfo,
    limit: Limit,
    plan: PlannedDose | None,
    reason: str,
    wanted: Sequence[Problem] = (),
) -> Dose:
    """Write what is right over what was recorded; `reason` is why it is corrected.

    `wanted`: what the dose needs a reason for besides.

    Raises:
        RefusedError: as when it is recorded.
        ConflictError: somebody else has changed it.
    """
    participant_id = _participant_of(database, dose_id)
    with act(
        database,
        Verb.CORRECT_DOSE,
        actor,
        at=at,
        reason=reason,
        participant_id=participant_id,
    ) as doing:
        session = doing.session
        dose = session.get_one(Dose, dose_id)
        participant = session.get_one(Participant, participant_id)
        problems = [
            *_void_problems(dose),
            *dose_problems(what, plan, limit, _treatment(session, participant), at, zone),
            *_death_problems(session, participant_id, what, zone),
            *_twice_problems(session, participant_id, what, plan, dose_id),
            *_reason_problems(what, wanted),
        ]
        refuse("correct this dose", list(dict.fromkeys(problems)))
        corrected = doing.change(dose, expected=version, **_columns(what, plan, limit, zone))
        _set_first_dose(doing, participant)
        return corrected


def void_dose(
    database: Database, actor: Actor, at: datetime, dose_id: int, *, version: int, reason: str
) -> Dose:
    """Take back a dose that was entered in error."""
    participant_id = _participant_of(database, dose_id)
    with act(
        database, Verb.VOID_DOSE, actor, at=at, reason=reason, participant_id=participant_id
    ) as doing:
        dose = doing.session.get_one(Dose, dose_id)
        refuse("take back this dose", _void_problems(dose))
        voided = doing.change(dose, expected=version, voided=True)
        _set_first_dose(doing, doing.session.get_one(Participant, participant_id))
        return voided


def _participant_of(database: Database, dose_id: int) -> int:
    with database.reading() as session:
        return find(session, Dose, dose_id).participant_id


def _treatment(session: Session, participant: Participant) -> Treatment:
    withdrawn_at = session.scalar(
        select(func.min(Withdrawal.withdrawn_at)).where(
            Withdrawal.candidate_id == participant.candidate_id,
            Withdrawal.withdrawn_at >= participant.enrolled_at,
        )
    )
    return Treatment(participant.enrolled_at, participant.ended_on, withdrawn_at)


def _columns(
    what: Given | NotGiven, plan: PlannedDose | None, limit: Limit, zone: tzinfo
) -> dict[str, Any]:
    given = what if isinstance(what, Given) else None
    return {
        "planned_on": plan and plan.on,
        "course": plan and plan.course,
        "number": plan and plan.number,
        "planned_amount": plan and plan.amount,
        "status": DoseStatus.GIVEN if isinstance(what, Given) else what.status,
        "given_at": given and given.at,
        "given_on": given and day_of(given.at, zone),
        "amount": given and given.amount,
        "unit": limit.unit,
        "site": given and given.site,
        "lot": given and given.lot.strip(),
        "reason": what.reason.strip(),
    }


def _death_problems(
    session: Session, participant_id: int, what: Given | NotGiven, zone: tzinfo
) -> Iterator[Problem]:
    if isinstance(what, Given):
        yield from death_problems(session, participant_id, "given_at", day_of(what.at, zone))


def _twice_problems(
    session: Session,
    participant_id: int,
    what: Given | NotGiven,
    plan: PlannedDose | None,
    but: int | None = None,
) -> Iterator[Problem]:
    others = [
        dose
        for dose in session.scalars(
            select(Dose).where(Dose.participant_id == participant_id, ~Dose.voided)
        )
        if dose.id != but
    ]
    if plan is not None and any(
        (dose.course, dose.number) == (plan.course, plan.number) for dose in others
    ):
        found = "this planned dose is recorded already"
        yield Problem("number", found, "correct what is recorded")
    if isinstance(what, Given) and any(dose.given_at == what.at for dose in others):
        yield Problem("given_at", "another dose was given at this moment", "correct one of the two")


def _reason_problems(what: Given | NotGiven, wanted: Sequence[Problem]) -> Sequence[Problem]:
    return () if what.reason.strip() else wanted


def _void_problems(dose: Dose) -> Iterator[Problem]:
    if dose.voided:
        yield Problem("dose", "it was taken back", "record the dose anew")


def _set_first_dose(doing: Act, participant: Participant) -> None:
    """Keep the day of the first dose that stands with the participant."""
    first = doing.session.scalar(
        select(func.min(Dose.given_on)).where(Dose.participant_id == participant.id, ~Dose.voided)
    )
    doing.change(participant, first_dose_on=first)
