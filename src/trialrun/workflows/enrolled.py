"""Who is enrolled: the row of a participant, and what the schedule needs to know of it.

Reads, and writes nothing. Rows that were taken back are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.follow_up import days_withdrawn
from trialrun.conduct.plans import DoseRecorded, Participation, VisitMade
from trialrun.conduct.rows import find
from trialrun.conduct.tables.candidates import Withdrawal
from trialrun.conduct.tables.doses import Dose, DoseStatus
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.protocol.design import Design, Unplanned, UnplannedVisit


@dataclass(frozen=True)
class Enrolled:
    """A participant: the row, and what the schedule needs to know."""

    row: Participant
    known: Participation


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
            _participation(
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


def _participation(
    row: Participant,
    visits: Iterable[Visit],
    doses: Iterable[DoseRecorded],
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
        doses=tuple(doses),
        ended_on=row.ended_on,
        ended_why=EndOfParticipation(row.ended_why) if row.ended_why else None,
        no_doses_from=withdrawn[0],
        no_visits_from=withdrawn[1],
    )


def unscheduled_visit(design: Design) -> UnplannedVisit | None:
    """Return the design's unscheduled visit, if it has one."""
    unscheduled = (v for v in design.unplanned_visits if v.type is Unplanned.UNSCHEDULED)
    return next(unscheduled, None)


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


def _doses(session: Session, rows: Sequence[Participant]) -> Mapping[int, list[DoseRecorded]]:
    """Return the planned doses of which something is recorded; of each its day, given or not."""
    on = func.coalesce(Dose.given_on, Dose.planned_on)
    query = (
        select(Dose.participant_id, Dose.course, Dose.number, on, Dose.status)
        .where(Dose.participant_id.in_([row.id for row in rows]), ~Dose.voided)
        .where(Dose.course.is_not(None), Dose.number.is_not(None), on.is_not(None))
        .order_by(Dose.id)
    )
    found: dict[int, list[DoseRecorded]] = defaultdict(list)
    for participant_id, course, number, day, status in session.execute(query):
        assert course is not None
        assert number is not None
        found[participant_id].append(DoseRecorded(course, number, day, status == DoseStatus.GIVEN))
    return found
