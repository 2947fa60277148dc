"""Crossing probabilities, against plain integrals and closed forms."""

import math

import pytest
from scipy import integrate, stats

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.recursive_integration import crossing_probabilities

NO_LOWER = (-math.inf, -math.inf)


def test_one_look_is_the_normal_tail() -> None:
    chances = crossing_probabilities([4.0], [-1.0], [1.96], theta=0.7)
    assert chances.upper[0] == pytest.approx(stats.norm.sf(1.96 - 1.4), rel=1e-12)
    assert chances.lower[0] == pytest.approx(stats.norm.cdf(-1.0 - 1.4), rel=1e-12)


@pytest.mark.parametrize("theta", [0.0, 0.8, 3.0, -2.0])
@pytest.mark.parametrize("information", [(0.3, 0.9), (0.5, 0.51), (0.01, 1.0)])
def test_two_looks_are_one_integral_over_the_first(
    theta: float, information: tuple[float, float]
) -> None:
    lower, upper = (-0.4, 0.2), (2.1, 1.8)
    first, both = information

    def reject_at_second(z: float) -> float:
        rest = upper[1] * math.sqrt(both) - z * math.sqrt(first) - theta * (both - first)
        density = stats.norm.pdf(z - theta * math.sqrt(first))
        return float(density * stats.norm.sf(rest / math.sqrt(both - first)))

    expected, _ = integrate.quad(reject_at_second, lower[0], upper[0], epsabs=1e-13, limit=200)
    chances = crossing_probabilities(information, lower, upper, theta)
    assert chances.upper[1] == pytest.approx(expected, abs=1e-12)


def test_a_look_that_is_never_reached_stops_nobody() -> None:
    chances = crossing_probabilities([0.5, 1.0], [0.0, 0.0], [0.0, 1.0], theta=0.3)
    assert sum(chances.upper[:1] + chances.lower[:1]) == pytest.approx(1.0)
    assert chances.upper[1] == chances.lower[1] == 0.0


def test_the_chances_of_all_outcomes_sum_to_one_when_the_last_boundaries_meet() -> None:
    looks = [(k + 1) / 30 for k in range(30)]
    lower = [-1.0 + 0.1 * k for k in range(29)] + [2.0]
    chances = crossing_probabilities(looks, lower, [2.0] * 30, theta=1.1)
    assert sum(chances.upper) + sum(chances.lower) == pytest.approx(1.0, abs=1e-12)


def test_a_first_crossing_is_rarer_than_a_crossing() -> None:
    chances = crossing_probabilities([0.5, 1.0], NO_LOWER, [1.96, 1.96], theta=0.0)
    assert 0.0 < chances.upper[1] < chances.upper[0] == pytest.approx(stats.norm.sf(1.96))


@pytest.mark.parametrize(
    ("information", "lower", "upper", "found"),
    [
        ([], [], [], "positive number per look"),
        ([0.0, 1.0], NO_LOWER, [2, 2], "positive number per look"),
        ([0.5, math.nan], NO_LOWER, [2, 2], "positive number per look"),
        ([0.5, 0.5], NO_LOWER, [2, 2], "grow from look to look"),
        ([0.9999, 1.0], NO_LOWER, [2, 2], "grow from look to look"),
        ([0.5, 1.0], NO_LOWER, [2], "one boundary of each kind"),
        ([0.5, 1.0], [0, 3], [2, 2], "at most the upper one"),
        ([0.5, 1.0], NO_LOWER, [2, math.nan], "at most the upper one"),
    ],
)
def test_looks_and_boundaries_that_contradict_themselves_are_refused(
    information: list[float], lower: list[float], upper: list[float], found: str
) -> None:
    with pytest.raises(InvalidInputError, match=found):
        crossing_probabilities(information, lower, upper, theta=0.0)
