"""What the schedule must know of a participant, from the rows that stand. Nothing here writes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from trialrun.conduct.plans import DoseRecorded, Participation, VisitMade
from trialrun.conduct.reading.doses import doses_of
from trialrun.conduct.reading.visits import visits_of
from trialrun.conduct.tables.doses import DoseStatus
from trialrun.conduct.tables.participants import EndOfParticipation, Participant


def participation_of(session: Session, participant: Participant) -> Participation:
    """Return what is known of a participant, as `schedule` asks for it."""
    visits = visits_of(session, participant.candidate_id)
    return Participation(
        participant=participant.number,
        arm=participant.arm,
        enrolled_on=participant.enrolled_on,
        first_dose_on=participant.first_dose_on,
        visits=tuple(
            VisitMade(visit.planned, visit.day) for visit in visits if visit.planned and visit.day
        ),
        missed_visits=frozenset(
            visit.planned for visit in visits if visit.planned and visit.day is None
        ),
        doses=tuple(_doses(session, participant.id)),
        ended_on=participant.ended_on,
        ended_why=EndOfParticipation(participant.ended_why) if participant.ended_why else None,
    )


def _doses(session: Session, participant_id: int) -> list[DoseRecorded]:
    recorded = []
    for dose in doses_of(session, participant_id):
        on = dose.given_on or dose.planned_on
        # A dose that no plan asked for stands for none of the planned ones.
        if dose.course is not None and dose.number is not None and on is not None:
            given = dose.status == DoseStatus.GIVEN
            recorded.append(DoseRecorded(dose.course, dose.number, on, given))
    return recorded
