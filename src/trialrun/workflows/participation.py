"""Participants as they stand on a day: from the database and the protocol to plans and counts.

Reads, and writes nothing. What nobody has recorded is called so, and never taken for missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import find
from trialrun.conduct.follow_up import days_withdrawn
from trialrun.conduct.plans import (
    DoseRecorded,
    Entry,
    Participation,
    PlannedDose,
    PlannedVisit,
    Schedule,
    Status,
    VisitMade,
)
from trialrun.conduct.schedule import calendar, schedule
from trialrun.conduct.tables.adverse_events import AdverseEvent
from trialrun.conduct.tables.candidates import Withdrawal
from trialrun.conduct.tables.deviations import Deviation, DeviationStatus
from trialrun.conduct.tables.doses import Dose, DoseStatus
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.queries import Query, QueryStatus
from trialrun.conduct.tables.visits import Visit
from trialrun.errors import Problem
from trialrun.protocol.design import Design, Period, Unplanned, UnplannedVisit
from trialrun.protocol.design import Visit as DesignedVisit

PAGE = 100
"""Participants on one page of the list."""

UNRECORDED = "not recorded"
"""Where something stands that is over, and of which nobody has said what became of it."""

_AHEAD = (Status.OVERDUE, Status.DUE, Status.DUE_SOON, Status.NOT_YET_DUE)


class Taking(StrEnum):
    """How a participant takes part on a day; withdrawn: ended early, but not by death."""

    TAKING_PART = "taking part"
    IN_FOLLOW_UP = "in follow-up"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    DIED = "died"


@dataclass(frozen=True)
class Enrolled:
    """A participant: the row, and what the schedule needs to know."""

    row: Participant
    known: Participation


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


@dataclass(frozen=True)
class DueLine:
    """A line of the calendar, with the participant and the word for where it stands."""

    row: Participant
    entry: Entry
    word: str


def enrolled(
    session: Session, design: Design, ids: Collection[int] | None = None, *, zone: tzinfo
) -> tuple[Enrolled, ...]:
    """Return participants in the order of their numbers: those with these ids, or all.

    `zone` is the hospital's: it says on which day a consent was withdrawn.
    """
    query = select(Participant).order_by(Participant.id)
    if ids is not None:
        query = query.where(Participant.id.in_(ids))
    rows = session.scalars(query).all()
    visits, doses = _visits(session, rows), _doses(session, rows)
    withdrawals = _withdrawals(session, rows)
    return tuple(
        Enrolled(
            row,
            participation_of(
                row,
                visits[row.candidate_id],
                doses[row.id],
                design,
                days_withdrawn(row, withdrawals[row.candidate_id], zone),
            ),
        )
        for row in rows
    )


def enrolled_one(
    session: Session, design: Design, participant_id: int, *, zone: tzinfo
) -> Enrolled:
    """Return one participant.

    Raises:
        NotFoundError: there is no such participant.
    """
    find(session, Participant, participant_id)
    (one,) = enrolled(session, design, [participant_id], zone=zone)
    return one


def participation_of(
    row: Participant,
    visits: Iterable[Visit],
    doses: Iterable[Dose],
    design: Design,
    withdrawn: tuple[date | None, date | None],
) -> Participation:
    """Return what the schedule needs to know, from rows that stand.

    `withdrawn`: the days on which consent to treatment, and to follow-up, was withdrawn.
    """
    extra = unscheduled_visit(design)
    made, missed = [], set()
    for visit in visits:
        name = visit.planned or (extra.id if extra else None)
        if visit.day is None and visit.planned:
            missed.add(visit.planned)
        elif visit.day is not None and name is not None:
            made.append(VisitMade(name, visit.day))
    return Participation(
        participant=row.number,
        arm=row.arm,
        enrolled_on=row.enrolled_on,
        first_dose_on=row.first_dose_on,
        visits=tuple(made),
        missed_visits=frozenset(missed),
        doses=tuple(filter(None, map(_recorded, doses))),
        ended_on=row.ended_on,
        ended_why=EndOfParticipation(row.ended_why) if row.ended_why else None,
        no_doses_from=withdrawn[0],
        no_visits_from=withdrawn[1],
    )


def unscheduled_visit(design: Design) -> UnplannedVisit | None:
    """Return the design's unscheduled visit, if it has one."""
    unscheduled = (v for v in design.unplanned_visits if v.type is Unplanned.UNSCHEDULED)
    return next(unscheduled, None)


