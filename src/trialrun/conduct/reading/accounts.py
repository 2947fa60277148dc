"""Accounts, as a list and one by one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.rows import find
from trialrun.conduct.tables.accounts import Account


def accounts(session: Session) -> Sequence[Account]:
    """Return every account, those in use first, by name."""
    return session.scalars(select(Account).order_by(Account.disabled, Account.name)).all()


def account(session: Session, account_id: int) -> Account:
    """Return one account.

    Raises:
        NotFoundError: there is none.
    """
    return find(session, Account, account_id)


def full_names(session: Session) -> dict[str, str]:
    """Return the full name of whoever each account belongs to, by the account's name."""
    return {account.name: account.full_name for account in accounts(session)}
