"""Who is signed in: sessions are opened, looked up and closed here, by a random token.

A session ends half an hour after it was last used, and twelve hours after it was opened, whatever
happens. Refuses to say of a token that is not good why it is not.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from trialrun.conduct.canonical import digest
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.open_sessions import OPEN_SESSION
from trialrun.conduct.tables.trail import Event
from trialrun.errors import Problem

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_NOTED_EVERY = timedelta(minutes=1)
"""How exactly use is noted: not with every page, so that reading pages seldom means writing."""


def open_session(database: Database, account_id: int, at: datetime) -> str:
    """Open a session, forget those that are over, and return the new one's token."""
    token = secrets.token_urlsafe(32)
    columns = OPEN_SESSION.c
    over = or_(columns.seen_at <= at - IDLE, columns.opened_at <= at - LONGEST)
    with database.writing() as session:
        session.execute(delete(OPEN_SESSION).where(over))
        session.execute(
            insert(OPEN_SESSION).values(
                token_hash=digest(token), account_id=account_id, opened_at=at, seen_at=at
            )
        )
    return token


def account_of_session(database: Database, token: str, at: datetime) -> Account | None:
    """Return whose session this is, as the account stands now; None if it is over or unknown."""
    columns = OPEN_SESSION.c
    query = (
        select(Account, columns.seen_at)
        .join(OPEN_SESSION, columns.account_id == Account.id)
        .where(
            columns.token_hash == digest(token),
            columns.seen_at > at - IDLE,
            columns.opened_at > at - LONGEST,
            Account.disabled.is_(False),
        )
    )
    with database.reading() as session:
        found = session.execute(query).one_or_none()
    if found is None:
        return None
    account: Account = found[0]
    seen_at: datetime = found[1]
    if at - seen_at >= _NOTED_EVERY:
        _note_use(database, token, at)
    return account


def close_session(database: Database, token: str) -> None:
    """Forget one session."""
    with database.writing() as session:
        session.execute(delete(OPEN_SESSION).where(OPEN_SESSION.c.token_hash == digest(token)))


def close_sessions(database: Database, account_id: int) -> None:
    """Forget every session of an account: its password, or its right to enter, has changed."""
    with database.writing() as session:
        session.execute(delete(OPEN_SESSION).where(OPEN_SESSION.c.account_id == account_id))


def forged_sessions(session: Session) -> Iterator[Problem]:
    """Yield the sessions that no act has opened: of their account, at their moment, one each."""
    columns = OPEN_SESSION.c
    opened = (
        select(Event.id)
        .where(
            Event.account_id == columns.account_id,
            Event.at == columns.opened_at,
            Event.verb.in_((Verb.SIGN_IN, Verb.CHANGE_PASSWORD)),
        )
        .exists()
    )
    several = (
        select(columns.account_id)
        .group_by(columns.account_id, columns.opened_at)
        .having(func.count() > 1)
    )
    for account_id in session.scalars(several):
        yield Problem(
            f"open_session of account {account_id}",
            "one sign-in has opened more than one",
            "delete them, and give the account a new password",
        )
    for account_id in session.scalars(select(columns.account_id).where(~opened)):
        yield Problem(
            f"open_session of account {account_id}",
            "nobody signed in to open it",
            "delete it, and give the account a new password",
        )


def _note_use(database: Database, token: str, at: datetime) -> None:
    with database.writing() as session:
        session.execute(
            update(OPEN_SESSION)
            .where(OPEN_SESSION.c.token_hash == digest(token), OPEN_SESSION.c.seen_at < at)
            .values(seen_at=at)
        )
