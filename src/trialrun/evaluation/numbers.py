"""How computed numbers are written: rounded half up on a stated scale, alike in every language.

Where there is no number, the reason stands in its place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from trialrun.evaluation.results import Cell, Phrase, phrase
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Interval
from trialrun.statistics.rounding import rounded

_MINUS = "−"
_SMALLEST_P = 0.001
_FIVE_DIGITS = 10_000


def number(value: float, decimals: int) -> str:
    """Write a number, in groups of three digits from five on; infinite bounds as ∞."""
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    shown = rounded(value, decimals)
    text = f"{shown:,}" if abs(shown) >= _FIVE_DIGITS else str(shown)
    return text.replace("-", _MINUS)


def as_stated(value: object) -> str:
    """Write a number of the plan or of a model with the decimals that it has there."""
    return str(value).replace("-", _MINUS)


def p_value(value: float) -> str:
    """Write a p-value with three decimals, or that it is smaller than they can show."""
    return "<0.001" if value < _SMALLEST_P else number(value, 3)


def interval(of: Interval, decimals: int) -> str:
    """Write a confidence interval."""
    return f"{number(of.lower, decimals)} to {number(of.upper, decimals)}"


def percent(part: int, whole: int) -> str:
    """Write a share in percent with one decimal; of nobody there is none."""
    return "–" if whole == 0 else number(100 * part / whole, 1)


def in_percent(of: Interval) -> str:
    """Write the interval of a share in percent with one decimal."""
    return interval(Interval(100 * of.lower, 100 * of.upper, of.level), 1)


def count_and_percent(part: int, whole: int, rows: Sequence[str] = ()) -> Cell:
    """Return the cell `part (share %)`."""
    shown = f"{part}" if part == 0 else f"{part} ({percent(part, whole)}%)"
    return Cell(shown, part, tuple(rows))


def reason_words(reason: Reason) -> Phrase:
    """Return the words of a reason."""
    return phrase(f"reason_{reason.name.lower()}")


def why_not(error: NotEstimableError) -> Phrase:
    """Return that there is no estimate, and why."""
    return phrase("not_estimable", reason=reason_words(error.reason))


def not_estimable(error: NotEstimableError) -> Cell:
    """Return the cell that stands where the data hold no estimate, with the reason."""
    return Cell(why_not(error))
