"""Adverse events for those who report and read them: terms to choose, lists, clocks, emergence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.event_rules import EventTerm
from trialrun.conduct.reading.safety import (
    EventCourse,
    courses_of,
    emergence,
    is_unexpected_suspected,
)
from trialrun.conduct.rows import find
from trialrun.conduct.safety_clock import Clock, ClockState, SentReport, clocks
from trialrun.conduct.tables.adverse_events import (
    AdverseEvent,
    AdverseEventFollowUp,
    SafetyReport,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.truth import Truth
from trialrun.protocol.model import TrialProtocol
from trialrun.terminology.ctcae.classes import GENERAL_GRADES, SYSTEM_ORGAN_CLASSES
from trialrun.terminology.ctcae.clinical import CLINICAL_TERMS
from trialrun.terminology.ctcae.rule_file import ctcae_terms

PAGE = 100
"""Events on one page of the list."""


@dataclass(frozen=True, order=True)
class TermChoice:
    """A term that may be chosen; `term_zh` is the protocol's own Chinese, empty where it has none.

    `usual`: the protocol names it among those that are usual with the drug.
    """

    term: EventTerm
    usual: bool = False
    term_zh: str = ""


def term_choices(trial: TrialProtocol) -> tuple[TermChoice, ...]:
    """Return the protocol's usual events, then common and laboratory terms of CTCAE, each once."""
    usual = [
        TermChoice(EventTerm(event.term, event.soc), usual=True, term_zh=event.term_zh)
        for event in trial.design.usual_events
    ]
    named = {choice.term for choice in usual}
    of_ctcae = {EventTerm(term, soc) for term, soc in CLINICAL_TERMS}
    of_ctcae |= {EventTerm(term.term, term.soc) for term in ctcae_terms()}
    listed = sorted(of_ctcae - named, key=lambda term: (term.soc, term.term))
    return (*usual, *(TermChoice(term) for term in listed))


def chosen_term(trial: TrialProtocol, chosen: str, other: str, soc: str) -> EventTerm:
    """Return the term that is meant: one of the list, or another one in its class.

    An empty term, or one without a class of CTCAE, is no term: the rules refuse it.
    """
    if chosen:
        found = (one.term for one in term_choices(trial) if one.term.term == chosen)
        return next(found, EventTerm(chosen, ""))
    return EventTerm(other.strip(), soc)


def allowed_terms(trial: TrialProtocol, term: EventTerm) -> frozenset[EventTerm]:
    """Return the terms that may be recorded, a term in somebody's own words among them."""
    listed = {choice.term for choice in term_choices(trial)}
    own_words = term.term and term.soc in SYSTEM_ORGAN_CLASSES
    return frozenset(listed | ({term} if own_words else set()))


def grade_texts(term: str) -> Mapping[int, str]:
    """Return what the grades of a term mean: NCI's text for it, or of the grades in general.

    A grade that CTCAE does not use for the term is left out, death excepted.
    """
    for known in ctcae_terms():
        if known.term == term:
            texts = {grade.number: grade.text for grade in known.grades}
            return {5: GENERAL_GRADES[5], **texts} if 5 not in texts else texts
    return GENERAL_GRADES


@dataclass(frozen=True)
class EventShown:
    """An event with what is derived of it as of a moment."""

    event: AdverseEvent
    number: str
    emergent: Truth
    unexpected_suspected: bool
    clocks: tuple[Clock, ...]

    @property
    def overdue(self) -> bool:
        """Whether a recipient should have had its first report by now."""
        return any(clock.state is ClockState.OVERDUE for clock in self.clocks)

    @property
    def pending(self) -> bool:
        """Whether a first report has still to be sent."""
        return self.overdue or any(clock.state is ClockState.DUE for clock in self.clocks)


@dataclass(frozen=True)
class EventOpened:
    """One event with its course, and the reports that were sent."""

    shown: EventShown
    participant: Participant
    follow_ups: tuple[AdverseEventFollowUp, ...]
    reports: tuple[SafetyReport, ...]


