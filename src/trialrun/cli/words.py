"""What is wrong with the words of a command before anything is done with them.

Refuses to take nothing for something: it is what an unset variable of a script leaves behind. As a
path it would mean the folder one is in, and as the head of a trail, that none is to be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from trialrun.errors import UsageError


def refuse_empty_words(words: Sequence[str]) -> None:
    """Refuse arguments, and values of options, that are empty.

    Raises:
        UsageError: naming them all.
    """
    empty = [_place_after(before) for before, word in pairwise(("", *words)) if word == ""]
    empty += [word[:-1] for word in words if word.startswith("--") and word.endswith("=")]
    if empty:
        raise UsageError(
            f"{', '.join(empty)}: nothing is given; is a variable of the script not set?"
        )


def _place_after(word: str) -> str:
    if word.startswith("-"):
        return word
    return f"the word after {word!r}" if word else "the command"


def refuse_day_to_come(on: date, today: date) -> None:
    """Refuse a day on which nobody can know yet what the records will say.

    Raises:
        UsageError: it lies after today, the hospital's.
    """
    if on > today:
        remedy = f"name today ({today}) or a day before"
        raise UsageError(f"--on {on}: this day is still to come; {remedy}")
