"""The nearest known word to one that is not known, as the remedy of a problem."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_CLOSE_ENOUGH = 0.6


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the nearest known word, or "" if none is near.

    Letters' case, and `_`, `-` and blanks between words, do not count.
    """
    by_plain = {_plain(name): name for name in sorted(known, reverse=True)}
    near = get_close_matches(_plain(word), by_plain, n=1, cutoff=_CLOSE_ENOUGH)
    return f"did you mean '{by_plain[near[0]]}'?" if near else ""


def _plain(word: str) -> str:
    return word.casefold().replace("_", " ").replace("-", " ")
