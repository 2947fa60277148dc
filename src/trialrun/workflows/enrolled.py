"""Who is enrolled: the row of a participant, and what the schedule needs to know of it.

Reads, and writes nothing. Rows that were taken back are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import select
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
