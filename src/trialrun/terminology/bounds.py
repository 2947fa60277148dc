"""A number that is known exactly, or only to lie between two bounds, and how two such compare.

What the bounds leave open is None, never a guess: `<5` is neither above 3 nor not above 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number known to lie between two bounds; `None` is unbounded; open ends are excluded."""

    lo: Fraction | None
    hi: Fraction | None
    lo_open: bool = False
    hi_open: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether the number is known."""
        return self.lo is not None and self.lo == self.hi

    def scaled(self, factor: Fraction, offset: Fraction = Fraction(0)) -> Bounds:
        """Return the number times a positive factor, plus an offset."""
        lo = None if self.lo is None else self.lo * factor + offset
        hi = None if self.hi is None else self.hi * factor + offset
        return Bounds(lo, hi, self.lo_open, self.hi_open)


def exactly(number: Fraction) -> Bounds:
    """Return the bounds of a number that is known."""
    return Bounds(number, number)


def is_above(left: Bounds, right: Bounds) -> bool | None:
    """Say whether the left number is greater than the right one; None: the bounds leave it open."""
    if left.lo is not None and right.hi is not None:
        touching_excluded = left.lo == right.hi and (left.lo_open or right.hi_open)
        if left.lo > right.hi or touching_excluded:
            return True
    if left.hi is not None and right.lo is not None and left.hi <= right.lo:
        return False
    return None


def is_at_least(left: Bounds, right: Bounds) -> bool | None:
    """Say whether the left number is no less than the right one; None: left open."""
    less = is_above(right, left)
    return None if less is None else not less
