"""Signing in and out, and proving once more who one is; each try is an act.

After five wrong passwords an account is locked for fifteen minutes. Whether there is such an
account, whether it is locked, disabled or the password wrong: the same words, after the same work.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.passwords import is_right
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.sessions import close_session, open_session
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.texts import is_unseen
from trialrun.errors import ForbiddenError, Problem, RefusedError

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
NOBODY = Actor("unknown")
"""Who tries a name that no account has. The name is not kept: people write passwords there."""

_REFUSAL = (
    "the name or the password is wrong, or the account is locked for 15 minutes after 5 wrong ones"
)


def actor_of(account: Account) -> Actor:
    """Return the actor that an account stands for, in its role of now."""
    return Actor(account.name, account.id, Role(account.role))


def sign_in(database: Database, name: str, password: str, at: datetime) -> tuple[Account, str]:
    """Open a session; return the account and the token for the browser.

    Raises:
        RefusedError: in the same words whatever is wrong; a wrong password was counted.
    """
    tried = _account_where(database, Account.name, name.strip().lower())
    account = _proven(database, tried, password, at, "password")
    return _entered(database, account, at, "password")


def sign_in_as_subject(database: Database, subject: str, at: datetime) -> tuple[Account, str]:
    """Open a session for whom the outside identity provider vouches.

    Raises:
        ForbiddenError: no administrator has made an account for this subject, or it is disabled.
    """
    account = _account_where(database, Account.subject, subject)
    if account is None or account.disabled:
        _note_failure(database, account, at, by="outside provider")
        raise ForbiddenError("there is no account for you here; ask the administrator for one")
    return _entered(database, account, at, "outside provider")


def _account_where(
    database: Database, column: InstrumentedAttribute[Any], text: str
) -> Account | None:
    """Return the account that a column names; None also for a text that no account can have."""
    if is_unseen(text):
        return None  # PostgreSQL could not even be asked for one that holds NUL
    with database.reading() as session:
        return session.scalar(select(Account).where(column == text))


def sign_out(database: Database, actor: Actor, token: str, at: datetime) -> None:
    """Close a session."""
    with act(database, Verb.SIGN_OUT, actor, at=at):
        pass
    close_session(database, token)


def prove_identity(
    database: Database, account_id: int, password: str, at: datetime, *, field: str
) -> Account:
    """Let somebody who is signed in prove it once more: for a new password, or to sign (Part 11).

    A wrong password counts as at the door. `field` is where the form asks for it.

    Raises:
        RefusedError: the password is wrong, or the account locked.
    """
    with database.reading() as session:
        tried = session.get(Account, account_id)
    return _proven(database, tried, password, at, field)


def _proven(
    database: Database, tried: Account | None, password: str, at: datetime, field: str
) -> Account:
    """Try the password first, whatever else is wrong: so the time tells nothing."""
    right = is_right(tried.password_hash if tried else None, password)
    if tried is not None and right and _may_enter(tried, at):
        return tried
    _note_failure(database, tried, at, by="password")
    raise RefusedError("you are not signed in", [Problem(field, _REFUSAL)])


def _may_enter(account: Account, at: datetime) -> bool:
    return not account.disabled and not _is_locked(account, at)


def _is_locked(account: Account, at: datetime) -> bool:
    return account.locked_until is not None and account.locked_until > at


def _entered(database: Database, account: Account, at: datetime, by: str) -> tuple[Account, str]:
    """Note the sign-in, if the account is still what was tried, and open the session."""
    with act(database, Verb.SIGN_IN, actor_of(account), at=at, data={"by": by}) as doing:
        held = doing.session.get_one(Account, account.id)
        # Somebody else may have tried wrong passwords, or changed it, since the reading.
        if held.password_hash != account.password_hash or not _may_enter(held, at):
            raise RefusedError("you are not signed in", [Problem("password", _REFUSAL)])
        entered = doing.change(held, failures=0, locked_until=None)
    return entered, open_session(database, account.id, at)


def _note_failure(database: Database, tried: Account | None, at: datetime, *, by: str) -> None:
    who = NOBODY if tried is None else Actor(tried.name)
    with act(database, Verb.FAIL_TO_SIGN_IN, who, at=at, data={"by": by}) as doing:
        if tried is not None and by == "password":
            _count(doing, doing.session.get_one(Account, tried.id), at)


def _count(doing: Act, account: Account, at: datetime) -> None:
    """Count a wrong password; the lock is not made longer by tries while it holds."""
    if _is_locked(account, at):
        return
    failures = 1 if account.locked_until is not None else account.failures + 1
    locked_until = at + LOCKED_FOR if failures >= TRIES else None
    doing.change(account, failures=failures, locked_until=locked_until)
