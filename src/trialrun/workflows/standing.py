"""Where participants stand on a day: how they take part, what comes next, what is open of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.plans import Participation, PlannedDose, PlannedVisit, Schedule, Status
from trialrun.conduct.schedule import schedule
from trialrun.conduct.tables.adverse_events import AdverseEvent
from trialrun.conduct.tables.deviations import Deviation, DeviationStatus
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.queries import Query, QueryStatus
from trialrun.errors import Problem
from trialrun.protocol.design import Design, Period, Visit
from trialrun.workflows.due import OPEN, UNRECORDED, word_of
from trialrun.workflows.enrolled import Enrolled, enrolled

PAGE = 100
"""Participants on one page of the list."""


class Taking(StrEnum):
    """How a participant takes part on a day; withdrawn: ended early, but not by death."""

    TAKING_PART = "taking part"
    IN_FOLLOW_UP = "in follow-up"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    DIED = "died"


@dataclass(frozen=True)
class Standing:
    """Where a participant stands on a day.

    `day` counts from enrolment, day 0, and stops at the end of participation; `period` is the
    design's on that day, `state` how the participant takes part. `next_visit` and `next_dose` are
    what comes first of what is open.
    """

    enrolled: Enrolled
    plan: Schedule
    day: int
    period: Period | None
    state: Taking
    next_visit: PlannedVisit | None
    next_dose: PlannedDose | None
    overdue: int
    unrecorded: int

    @property
    def doses_given(self) -> int:
        """How many of the planned doses were given."""
        return sum(bool(dose.recorded and dose.recorded.given) for dose in self.plan.doses)


@dataclass(frozen=True)
class Counts:
    """What is open of a participant, and how many serious events there were."""

    queries: int
    deviations: int
    serious: int


def standing(one: Enrolled, design: Design, on: date) -> Standing:
    """Return where a participant stands on a day."""
    plan = schedule(design, one.known, on)
    open_visits = [visit for visit in plan.visits if visit.status in OPEN]
    open_doses = [dose for dose in plan.doses if dose.status in OPEN]
    words = [word_of(visit, one.known) for visit in plan.visits]
    words += [word_of(dose, one.known) for dose in plan.doses]
    last = min(on, one.row.ended_on or on)
    day = (last - one.row.enrolled_on).days
    period = next((p for p in design.periods if p.first_day <= day <= p.last_day), None)
    return Standing(
        enrolled=one,
        plan=plan,
        day=day,
        period=period,
        state=_state(one.known, plan, period, design, last),
        next_visit=next(iter(open_visits), None),
        next_dose=next(iter(open_doses), None),
        overdue=words.count(Status.OVERDUE),
        unrecorded=words.count(UNRECORDED),
    )


def _state(
    known: Participation, plan: Schedule, period: Period | None, design: Design, on: date
) -> Taking:
    """Say how somebody takes part on a day.

    In follow-up is who has no dose to come, in a period for which the protocol plans none.
    """
    if known.ended_why is not None:
        return _ENDS.get(known.ended_why, Taking.WITHDRAWN)
    if period is None or not plan.doses or max(dose.on for dose in plan.doses) >= on:
        return Taking.TAKING_PART
    planned = [day for arm in design.arms if arm.id == known.arm for day in arm.regimen.days]
    gives = any(period.first_day <= day <= period.last_day for day in planned)
    return Taking.TAKING_PART if gives else Taking.IN_FOLLOW_UP


_ENDS = {
    EndOfParticipation.COMPLETED: Taking.COMPLETED,
    EndOfParticipation.DEATH: Taking.DIED,
}


def completion_problems(one: Enrolled, design: Design, ended_on: date) -> Iterator[Problem]:
    """Say that nobody can have completed the trial by a day: its last visit was still to come."""
    planned = (
        visit
        for visit in schedule(design, one.known, ended_on).visits
        if isinstance(visit.visit, Visit)
    )
    last = max(planned, key=lambda visit: visit.first or date.max, default=None)
    if last is None or last.first is None or last.done_on is not None:
        return
    if ended_on < last.first:
        found = "the window of the last planned visit had not opened by then"
        yield Problem("why", found, last.first.isoformat())


def participants_page(
    session: Session, design: Design, on: date, page: int, *, zone: tzinfo
) -> tuple[tuple[Standing, ...], int]:
    """Return one page of the list (from 1), and how many participants there are."""
    everybody = session.scalar(select(func.count(Participant.id))) or 0
    query = select(Participant.id).order_by(Participant.id).offset((page - 1) * PAGE).limit(PAGE)
    ids = session.scalars(query).all()
    found = enrolled(session, design, ids, zone=zone)
    return tuple(standing(one, design, on) for one in found), everybody


def counts(session: Session, participant_id: int) -> Counts:
    """Count the open queries, the deviations to judge, and the serious events."""
    queries = select(func.count(Query.id)).where(
        Query.participant_id == participant_id, Query.status != QueryStatus.CLOSED
    )
    deviations = select(func.count(Deviation.id)).where(
        Deviation.participant_id == participant_id, Deviation.status == DeviationStatus.PROPOSED
    )
    serious = select(func.count(AdverseEvent.id)).where(
        AdverseEvent.participant_id == participant_id,
        AdverseEvent.serious,
        AdverseEvent.void_reason.is_(None),
    )
    return Counts(*(session.scalar(query) or 0 for query in (queries, deviations, serious)))
