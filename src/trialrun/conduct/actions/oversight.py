"""Locking and unlocking data, and signing them electronically."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.audit import head
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef, current, find, owner_of, participant_of
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.oversight import DataLock, Signature
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.errors import ConflictError, Problem, RefusedError


def lock(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    *,
    reason: str,
    visit_id: int | None = None,
) -> DataLock:
    """Let a participant's data stand still, or (with `visit_id`) those of one visit.

    Raises:
        RefusedError: it is no visit of this participant that stands.
        ConflictError: they are locked already.
    """
    with act(
        database, Verb.LOCK, actor, at=at, reason=reason, participant_id=participant_id
    ) as doing:
        find(doing.session, Participant, participant_id)
        refuse("lock", _visit_problems(doing.session, participant_id, visit_id))
        if open_lock(doing.session, participant_id, visit_id) is not None:
            raise ConflictError("these data are locked already")
        return doing.add(
            DataLock(
                participant_id=participant_id,
                visit_id=visit_id,
                locked_at=at,
                lock_reason=reason.strip(),
            )
        )


def _visit_problems(
    session: Session, participant_id: int, visit_id: int | None
) -> Iterator[Problem]:
    if visit_id is None:
        return
    candidate_id = session.get_one(Participant, participant_id).candidate_id
    visit = session.get(Visit, visit_id)
    if visit is None or visit.candidate_id != candidate_id or visit.voided:
        found = "it is no visit of this participant"
        yield Problem("visit", found, "open the page again, and choose one of its visits")


def unlock(
    database: Database, actor: Actor, at: datetime, lock_id: int, *, version: int, reason: str
) -> DataLock:
    """End a lock, with the reason why the data must change after all."""
    participant_id = owner_of(database, DataLock, lock_id)
    with act(
        database, Verb.UNLOCK, actor, at=at, reason=reason, participant_id=participant_id
    ) as doing:
        held = current(doing.session, DataLock, lock_id, version)
        if held.unlocked_at is not None:
            raise ConflictError("this lock has ended already")
        return doing.change(held, unlocked_at=at, unlock_reason=reason.strip())


def open_lock(session: Session, participant_id: int, visit_id: int | None) -> DataLock | None:
    """Return the open lock on exactly this participant, or exactly this visit."""
    visit = DataLock.visit_id.is_(None) if visit_id is None else DataLock.visit_id == visit_id
    return session.scalar(
        select(DataLock).where(
            DataLock.participant_id == participant_id, DataLock.unlocked_at.is_(None), visit
        )
    )


def sign(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    *,
    meaning: str,
    seen: str,
    signs_in_again: Callable[[], bool],
    place: RowRef | None = None,
) -> Signature:
    """Sign all of a participant's data, or the one row at `place`.

    `signs_in_again` checks the password that was typed for this signature, and leaves the trail
    of a failure itself, as every sign-in does (21 CFR 11.200(a)). `seen` is the hash of what the
    signer has read (`signing.content_to_sign`): nobody signs what was changed meanwhile.

    Raises:
        ConflictError: the data have changed since they were read.
        RefusedError: the password is wrong, the meaning empty, or the row another participant's.
    """
    # The check may write an act of its own, so it comes before this one begins.
    if not signs_in_again():
        remedy = "type your own password"
        raise RefusedError(
            "this is not signed", [Problem("password", "it does not sign you in", remedy)]
        )
    with act(database, Verb.SIGN, actor, at=at, participant_id=participant_id) as doing:
        session = doing.session
        find(session, Participant, participant_id)
        problems = missing("meaning", meaning, "say what the signature means")
        if place is not None and participant_of(session, place) != participant_id:
            problems.append(Problem("place", "the row is another participant's"))
        refuse("sign", problems)
        content = content_to_sign(session, participant_id, place)
        if content != seen:
            raise ConflictError(
                "the data have changed since you opened them",
                [
                    Problem(
                        "seen",
                        "what stands there is not what you read",
                        "read the data again, and open this page anew",
                    )
                ],
            )
        account = find(session, Account, account_of(actor))
        return doing.add(
            Signature(
                participant_id=participant_id,
                table_name=place.table if place else None,
                row_id=place.row_id if place else None,
                meaning=meaning.strip(),
                account_id=account.id,
                printed_name=account.full_name,
                signed_at=at,
                content_hash=content,
                chain_head=head(session),
            )
        )