def completion_problems(one: Enrolled, design: Design, ended_on: date) -> Iterator[Problem]:
    """Say that nobody can have completed the trial by a day: its last visit was still to come."""
    planned = (
        visit
        for visit in schedule(design, one.known, ended_on).visits
        if isinstance(visit.visit, DesignedVisit)
    )
    last = max(planned, key=lambda visit: visit.first or date.max, default=None)
    if last is None or last.first is None or last.done_on is not None:
        return
    if ended_on < last.first:
        found = "the window of the last planned visit had not opened by then"
        yield Problem("why", found, last.first.isoformat())


def standing(one: Enrolled, design: Design, on: date) -> Standing:
    """Return where a participant stands on a day."""
    plan = schedule(design, one.known, on)
    open_visits = [visit for visit in plan.visits if visit.status in _AHEAD]
    open_doses = [dose for dose in plan.doses if dose.status in _AHEAD]
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


def word_of(what: PlannedVisit | PlannedDose, known: Participation) -> str:
    """Return the word for where a visit or a dose stands."""
    if what.status is not Status.MISSED:
        return what.status
    if isinstance(what, PlannedDose):
        return UNRECORDED if what.recorded is None else Status.MISSED
    return Status.MISSED if what.visit.id in known.missed_visits else UNRECORDED


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


def due_lines(
    everybody: Sequence[Enrolled], design: Design, first: date, last: date, on: date
) -> tuple[DueLine, ...]:
    """Return what is open of participants from a day to a day, as of a day.

    What was done, and what somebody has said was missed, is left out.
    """
    by_number = {one.row.number: one for one in everybody}
    entries = calendar(design, [one.known for one in everybody], first, last, on)
    lines = (_due_line(by_number[entry.participant], entry) for entry in entries)
    return tuple(line for line in lines if line.word in (*_AHEAD, UNRECORDED))


def unrecorded_doses(
    session: Session, design: Design, on: date, *, zone: tzinfo
) -> tuple[DueLine, ...]:
    """Return every dose that is due or over, of which nobody has said what became of it."""
    everybody = enrolled(session, design, zone=zone)
    first = min((one.row.enrolled_on for one in everybody), default=on)
    wanted = (Status.DUE, Status.OVERDUE, UNRECORDED)
    return tuple(
        line
        for line in due_lines(everybody, design, first, on, on)
        if isinstance(line.entry.what, PlannedDose) and line.word in wanted
    )


def _due_line(one: Enrolled, entry: Entry) -> DueLine:
    return DueLine(one.row, entry, word_of(entry.what, one.known))


def _recorded(dose: Dose) -> DoseRecorded | None:
    on = dose.given_on or dose.planned_on
    if dose.course is None or dose.number is None or on is None:
        return None
    return DoseRecorded(dose.course, dose.number, on, dose.status == DoseStatus.GIVEN)


def _visits(session: Session, rows: Sequence[Participant]) -> Mapping[int, list[Visit]]:
    """Return the visits that stand, by candidate: screening visits are among them."""
    found: dict[int, list[Visit]] = defaultdict(list)
    ids = [row.candidate_id for row in rows]
    query = select(Visit).where(Visit.candidate_id.in_(ids), ~Visit.voided).order_by(Visit.id)
    for visit in session.scalars(query):
        found[visit.candidate_id].append(visit)
    return found


def _withdrawals(session: Session, rows: Sequence[Participant]) -> Mapping[int, list[Withdrawal]]:
    found: dict[int, list[Withdrawal]] = defaultdict(list)
    ids = [row.candidate_id for row in rows]
    for one in session.scalars(select(Withdrawal).where(Withdrawal.candidate_id.in_(ids))):
        found[one.candidate_id].append(one)
    return found


def _doses(session: Session, rows: Sequence[Participant]) -> Mapping[int, list[Dose]]:
    found: dict[int, list[Dose]] = defaultdict(list)
    ids = [row.id for row in rows]
    query = select(Dose).where(Dose.participant_id.in_(ids), ~Dose.voided).order_by(Dose.id)
    for dose in session.scalars(query):
        found[dose.participant_id].append(dose)
    return found
