"""What speaks about a subject's data and is no data itself: queries, locks, signatures, the trail.

Together with the subject's data it is the complete archive of one participant. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trialrun.conduct.reading.oversight import (
    Asked,
    Marked,
    SignatureCheck,
    check_signature,
    queries_of,
    signatures_of,
    source_marks,
)
from trialrun.conduct.reading.trail import Entry, entries_of
from trialrun.conduct.reading.whole import not_enrolled
from trialrun.conduct.rows import RowRef
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.candidates import Consent, Screened, ScreeningRun
from trialrun.conduct.tables.oversight import DataLock, Signature
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import Event
from trialrun.errors import NotFoundError


@dataclass(frozen=True)
class Oversight:
    """What was said about a subject's data; `trail` from the first act to the last.

    `screened` are the day of each screening, and what it said of each criterion. `people` names
    accounts by their ids.
    """

    screened: tuple[tuple[date, Mapping[str, str]], ...]

    queries: tuple[Asked, ...]
    marks: tuple[tuple[RowRef, Marked], ...]
    locks: tuple[DataLock, ...]
    signatures: tuple[tuple[Signature, SignatureCheck], ...]
    trail: tuple[Entry, ...]
    people: dict[int, str]


def oversight_of(session: Session, number: str) -> Oversight:
    """Return what was said about the data of a subject, by its number.

    Raises:
        NotFoundError: there is no such subject.
    """
    candidate_id, participant_id = _ids(session, number)
    acts = select(Event.id).where(
        or_(Event.candidate_id == candidate_id, Event.participant_id == participant_id)
    )
    return Oversight(
        screened=tuple(_screened(session, candidate_id)),
        queries=queries_of(session, participant_id),
        marks=tuple(source_marks(session, participant_id).items()),
        locks=tuple(
            session.scalars(
                select(DataLock)
                .where(DataLock.participant_id == participant_id)
                .order_by(DataLock.id)
            )
        ),
        signatures=tuple(
            (one, check_signature(session, one)) for one in signatures_of(session, participant_id)
        ),
        trail=entries_of(session, list(session.scalars(acts.order_by(Event.id)))),
        people={one.id: one.name for one in session.scalars(select(Account))},
    )


def _screened(session: Session, candidate_id: int) -> Iterator[tuple[date, Mapping[str, str]]]:
    found = session.execute(
        select(ScreeningRun.index_date, Screened.judgements)
        .join(ScreeningRun, ScreeningRun.id == Screened.run_id)
        .where(Screened.candidate_id == candidate_id)
        .order_by(Screened.run_id)
    )
    yield from ((day, judgements) for day, judgements in found)


def _ids(session: Session, number: str) -> tuple[int, int]:
    """Return the candidate and the participant (0: not enrolled) of a subject."""
    enrolled = session.scalar(select(Participant).where(Participant.number == number))
    if enrolled is not None:
        return enrolled.candidate_id, enrolled.id
    consented = select(Consent.candidate_id).distinct()
    others = consented.where(Consent.candidate_id.not_in(select(Participant.candidate_id)))
    for candidate_id in session.scalars(others):
        if not_enrolled(candidate_id) == number:
            return candidate_id, 0
    raise NotFoundError(f"the trial has no subject {number}")
