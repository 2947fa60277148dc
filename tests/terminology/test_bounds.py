"""Comparing numbers of which only bounds are known."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trialrun.terminology.bounds import Bounds, exactly, is_above, is_at_least

THREE, FIVE = exactly(Fraction(3)), exactly(Fraction(5))
LESS_THAN_5 = Bounds(None, Fraction(5), hi_open=True)
MORE_THAN_5 = Bounds(Fraction(5), None, lo_open=True)
AT_LEAST_5 = Bounds(Fraction(5), None)
FROM_3_TO_5 = Bounds(Fraction(3), Fraction(5))


@pytest.mark.parametrize(
    ("left", "right", "above", "at_least"),
    [
        (FIVE, THREE, True, True),
        (THREE, THREE, False, True),
        (THREE, FIVE, False, False),
        (LESS_THAN_5, FIVE, False, False),
        (LESS_THAN_5, THREE, None, None),
        (MORE_THAN_5, FIVE, True, True),
        (AT_LEAST_5, FIVE, None, True),
        (FROM_3_TO_5, FIVE, False, None),
        (FROM_3_TO_5, THREE, None, True),
        (FIVE, LESS_THAN_5, True, True),
        (MORE_THAN_5, LESS_THAN_5, True, True),
        (Bounds(None, None), FIVE, None, None),
    ],
)
def test_comparing(left: Bounds, right: Bounds, above: bool | None, at_least: bool | None) -> None:
    assert is_above(left, right) is above
    assert is_at_least(left, right) is at_least


def test_scaling_keeps_open_ends() -> None:
    assert MORE_THAN_5.scaled(Fraction(2), Fraction(1)) == Bounds(Fraction(11), None, lo_open=True)
    assert LESS_THAN_5.scaled(Fraction(2)) == Bounds(None, Fraction(10), hi_open=True)
