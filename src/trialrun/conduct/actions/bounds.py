"""What stands of a participant and bounds what may be recorded: death, the end, withdrawn data.

A day that is known in part contradicts another only where every day that it may be does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.event_rules import latest_day
from trialrun.conduct.follow_up import last_day_of_participation
from trialrun.conduct.reading.consents import withdrawals_of
from trialrun.conduct.tables.adverse_events import AdverseEvent, Outcome
from trialrun.conduct.tables.candidates import Consent, WithdrawalScope
from trialrun.conduct.tables.doses import Dose
from trialrun.conduct.tables.participants import EndOfParticipation, Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.errors import Problem


def fatal_events(session: Session, participant_id: int) -> Sequence[AdverseEvent]:
    """Return the events that stand and of which the participant has died."""
    query = select(AdverseEvent).where(
        AdverseEvent.participant_id == participant_id,
        AdverseEvent.outcome == Outcome.FATAL,
        AdverseEvent.void_reason.is_(None),
    )
    return session.scalars(query).all()


def death_problems(
    session: Session, participant_id: int, field: str, day: date
) -> Iterator[Problem]:
    """Say that a day is certainly after the participant's death."""
    days = [event.ended_hi for event in fatal_events(session, participant_id) if event.ended_hi]
    if days and day > min(days):
        found = "a fatal adverse event is recorded before this day"
        yield Problem(field, found, min(days).isoformat())


def later_problems(
    session: Session, participant_id: int, field: str, last: date, *, visits: bool = True
) -> Iterator[Problem]:
    """Say that a dose, or a visit, is recorded after a day that would be the last one."""
    dosed = session.scalar(
        select(func.max(Dose.given_on)).where(Dose.participant_id == participant_id, ~Dose.voided)
    )
    visited = session.scalar(
        select(func.max(Visit.day)).where(Visit.participant_id == participant_id, ~Visit.voided)
    )
    done = [day for day in (dosed, visited if visits else None) if day is not None and day > last]
    if done:
        found = "doses or visits are recorded after this day; correct them or the day; the last one"
        yield Problem(field, found, max(done).isoformat())


def end_problems(
    session: Session, participant: Participant, ended_on: date, why: EndOfParticipation
) -> Iterator[Problem]:
    """Say what contradicts an end of participation on a day."""
    from_treatment = any(
        one.scope == WithdrawalScope.TREATMENT
        for one in withdrawals_of(session, participant.candidate_id)
    )
    follows_on = why is EndOfParticipation.PARTICIPANT and from_treatment
    yield from later_problems(session, participant.id, "ended_on", ended_on, visits=not follows_on)
    yield from death_problems(session, participant.id, "ended_on", ended_on)
    died = any(
        event.ended_lo is None or event.ended_lo <= ended_on
        for event in fatal_events(session, participant.id)
    )
    if died and why is EndOfParticipation.COMPLETED:
        remedy = "choose the death, or correct the event"
        yield Problem("ended_why", "a fatal adverse event is recorded", remedy)


def collection_problems(
    session: Session, candidate_id: int, field: str, day: date
) -> Iterator[Problem]:
    """Say that a day is certainly after the last one of which data may be collected."""
    signed = session.scalars(select(Consent.signed_at).where(Consent.candidate_id == candidate_id))
    last_signed = max(signed, default=None)
    for one in withdrawals_of(session, candidate_id):
        stands = last_signed is None or last_signed <= one.withdrawn_at
        if one.scope == WithdrawalScope.DATA and stands and day > latest_day(one.withdrawn_at):
            found = "consent to collect new data had been withdrawn by then"
            yield Problem(field, found, "record only what was so before the withdrawal")
    yield from after_end_problems(session, candidate_id, field, day)


def after_end_problems(
    session: Session, candidate_id: int, field: str, day: date
) -> Iterator[Problem]:
    """Say that a day is after the end of participation, unless follow-up goes on after it."""
    participant = session.scalar(
        select(Participant).where(Participant.candidate_id == candidate_id)
    )
    if participant is None:
        return
    last = last_day_of_participation(participant, withdrawals_of(session, candidate_id))
    if last is not None and day > last:
        yield Problem(field, "participation had ended by then", last.isoformat())


def treatment_problems(
    session: Session, participant: Participant, field: str, day: date
) -> Iterator[Problem]:
    """Say that a day is certainly after treatment: by the end, a withdrawal or a death."""
    withdrawn = [
        latest_day(one.withdrawn_at) for one in withdrawals_of(session, participant.candidate_id)
    ]
    ends = [*withdrawn, *([participant.ended_on] if participant.ended_on else [])]
    if ends and day > min(ends):
        yield Problem(field, "treatment had ended by then", min(ends).isoformat())
    yield from death_problems(session, participant.id, field, day)
