"""Quartiles as R's quantile(x, type = 2) has them; by hand, they average two order statistics."""

import math

import pytest

from trialrun.statistics.descriptive import quartiles
from trialrun.statistics.errors import InvalidInputError, NotEstimableError


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7], (7, 7, 7)),
        ([4, 1, 3, 2], (1.5, 2.5, 3.5)),
        ([1, 2, 3, 4, 10], (2, 3, 4)),
        ([1, 2, 3, 4, 5, 10], (2, 3.5, 5)),
    ],
)
def test_quartiles(values: list[float], expected: tuple[float, float, float]) -> None:
    assert quartiles(values) == expected


def test_gaps_and_nobody_have_none() -> None:
    with pytest.raises(InvalidInputError):
        quartiles([1, math.nan])
    with pytest.raises(NotEstimableError):
        quartiles([])
