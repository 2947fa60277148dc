"""Visits: recording one that took place or was missed, correcting it, taking it back.

A visit before enrolment is a screening visit: it belongs to the candidate and needs a consent. Any
other belongs to the participant. Refuses visits after what a withdrawal or the end allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import death_problems
from trialrun.conduct.actions.common import missing, refuse
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.follow_up import last_day_of_follow_up
from trialrun.conduct.reading.consents import consent_on, withdrawals_of
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.candidates import Candidate, Consent, CriterionAnswer
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Contact, FormEntry, Visit
from trialrun.errors import Problem


@dataclass(frozen=True)
class VisitPlan:
    """A visit of the schedule: its id, and the first and last day of its window, if it has one."""

    id: str
    window: tuple[date, date] | None = None


@dataclass(frozen=True)
class Held:
    """A visit that took place, on a day of the hospital."""

    day: date
    contact: Contact
    note: str = ""


@dataclass(frozen=True)
class Missed:
    """A planned visit that did not take place, and why."""

    reason: str
    note: str = ""


def record_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    what: Held | Missed,
    *,
    zone: tzinfo,
    plan: VisitPlan | None = None,
) -> Visit:
    """Record a participant's visit; without a `plan` it is unscheduled.

    `zone` is the hospital's: it says to which days `at` and a withdrawal belong. A day out of the
    window is recorded as it was; whether it is a deviation is judged elsewhere.

    Raises:
        RefusedError: it is before enrolment, after what may still be followed, in the future, or
            recorded already.
    """
    with act(database, Verb.RECORD_VISIT, actor, at=at, participant_id=participant_id) as doing:
        participant = find(doing.session, Participant, participant_id)
        problems = [
            *_what_problems(what, plan, day_of(at, zone)),
            *_participant_problems(doing.session, participant, what, zone),
            *_twice_problems(doing.session, participant.candidate_id, plan),
        ]
        refuse("record this visit", problems)
        return doing.add(
            Visit(
                candidate_id=participant.candidate_id,
                participant_id=participant_id,
                enrolled_on=participant.enrolled_on,
                **_columns(what, plan),
            )
        )


def record_screening_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    what: Held | Missed,
    *,
    zone: tzinfo,
    plan: VisitPlan | None = None,
) -> Visit:
    """Record a visit of a candidate who has consented, up to the day of enrolment.

    Raises:
        RefusedError: no consent stood on that day, it is after enrolment, in the future, or
            recorded already.
    """
    with act(database, Verb.RECORD_VISIT, actor, at=at, candidate_id=candidate_id) as doing:
        session, today = doing.session, day_of(at, zone)
        find(session, Candidate, candidate_id)
        consent = consent_on(session, candidate_id, _day(what) or today, zone)
        problems = [
            *_what_problems(what, plan, today),
            *_candidate_problems(session, candidate_id, what, consent),
            *_twice_problems(session, candidate_id, plan),
        ]
        refuse("record this visit", problems)
        return doing.add(
            Visit(
                candidate_id=candidate_id, **_consent_columns(consent, zone), **_columns(what, plan)
            )
        )


def correct_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    visit_id: int,
    what: Held | Missed,
    *,
    version: int,
    zone: tzinfo,
    plan: VisitPlan | None,
    reason: str,
) -> Visit:
    """Write what is right over what was recorded; `version` is the one that was read.

    Raises:
        RefusedError: as when it is recorded; or forms were filled in at a visit that would now be
            missed.
        ConflictError: somebody else has changed it.
    """
    visit = _held(database, visit_id)
    with act(
        database,
        Verb.CORRECT_VISIT,
        actor,
        at=at,
        reason=reason,
        candidate_id=visit.candidate_id,
        participant_id=visit.participant_id,
    ) as doing:
        session, today = doing.session, day_of(at, zone)
        visit = session.get_one(Visit, visit_id)
        new = _columns(what, plan)
        problems = [
            *_void_problems(visit),
            *_what_problems(what, plan, today),
            *_trace_problems(session, visit_id, what),
            *_twice_problems(session, visit.candidate_id, plan, visit_id),
        ]
        if visit.participant_id is not None:
            participant = session.get_one(Participant, visit.participant_id)
            problems += _participant_problems(session, participant, what, zone)
        else:
            consent = consent_on(session, visit.candidate_id, _day(what) or today, zone)
            problems += _candidate_problems(session, visit.candidate_id, what, consent)
            new |= _consent_columns(consent, zone)
        refuse("correct this visit", problems)
        return doing.change(visit, expected=version, **new)


def void_visit(
    database: Database, actor: Actor, at: datetime, visit_id: int, *, version: int, reason: str
) -> Visit:
    """Take back a visit that was entered in error, with its forms and the answers given at it."""
    visit = _held(database, visit_id)
    with act(
        database,
        Verb.VOID_VISIT,
        actor,
        at=at,
        reason=reason,
        candidate_id=visit.candidate_id,
        participant_id=visit.participant_id,
    ) as doing:
        visit = doing.session.get_one(Visit, visit_id)
        refuse("take back this visit", _void_problems(visit))
        return doing.change(visit, expected=version, voided=True)


def _held(database: Database, visit_id: int) -> Visit:
    with database.reading() as session:
        return find(session, Visit, visit_id)


def _day(what: Held | Missed) -> date | None:
    return what.day if isinstance(what, Held) else None


def _columns(what: Held | Missed, plan: VisitPlan | None) -> dict[str, Any]:
    window = plan.window if plan and plan.window else (None, None)
    return {
        "planned": plan.id if plan else None,
        "window_from": window[0],
        "window_to": window[1],
        "day": _day(what),
        "contact": what.contact if isinstance(what, Held) else None,
        "missed_reason": what.reason.strip() if isinstance(what, Missed) else "",
        "note": what.note.strip(),
    }


def _consent_columns(consent: Consent | None, zone: tzinfo) -> dict[str, Any]:
    if consent is None:
        return {}
    return {
        "consent_id": consent.id,
        "consented_at": consent.signed_at,
        "consented_on": day_of(consent.signed_at, zone),
    }


def _what_problems(what: Held | Missed, plan: VisitPlan | None, today: date) -> Iterator[Problem]:
    if isinstance(what, Held):
        if what.day > today:
            yield Problem("day", "it is in the future", "give the day on which it took place")
        return
    yield from missing("missed_reason", what.reason, "say why it did not take place")
    if plan is None:
        yield Problem("planned", "only a planned visit can be missed", "choose the planned visit")
    elif plan.window is not None and plan.window[0] > today:
        found = "its window has not opened yet"
        yield Problem("planned", found, "record it as missed when its day has come")


def _participant_problems(
    session: Session, participant: Participant, what: Held | Missed, zone: tzinfo
) -> Iterator[Problem]:
    day = _day(what)
    if day is None:
        return
    if day < participant.enrolled_on:
        remedy = "a visit before enrolment is recorded as a screening visit"
        yield Problem("day", "it is before enrolment", remedy)
    last = last_day_of_follow_up(
        participant, withdrawals_of(session, participant.candidate_id), zone
    )
    if last is not None and day > last:
        found = "it is after the last day on which this participant may be followed"
        yield Problem("day", found, "see how participation ended, and what was withdrawn")
    yield from death_problems(session, participant.id, "day", day)


def _candidate_problems(
    session: Session, candidate_id: int, what: Held | Missed, consent: Consent | None
) -> Iterator[Problem]:
    day = _day(what)
    if consent is None:
        yield Problem("day", "no consent stood on that day", "obtain a signed consent first")
    enrolled_on = session.scalar(
        select(Participant.enrolled_on).where(Participant.candidate_id == candidate_id)
    )
    if day is not None and enrolled_on is not None and day > enrolled_on:
        remedy = "record it as a visit of the participant"
        yield Problem("day", "it is after enrolment", remedy)


def _twice_problems(
    session: Session, candidate_id: int, plan: VisitPlan | None, but: int | None = None
) -> Iterator[Problem]:
    if plan is None:
        return
    known = session.scalars(
        select(Visit.id).where(
            Visit.candidate_id == candidate_id, Visit.planned == plan.id, ~Visit.voided
        )
    )
    if set(known) - {but}:
        yield Problem("planned", "this visit is recorded already", "correct what is recorded")


def _trace_problems(session: Session, visit_id: int, what: Held | Missed) -> Iterator[Problem]:
    if not isinstance(what, Missed):
        return
    remedy = "take the visit back if it was entered in error"
    if session.scalar(select(FormEntry.id).where(FormEntry.visit_id == visit_id).limit(1)):
        found = "forms were filled in at this visit: it took place"
        yield Problem("missed_reason", found, remedy)
    said = select(CriterionAnswer.id).where(CriterionAnswer.visit_id == visit_id).limit(1)
    if session.scalar(said):
        found = "the participant was asked at this visit: it took place"
        yield Problem("missed_reason", found, remedy)


def _void_problems(visit: Visit) -> Iterator[Problem]:
    if visit.voided:
        yield Problem("visit", "it was taken back", "record the visit anew")
