"""Which data have gone out of the trial. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.candidates import Candidate, Consent, ScreeningRun
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import Event

NEWEST = 50
"""So many exports are shown; the trail has all of them."""


@dataclass(frozen=True)
class PastExport:
    """An export that was made; `files` are so many."""

    event_id: int
    at: datetime
    by: str
    formats: Sequence[str]
    subjects: Sequence[str]
    files: int


def past_exports(session: Session) -> tuple[PastExport, ...]:
    """Return the newest exports, the last one first."""
    query = select(Event).where(Event.verb == Verb.EXPORT).order_by(Event.id.desc())
    return tuple(
        PastExport(
            event_id=event.id,
            at=event.at,
            by=event.actor,
            formats=event.data["formats"],
            subjects=event.data["subjects"],
            files=len(event.data["files"]),
        )
        for event in session.scalars(query.limit(NEWEST))
    )


def protocol_of(session: Session) -> str | None:
    """Return the name of the protocol of the last screening; None: there was none."""
    newest = select(ScreeningRun.protocol).order_by(ScreeningRun.id.desc()).limit(1)
    return session.scalar(newest)


def participant_numbers(session: Session) -> list[str]:
    """Return the numbers of the participants, in order."""
    return list(session.scalars(select(Participant.number).order_by(Participant.number)))


def consented_patients(session: Session) -> list[str]:
    """Return the hospital's ids of whoever has consented."""
    consented = select(Consent.candidate_id)
    return list(session.scalars(select(Candidate.patient_id).where(Candidate.id.in_(consented))))
