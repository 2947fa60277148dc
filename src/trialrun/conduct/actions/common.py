"""What actions share: saying all that is wrong at once, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.conduct.acts import Actor
from trialrun.errors import ForbiddenError, Problem, RefusedError


def refuse(what: str, problems: Iterable[Problem]) -> None:
    """Refuse what is asked if anything is wrong with it.

    Raises:
        RefusedError: with all the problems.
    """
    found = tuple(problems)
    if found:
        raise RefusedError(f"this cannot be done: {what}", found)


def missing(field: str, value: str, remedy: str) -> list[Problem]:
    """Say that a text that is needed is missing."""
    return [] if value.strip() else [Problem(field, "it is empty", remedy)]


def account_of(actor: Actor) -> int:
    """Return the account of whoever acts.

    Raises:
        ForbiddenError: it is the program, which answers for nothing that people say.
    """
    if actor.account_id is None:
        raise ForbiddenError("only somebody who is signed in can do this")
    return actor.account_id
