"""Adverse events: reporting one, following it up, correcting it, and voiding what was never one.

Whether an event is serious is derived from the criteria that it meets; nobody types it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import later_problems
from trialrun.conduct.actions.common import refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.days import span_of
from trialrun.conduct.event_rules import (
    EventEntry,
    EventTerm,
    FollowUpEntry,
    causality_problems,
    entry_problems,
    follow_up_problems,
)
from trialrun.conduct.reading.safety import follow_ups_of
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import current, find, owner_of
from trialrun.conduct.tables.adverse_events import (
    AdverseEvent,
    AdverseEventFollowUp,
    Outcome,
    SeriousnessCriterion,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem


def report_adverse_event(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    entry: EventEntry,
    *,
    terms: Collection[EventTerm],
) -> AdverseEvent:
    """Record an adverse event of a participant; `terms` are those that may be chosen."""
    with act(
        database, Verb.REPORT_ADVERSE_EVENT, actor, at=at, participant_id=participant_id
    ) as doing:
        return open_event(doing, participant_id, entry, terms)


def open_event(
    doing: Act, participant_id: int, entry: EventEntry, terms: Collection[EventTerm]
) -> AdverseEvent:
    """Write a new event within an act."""
    participant = find(doing.session, Participant, participant_id)
    problems = entry_problems(entry, entry.grade, terms, doing.event.at)
    problems += causality_problems(entry.onset, entry.causality, participant.first_dose_on)
    problems += _after_death(doing.session, participant_id, entry)
    refuse("report an adverse event", problems)
    return doing.add(
        AdverseEvent(participant_id=participant_id, grade=entry.grade, **_entered(entry))
    )


def follow_up_adverse_event(
    database: Database,
    actor: Actor,
    at: datetime,
    event_id: int,
    entry: FollowUpEntry,
    *,
    version: int,
) -> AdverseEvent:
    """Record how an event was found later: its grade then, its outcome, and what makes it serious.

    The first criterion starts the clock of a serious event, at the follow-up's `aware_at`.
    """
    participant_id = owner_of(database, AdverseEvent, event_id)
    with act(
        database, Verb.FOLLOW_UP_ADVERSE_EVENT, actor, at=at, participant_id=participant_id
    ) as doing:
        event = current(doing.session, AdverseEvent, event_id, version)
        criteria = event.criteria | entry.criteria
        grade = max(event.grade, entry.grade)
        problems = _void_problems(event)
        problems += follow_up_problems(entry, event.onset, grade, criteria, at)
        problems += _after_death(doing.session, participant_id, entry)
        refuse("follow up an adverse event", problems)
        doing.add(_follow_up(event, entry))
        return doing.change(
            event,
            grade=grade,
            outcome=entry.outcome,
            serious_aware_at=event.serious_aware_at or (entry.aware_at if criteria else None),
            **_days("ended", entry.ended),
            **_criteria(criteria),
        )


def correct_adverse_event(
    database: Database,
    actor: Actor,
    at: datetime,
    event_id: int,
    entry: EventEntry,
    *,
    version: int,
    reason: str,
    terms: Collection[EventTerm],
    void_follow_ups: Collection[int] = (),
) -> AdverseEvent:
    """Write an event anew because what stood there was wrong; the trail keeps the old values.

    `void_follow_ups` are ids of follow-ups that were wrong, too: their grades count no longer.
    """
    participant_id = owner_of(database, AdverseEvent, event_id)
    with act(
        database,
        Verb.CORRECT_ADVERSE_EVENT,
        actor,
        at=at,
        reason=reason,
        participant_id=participant_id,
    ) as doing:
        event = current(doing.session, AdverseEvent, event_id, version)
        standing = follow_ups_of(doing.session, event_id)
        kept = [one for one in standing if one.id not in void_follow_ups]
        grade = max([entry.grade, *(one.grade for one in kept)])
        problems = _void_problems(event) + _unknown_problems(standing, void_follow_ups)
        problems += entry_problems(entry, grade, terms, at)
        participant = doing.session.get_one(Participant, participant_id)
        problems += causality_problems(entry.onset, entry.causality, participant.first_dose_on)
        problems += _after_death(doing.session, participant_id, entry)
        refuse("correct an adverse event", problems)
        for one in standing:
            if one.id in void_follow_ups:
                doing.change(one, void_reason=reason.strip())
        return doing.change(event, grade=grade, **_entered(entry))


def void_adverse_event(
    database: Database, actor: Actor, at: datetime, event_id: int, *, version: int, reason: str
) -> AdverseEvent:
    """Say that an event should never have been entered (it was another's, or stood there twice)."""
    participant_id = owner_of(database, AdverseEvent, event_id)
    with act(
        database,
        Verb.VOID_ADVERSE_EVENT,
        actor,
        at=at,
        reason=reason,
        participant_id=participant_id,
    ) as doing:
        event = current(doing.session, AdverseEvent, event_id, version)
        refuse("void an adverse event", _void_problems(event))
        return doing.change(event, void_reason=reason.strip())


def _follow_up(event: AdverseEvent, entry: FollowUpEntry) -> AdverseEventFollowUp:
    return AdverseEventFollowUp(
        adverse_event_id=event.id,
        participant_id=event.participant_id,
        grade=entry.grade,
        outcome=entry.outcome,
        aware_at=entry.aware_at,
        note=entry.note.strip(),
        **_days("observed", entry.observed),
    )


def _entered(entry: EventEntry) -> dict[str, Any]:
    """Return the columns that an entry fills; the highest grade is not among them."""
    aware = entry.serious_aware_at or entry.aware_at
    return {
        "reported_term": entry.reported_term.strip(),
        "term": entry.term.term,
        "soc": entry.term.soc,
        "first_grade": entry.grade,
        "aware_at": entry.aware_at,
        "serious_aware_at": aware if entry.criteria else None,
        "causality": entry.causality,
        "expectedness": entry.expectedness,
        "action_taken": entry.action_taken,
        "outcome": entry.outcome,
        "treatment": entry.treatment.strip(),
        "narrative": entry.narrative.strip(),
        **_days("onset", entry.onset),
        **_days("ended", entry.ended),
        **_criteria(entry.criteria),
    }


def _days(field: str, written: str) -> dict[str, Any]:
    span = span_of(written)
    if span is None:
        return {field: None, f"{field}_lo": None, f"{field}_hi": None}
    return {field: written.strip(), f"{field}_lo": span.lo, f"{field}_hi": span.hi}


def _criteria(criteria: frozenset[SeriousnessCriterion]) -> dict[str, bool]:
    return {
        **{str(one): one in criteria for one in SeriousnessCriterion},
        "serious": bool(criteria),
    }


def _after_death(
    session: Session, participant_id: int, entry: EventEntry | FollowUpEntry
) -> Iterator[Problem]:
    died = span_of(entry.ended)
    if died is not None and entry.outcome is Outcome.FATAL:
        yield from later_problems(session, participant_id, "ended", died.hi)


def _void_problems(event: AdverseEvent) -> list[Problem]:
    if event.void_reason is None:
        return []
    return [Problem("event", "it is void", "report a new one")]


def _unknown_problems(
    standing: Sequence[AdverseEventFollowUp], void_follow_ups: Collection[int]
) -> list[Problem]:
    if set(void_follow_ups) <= {one.id for one in standing}:
        return []
    found = "some of these are no follow-ups of this event that stand"
    return [Problem("void_follow_ups", found, "read the event again")]
