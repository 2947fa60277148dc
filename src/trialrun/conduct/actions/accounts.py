"""Accounts: made, changed and disabled by an administrator; passwords; languages.

The last administrator can be neither disabled nor given another role. Refuses to keep, show twice
or choose a password for somebody: an administrator hands out one-time passwords only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.actions.signing_in import prove_identity
from trialrun.conduct.acts import PROGRAM, Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.passwords import hashed, one_time_password, weaknesses
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.rows import find
from trialrun.conduct.sessions import close_sessions
from trialrun.conduct.tables.accounts import Account
from trialrun.errors import Problem

LANGUAGES = ("zh", "en")
FIRST_NAME = "admin"
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
_LONGEST_FULL_NAME = 100
_LONGEST_SUBJECT = 255
"""No `sub` of OpenID Connect is longer (OpenID Connect Core 1.0, section 2)."""


def create_account(
    database: Database,
    actor: Actor,
    at: datetime,
    *,
    name: str,
    full_name: str,
    role: str,
    subject: str = "",
    language: str = "zh",
) -> tuple[Account, str | None]:
    """Make an account; return it, and its one-time password, which is nowhere else.

    `subject` is the person's `sub` at the outside identity provider; empty: none. Who has one
    signs in there, and gets no password until `reset_password` gives one (to sign with, say).
    """
    password = None if subject.strip() else one_time_password()
    kept = None if password is None else hashed(password)
    with act(database, Verb.CREATE_ACCOUNT, actor, at=at) as doing:
        problems = [
            *_name_problems(doing.session, name),
            *_detail_problems(full_name, role, language),
            *_subject_problems(doing.session, subject, None),
        ]
        refuse("create an account", problems)
        account = doing.add(
            Account(
                name=name,
                full_name=full_name.strip(),
                role=Role(role),
                password_hash=kept,
                password_is_one_time=password is not None,
                subject=subject.strip() or None,
                language=language,
            )
        )
    return account, password


def create_first_administrator(database: Database, at: datetime) -> str | None:
    """Make the first administrator; return the one-time password, None if there are accounts."""
    with database.reading() as session:
        if session.scalar(select(func.count(Account.id))):
            return None
    _, password = create_account(
        database,
        PROGRAM,
        at,
        name=FIRST_NAME,
        full_name="Administrator",
        role=Role.ADMINISTRATOR,
    )
    return password


def change_account(
    database: Database,
    actor: Actor,
    at: datetime,
    *,
    account_id: int,
    expected: int,
    full_name: str,
    role: str,
    disabled: bool,
    subject: str = "",
) -> Account:
    """Change name, role, outside subject, or whether the account may be used.

    Whoever is signed in with an account that is disabled is signed out.

    Raises:
        ConflictError: the account is no longer at the version `expected`.
    """
    with act(database, Verb.CHANGE_ACCOUNT, actor, at=at) as doing:
        account = find(doing.session, Account, account_id)
        keeps = role == Role.ADMINISTRATOR and not disabled
        problems = [
            *_detail_problems(full_name, role, account.language),
            *_subject_problems(doing.session, subject, account_id),
            *([] if keeps else _last_administrator(doing.session, account)),
        ]
        refuse("change an account", problems)
        changed = doing.change(
            account,
            expected=expected,
            full_name=full_name.strip(),
            role=Role(role),
            disabled=disabled,
            subject=subject.strip() or None,
        )
    if disabled:
        close_sessions(database, account_id)
    return changed


def reset_password(
    database: Database, actor: Actor, at: datetime, *, account_id: int
) -> tuple[Account, str]:
    """Give an account a new one-time password, and lift its lock; return it, shown once."""
    password = one_time_password()
    kept = hashed(password)
    with act(database, Verb.CHANGE_ACCOUNT, actor, at=at) as doing:
        account = doing.change(
            find(doing.session, Account, account_id),
            password_hash=kept,
            password_is_one_time=True,
            failures=0,
            locked_until=None,
        )
    close_sessions(database, account_id)
    return account, password


def change_password(
    database: Database,
    actor: Actor,
    at: datetime,
    *,
    old: str,
    new: str,
    again: str,
    trial: Collection[str] = (),
) -> Account:
    """Change one's own password; every session of the account ends.

    `trial` are the names of the trial, none of which a password may hold.

    Raises:
        RefusedError: the old one is wrong (it counts as a failed sign-in), or the new one is weak.
    """
    account = prove_identity(database, account_of(actor), old, at, field="old")
    problems = list(weaknesses(new, account.name, "new", trial))
    if new == old:
        problems.append(Problem("new", "it is the old one", "choose another"))
    if new != again:
        problems.append(Problem("again", "it is not the same", "write the new one twice"))
    refuse("change a password", problems)
    kept = hashed(new)
    with act(database, Verb.CHANGE_PASSWORD, actor, at=at) as doing:
        changed = doing.change(account, password_hash=kept, password_is_one_time=False)
    close_sessions(database, account.id)
    return changed


def change_language(database: Database, actor: Actor, at: datetime, *, language: str) -> Account:
    """Choose the language of one's pages."""
    with act(database, Verb.CHANGE_LANGUAGE, actor, at=at) as doing:
        refuse("change the language", _language_problems(language))
        return doing.change(_own(doing, actor), language=language)


def _own(doing: Act, actor: Actor) -> Account:
    return find(doing.session, Account, account_of(actor))


def _name_problems(session: Session, name: str) -> Iterator[Problem]:
    if not _NAME.fullmatch(name):
        remedy = "2 to 40 small letters, digits, points or hyphens, a letter first"
        yield Problem("name", "it cannot be a name to sign in with", remedy)
    elif session.scalar(select(Account.id).where(Account.name == name)):
        yield Problem("name", "this name is taken", "choose another")


def _detail_problems(full_name: str, role: str, language: str) -> Iterator[Problem]:
    yield from missing("full_name", full_name, "write the person's name")
    if len(full_name) > _LONGEST_FULL_NAME:
        yield Problem("full_name", "it is longer than 100 characters", "write a shorter one")
    if role not in list(Role):
        yield Problem("role", "there is no such role", "choose one of the list")
    yield from _language_problems(language)


def _language_problems(language: str) -> Iterator[Problem]:
    if language not in LANGUAGES:
        yield Problem("language", "there is no such language", "choose one of the list")


def _subject_problems(session: Session, subject: str, own_id: int | None) -> Iterator[Problem]:
    text = subject.strip()
    if len(text) > _LONGEST_SUBJECT:
        yield Problem("subject", "it is longer than 255 characters", "copy it from the provider")
    holder = session.scalar(select(Account.id).where(Account.subject == text)) if text else None
    if holder not in (None, own_id):
        yield Problem("subject", "another account has it", "an identity has one account")


def _last_administrator(session: Session, account: Account) -> Iterator[Problem]:
    """Say that nobody would be left who can make accounts."""
    others = select(Account.id).where(
        Account.id != account.id,
        Account.role == Role.ADMINISTRATOR,
        Account.disabled.is_(False),
    )
    if account.role == Role.ADMINISTRATOR and session.scalar(others.limit(1)) is None:
        yield Problem("role", "it is the last administrator's", "make another administrator before")
