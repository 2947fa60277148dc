"""Handing data out of the trial: the trail says who took what, when, with a hash of each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from trialrun.conduct.acts import Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.participants import Participant


@dataclass(frozen=True)
class HandedOut:
    """What goes out: the formats, the numbers of the subjects, and the SHA-256 of each file.

    `head` is that of the trail when the data were read.
    """

    formats: Sequence[str]
    subjects: Sequence[str]
    files: Mapping[str, str]
    head: str


def record_export(database: Database, actor: Actor, at: datetime, what: HandedOut) -> None:
    """Record that data go out; whoever lets them out does so only after it.

    Raises:
        ForbiddenError: the actor's role may not take data out.
    """
    with act(
        database,
        Verb.EXPORT,
        actor,
        at=at,
        participant_id=_only_one(database, what.subjects),
        data={
            "formats": list(what.formats),
            "subjects": list(what.subjects),
            "files": dict(what.files),
            "head": what.head,
        },
    ):
        pass


def _only_one(database: Database, numbers: Sequence[str]) -> int | None:
    """Return the participant whom an export is about, if it is about one alone."""
    if len(numbers) != 1:
        return None
    with database.reading() as session:
        return session.scalar(select(Participant.id).where(Participant.number == numbers[0]))
