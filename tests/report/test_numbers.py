from __future__ import annotations

from fractions import Fraction

import pytest

from trialrun.records.rows import Bounds
from trialrun.report.numbers import count, quantity, signed
from trialrun.report.rows import bounds


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Fraction("2.10"), "2.1"),
        (Fraction(2.1), "2.1"),
        (Fraction(80000), "80,000"),
        (Fraction(1, 3), "0.3333333333"),
        (Fraction("0.00001"), "0.00001"),
        (Fraction(0), "0"),
        (Fraction("-0.0"), "0"),
        (Fraction("-0.5"), "-0.5"),
        (Fraction(10**9), "1,000,000,000"),
        (Fraction(12345678901234), "12,345,678,900,000"),
        (Fraction(100), "100"),
    ],
)
def test_a_measured_number_is_plain(number: Fraction, written: str) -> None:
    assert quantity(number) == written


@pytest.mark.parametrize(
    ("number", "written", "with_sign"),
    [(0, "0", "0"), (1, "1", "+1"), (-1234, "-1,234", "−1,234"), (1400, "1,400", "+1,400")],
)
def test_counts_and_gains(number: int, written: str, with_sign: str) -> None:
    assert count(number) == written
    assert signed(number) == with_sign


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Bounds(Fraction(5), Fraction(5)), "5"),
        (Bounds(None, Fraction(5), hi_open=True), "<5"),
        (Bounds(None, Fraction(5)), "≤5"),
        (Bounds(Fraction(5), None, lo_open=True), ">5"),
        (Bounds(Fraction(5), None), "≥5"),
        (Bounds(Fraction(3), Fraction("4.5")), "3–4.5"),
        (Bounds(None, None), "?"),
    ],
)
def test_a_value_known_by_its_bounds(value: Bounds, written: str) -> None:
    assert bounds(value) == written
