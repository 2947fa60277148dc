"""Comparisons as bounds: a threshold or a range is the interval of numbers that pass.

Data hold the double nearest to the decimal that was written. Bounds are converted exactly, rounded
once, and then widened and narrowed by a relative tolerance, so that what is equal on paper is equal
here, and no boundary flips by floating point.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf, isinf

from trialrun.criteria.expressions import Comparator, Range, Threshold
from trialrun.criteria.truth import Truth
from trialrun.terminology.units import Linear

TOLERANCE = 1e-12
"""Two numbers closer than this share of the larger are equal: far below any laboratory's digits."""


@dataclass(frozen=True)
class Target:
    """The numbers that pass a test; None: no bound. An open bound does not pass itself."""

    lo: Decimal | None
    hi: Decimal | None
    lo_open: bool = False
    hi_open: bool = False


def target(test: Threshold | Range) -> Target:
    """Return the interval of numbers that pass."""
    if isinstance(test, Range):
        return Target(test.low, test.high)
    return compared(test.comparator, test.number)


def compared(comparator: Comparator, number: Decimal) -> Target:
    """Return the interval of numbers that compare so with a number."""
    match comparator:
        case Comparator.LT:
            return Target(None, number, hi_open=True)
        case Comparator.LE:
            return Target(None, number)
        case Comparator.GT:
            return Target(number, None, lo_open=True)
        case Comparator.GE:
            return Target(number, None)
        case Comparator.EQ:
            return Target(number, number)


BOUND_COLUMNS = (
    ("lo_below", "DOUBLE"),
    ("lo_above", "DOUBLE"),
    ("hi_below", "DOUBLE"),
    ("hi_above", "DOUBLE"),
)
OPEN_COLUMNS = (("passing_lo_open", "BOOLEAN"), ("passing_hi_open", "BOOLEAN"))
PASSING_COLUMNS = (*BOUND_COLUMNS, *OPEN_COLUMNS)


def passing_row(passing: Target, linear: Linear) -> tuple[float, float, float, float, bool, bool]:
    """Return the bounds in another unit, and which of them are open (PASSING_COLUMNS)."""
    return (*bounds(passing, linear), passing.lo_open, passing.hi_open)


def bounds(passing: Target, linear: Linear) -> tuple[float, float, float, float]:
    """Return the bounds in another unit, each a little below and a little above (BOUND_COLUMNS)."""
    return (*_around(passing.lo, linear, -inf), *_around(passing.hi, linear, inf))


def around(number: float) -> tuple[float, float]:
    """Return the number less, and more, its tolerance."""
    slack = 0.0 if isinf(number) else abs(number) * TOLERANCE
    return number - slack, number + slack


def low_is_adverse(test: Threshold | Range, adverse: Truth) -> bool | None:
    """Say whether a small number speaks against enrolment; None where neither end does alone."""
    if isinstance(test, Range) or test.comparator is Comparator.EQ:
        return None
    passes_low = test.comparator in (Comparator.LT, Comparator.LE)
    return passes_low is (adverse is Truth.TRUE)


def _around(bound: Decimal | None, linear: Linear, unbounded: float) -> tuple[float, float]:
    return around(unbounded if bound is None else float(linear.apply(Fraction(bound))))