def hours_of(trial: TrialProtocol) -> Mapping[str, int]:
    """Return the hours within which each recipient has its first report; empty: not said."""
    reporting = trial.design.safety_reporting
    return {} if reporting is None else {str(to): hours for to, hours in reporting.hours.items()}


def next_number(reports: tuple[SafetyReport, ...], recipient: str) -> int:
    """Return the number of the next report to a recipient: 0 is the first one."""
    taken = {report.number for report in reports if report.recipient == recipient}
    return next(number for number in range(len(taken) + 1) if number not in taken)


def participant_events(
    session: Session, trial: TrialProtocol, participant_id: int, at: datetime
) -> tuple[EventShown, ...]:
    """Return a participant's events, the newest onset in front; void ones at the end."""
    query = select(AdverseEvent).where(AdverseEvent.participant_id == participant_id)
    events = session.scalars(query.order_by(AdverseEvent.onset_lo.desc(), AdverseEvent.id)).all()
    shown = _all_shown(session, trial, events, at)
    return tuple(sorted(shown, key=lambda one: one.event.void_reason is not None))


def all_events(
    session: Session, trial: TrialProtocol, at: datetime, page: int
) -> tuple[tuple[EventShown, ...], int]:
    """Return one page (from 1) of all events that stand, and how many there are.

    The newest onset stands in front.
    """
    stands = AdverseEvent.void_reason.is_(None)
    everything = session.scalar(select(func.count(AdverseEvent.id)).where(stands)) or 0
    query = select(AdverseEvent).where(stands)
    query = query.order_by(AdverseEvent.onset_lo.desc(), AdverseEvent.id.desc())
    events = session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all()
    return _all_shown(session, trial, events, at), everything


def events_to_report(
    session: Session, trial: TrialProtocol, at: datetime
) -> tuple[EventShown, ...]:
    """Return the serious events of which a first report is still to be sent, due first in front."""
    query = select(AdverseEvent).where(AdverseEvent.serious, AdverseEvent.void_reason.is_(None))
    shown = _all_shown(session, trial, session.scalars(query).all(), at)
    pending = [one for one in shown if one.pending]
    return tuple(sorted(pending, key=lambda one: min(clock.due_at for clock in one.clocks)))


def open_event(session: Session, trial: TrialProtocol, event_id: int, at: datetime) -> EventOpened:
    """Return one event, void or not.

    Raises:
        NotFoundError: there is no such event.
    """
    (course,) = courses_of(session, [find(session, AdverseEvent, event_id)])
    shown = _shown(trial, course, at)
    return EventOpened(shown, course.participant, course.follow_ups, course.reports)


def _all_shown(
    session: Session, trial: TrialProtocol, events: Sequence[AdverseEvent], at: datetime
) -> tuple[EventShown, ...]:
    return tuple(_shown(trial, course, at) for course in courses_of(session, events))


def _shown(trial: TrialProtocol, course: EventCourse, at: datetime) -> EventShown:
    participant, event = course.participant, course.event
    until = _emergent_until(trial, participant)
    return EventShown(
        event=event,
        number=participant.number,
        emergent=emergence(course, participant.first_dose_on, until),
        unexpected_suspected=is_unexpected_suspected(event),
        clocks=_clocks(trial, course, at),
    )


def _emergent_until(trial: TrialProtocol, participant: Participant) -> date | None:
    """Return the last day of the emergent period: that of follow-up, as it is planned."""
    return trial.end_of_follow_up(participant.enrolled_on)


def _clocks(trial: TrialProtocol, course: EventCourse, at: datetime) -> tuple[Clock, ...]:
    event = course.event
    if event.serious_aware_at is None or event.void_reason is not None:
        return ()
    sent = [SentReport(one.recipient, one.sent_at) for one in course.reports]
    return clocks(event.serious_aware_at, hours_of(trial), sent, at)
