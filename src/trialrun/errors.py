"""The errors a user may see: what went wrong, where, and what to do, with an exit code.

A mistake of the user (or of a file that was sent) is a subclass of `TrialrunError` and is shown
without a traceback. Anything else that escapes is a fault of the program. Messages never hold a
patient's values: only ids, places and counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: its place (`file:line`), what was found, what to do about it."""

    where: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.found}" + (f" ({self.remedy})" if self.remedy else "")


class TrialrunError(Exception):
    """Base of every error that a user may see; carries all the problems at once."""

    exit_code = 1

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *map(str, self.problems)]))


class UsageError(TrialrunError):
    """The command's words do not fit together (exit code 2, as the command line's own)."""

    exit_code = 2


class ProtocolError(TrialrunError):
    """A protocol file, or a value set beside it, cannot be used."""

    exit_code = 3


class SourceError(TrialrunError):
    """What the hospital sent cannot be read at all (a bad row is counted instead)."""

    exit_code = 4


class StoreError(TrialrunError):
    """The database cannot be used: not ours, locked, of another version, or the disk is full."""

    exit_code = 5


_DAMAGED_WORDS = ("corrupt database file", "could not read enough bytes", "database is invalidated")


def says_damaged(said: str) -> bool:
    """Tell from what DuckDB says whether the file of a database is damaged or cut off."""
    return any(words in said.lower() for words in _DAMAGED_WORDS)


def damaged_database(path: str) -> StoreError:
    """Return what is said of a database whose file is damaged or cut off."""
    return StoreError(
        f"{path} is damaged",
        [
            Problem(
                path,
                "a part of the file cannot be read: the disk or a copy has spoilt it",
                "load the hospital's exports again into a new file, or take a backup",
            )
        ],
    )


class NotFoundError(TrialrunError):
    """A patient or a protocol that was named does not exist."""

    exit_code = 6


class DisagreementError(TrialrunError):
    """The program contradicts itself: two engines judged one patient differently."""

    exit_code = 70


class RefusedError(TrialrunError):
    """What was asked would break a rule of the trial; each problem's `where` names the field."""

    exit_code = 7


class ConflictError(RefusedError):
    """Somebody else has changed the same thing meanwhile, or has done the same first."""


class ForbiddenError(TrialrunError):
    """Whoever asks may not do this, in the role in which they are signed in."""

    exit_code = 8
