"""Adverse events as lists and reports show them: their course, their clocks, their reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.audit import head
from trialrun.conduct.event_rules import SUSPECTED
from trialrun.conduct.rows import find
from trialrun.conduct.safety_clock import Clock, SentReport, clocks
from trialrun.conduct.tables.adverse_events import (
    AdverseEvent,
    AdverseEventFollowUp,
    Causality,
    Expectedness,
    GradeDecision,
    SafetyReport,
    SeriousnessCriterion,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.treatment_emergence import ObservedGrade, treatment_emergent
from trialrun.criteria.truth import Truth
from trialrun.records.dates import Span


def follow_ups_of(session: Session, event_id: int) -> Sequence[AdverseEventFollowUp]:
    """Return the follow-ups of an event that stand, in the order in which they were written."""
    query = select(AdverseEventFollowUp).where(
        AdverseEventFollowUp.adverse_event_id == event_id,
        AdverseEventFollowUp.void_reason.is_(None),
    )
    return session.scalars(query.order_by(AdverseEventFollowUp.id)).all()


def reports_of(session: Session, event_id: int) -> Sequence[SafetyReport]:
    """Return the reports of an event that stand, in the order in which they were sent."""
    query = select(SafetyReport).where(
        SafetyReport.adverse_event_id == event_id, SafetyReport.void_reason.is_(None)
    )
    return session.scalars(query.order_by(SafetyReport.sent_at, SafetyReport.id)).all()


def adverse_events_of(session: Session, participant_id: int) -> Sequence[AdverseEvent]:
    """Return a participant's events that stand, by their onset."""
    query = select(AdverseEvent).where(
        AdverseEvent.participant_id == participant_id, AdverseEvent.void_reason.is_(None)
    )
    return session.scalars(query.order_by(AdverseEvent.onset_lo, AdverseEvent.id)).all()


@dataclass(frozen=True)
class EventCourse:
    """What was recorded of an event since, and whose it is; nothing void is among it."""

    event: AdverseEvent
    participant: Participant
    follow_ups: tuple[AdverseEventFollowUp, ...]
    reports: tuple[SafetyReport, ...]


def courses_of(session: Session, events: Sequence[AdverseEvent]) -> tuple[EventCourse, ...]:
    """Return the course of each event, by a few queries for all of them."""
    ids = [event.id for event in events]
    whose = {event.participant_id for event in events}
    found = session.scalars(select(Participant).where(Participant.id.in_(whose)))
    participants = {participant.id: participant for participant in found}
    follow_ups, reports = defaultdict(list), defaultdict(list)
    for follow_up in session.scalars(
        select(AdverseEventFollowUp)
        .where(AdverseEventFollowUp.adverse_event_id.in_(ids))
        .where(AdverseEventFollowUp.void_reason.is_(None))
        .order_by(AdverseEventFollowUp.id)
    ):
        follow_ups[follow_up.adverse_event_id].append(follow_up)
    for report in session.scalars(
        select(SafetyReport)
        .where(SafetyReport.adverse_event_id.in_(ids), SafetyReport.void_reason.is_(None))
        .order_by(SafetyReport.sent_at, SafetyReport.id)
    ):
        reports[report.adverse_event_id].append(report)
    return tuple(
        EventCourse(
            event,
            participants[event.participant_id],
            tuple(follow_ups[event.id]),
            tuple(reports[event.id]),
        )
        for event in events
    )


def emergence(
    course: EventCourse, first_dose_on: date | None, emergent_until: date | None
) -> Truth:
    """Say whether an event is treatment-emergent; see `treatment_emergence` for the rule."""
    event = course.event
    onset = ObservedGrade(Span(event.onset_lo, event.onset_hi), event.first_grade)
    later = [
        ObservedGrade(Span(one.observed_lo, one.observed_hi), one.grade)
        for one in course.follow_ups
    ]
    return treatment_emergent(onset, later, first_dose_on, emergent_until)


def is_unexpected_suspected(event: AdverseEvent) -> bool:
    """Say whether an event is a suspected unexpected serious adverse reaction (ICH E2A, III.A)."""
    return (
        event.serious
        and event.expectedness == Expectedness.UNEXPECTED
        and Causality(event.causality) in SUSPECTED
    )


@dataclass(frozen=True)
class SafetyReportContent:
    """What the printed report of a serious event shows, and the head of the trail under it.

    `criteria` are in the order of ICH E2A; `grades` lead from days as written to CTCAE grades, the
    onset in front.
    """

    number: str
    arm: str
    enrolled_on: date
    event: AdverseEvent
    criteria: tuple[SeriousnessCriterion, ...]
    grades: tuple[tuple[str, int], ...]
    follow_ups: tuple[AdverseEventFollowUp, ...]
    unexpected_suspected: bool
    reports: tuple[SafetyReport, ...]
    clocks: tuple[Clock, ...]
    chain_head: str
    made_at: datetime


def safety_report(
    session: Session, event_id: int, hours: Mapping[str, int], at: datetime
) -> SafetyReportContent:
    """Return what a report of an event shows at a moment."""
    event = find(session, AdverseEvent, event_id)
    participant = find(session, Participant, event.participant_id)
    follow_ups = tuple(follow_ups_of(session, event_id))
    reports = tuple(reports_of(session, event_id))
    return SafetyReportContent(
        number=participant.number,
        arm=participant.arm,
        enrolled_on=participant.enrolled_on,
        event=event,
        criteria=tuple(one for one in SeriousnessCriterion if one in event.criteria),
        grades=((event.onset, event.first_grade), *((f.observed, f.grade) for f in follow_ups)),
        follow_ups=follow_ups,
        unexpected_suspected=is_unexpected_suspected(event),
        reports=reports,
        clocks=_clocks(event, reports, hours, at),
        chain_head=head(session),
        made_at=at,
    )


def report_owner(session: Session, report_id: int) -> int:
    """Return the event that a report is about.

    Raises:
        NotFoundError: there is no such report.
    """
    return find(session, SafetyReport, report_id).adverse_event_id


def grade_decisions_of(session: Session, participant_id: int) -> Sequence[GradeDecision]:
    """Return what people made of the grades proposed for a participant's values."""
    query = select(GradeDecision).where(GradeDecision.participant_id == participant_id)
    return session.scalars(query.order_by(GradeDecision.id)).all()


def _clocks(
    event: AdverseEvent, reports: Sequence[SafetyReport], hours: Mapping[str, int], at: datetime
) -> tuple[Clock, ...]:
    if event.serious_aware_at is None:
        return ()
    sent = [SentReport(report.recipient, report.sent_at) for report in reports]
    return clocks(event.serious_aware_at, hours, sent, at)
