"""What is wrong with the words of a command before anything is done with them.

Refuses to take nothing for a place: an empty name would mean the folder one is in, and is what an
unset variable of a script leaves behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from trialrun.errors import UsageError

_PATHS = (
    "--out",
    "--into",
    "--data",
    "--records",
    "--mapping",
    "--coverage",
    "--pseudonymise",
    "--database",
)


def refuse_empty_paths(words: Sequence[str]) -> None:
    """Refuse options that take a path, and are given an empty one.

    Raises:
        UsageError: naming them all.
    """
    empty = [option for option, value in pairwise(words) if option in _PATHS and value == ""]
    empty += [word[:-1] for word in words if word.endswith("=") and word[:-1] in _PATHS]
    if empty:
        raise UsageError(
            f"{', '.join(empty)}: the name is empty; is a variable of the script not set?"
        )


def refuse_day_to_come(on: date, today: date) -> None:
    """Refuse a day on which nobody can know yet what the records will say.

    Raises:
        UsageError: it lies after today, the hospital's.
    """
    if on > today:
        remedy = f"name today ({today}) or a day before"
        raise UsageError(f"--on {on}: this day is still to come; {remedy}")
