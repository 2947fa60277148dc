from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.rounding import rounded


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.675, 2, "2.68"),  # the nearest double is 2.67499999999999982236431605997495353221893
        (2.665, 2, "2.67"),  # the built-in round, half to even, would give 2.66 or 2.67 by chance
        (-2.675, 2, "-2.68"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.04, 1, "0.0"),
        (5.0, 2, "5.00"),
        (1e-9, 3, "0.000"),
        (1234.5, 0, "1235"),
        (Decimal("0.125"), 2, "0.13"),
    ],
)
def test_halves_go_away_from_zero(value: float | Decimal, decimals: int, text: str) -> None:
    assert str(rounded(value, decimals)) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_not_finite_is_refused(value: float | Decimal) -> None:
    with pytest.raises(InvalidInputError, match="finite"):
        rounded(value, 2)


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_rounding_is_odd_and_moves_half_a_unit_at_most(value: float, decimals: int) -> None:
    result = rounded(value, decimals)
    assert abs(result - Decimal(repr(value))) <= Decimal(5).scaleb(-decimals - 1)
    assert rounded(-value, decimals) == -result
    assert rounded(result, decimals) == result
