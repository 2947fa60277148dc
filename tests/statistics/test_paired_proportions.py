"""Paired proportions against R, StatsDirect, and the papers of Newcombe and Fagerland."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.paired_proportions import (
    exact_mcnemar,
    exact_paired_odds_ratio,
    mcnemar,
    paired_proportion_difference,
)

COUNTS = st.integers(0, 40)


def test_mcnemar_is_that_of_r() -> None:
    # R 4.2.2, approval of the prime minister in two surveys (Agresti, Categorical Data Analysis):
    # mcnemar.test(matrix(c(794, 86, 150, 570), 2)): 16.81779661, p 4.11456228e-05
    corrected = mcnemar(150, 86, continuity=True)
    assert corrected.statistic == pytest.approx(16.81779661, abs=5e-9)
    assert corrected.p_value == pytest.approx(4.11456228e-05, rel=1e-8)
    # 64^2 / 236, the same with correct = FALSE
    assert mcnemar(150, 86).statistic == pytest.approx(64**2 / 236)


def test_the_example_of_statsdirect() -> None:
    # StatsDirect help, "Matched pairs": two culture media, Armitage and Berry 1994; 12 v 2.
    corrected = mcnemar(12, 2, continuity=True)
    assert corrected.statistic == pytest.approx(5.785714, abs=5e-7)
    assert corrected.p_value == pytest.approx(0.0162, abs=5e-5)
    assert exact_mcnemar(12, 2) == pytest.approx(0.0129, abs=5e-5)
    ratio = exact_paired_odds_ratio(12, 2)
    assert ratio.value == pytest.approx(6)
    limits = (ratio.interval.lower, ratio.interval.upper)
    assert limits == pytest.approx((1.335744, 55.197091), abs=5e-7)


@pytest.mark.parametrize(
    ("cells", "value", "lower", "upper"),
    [
        # Newcombe, Stat Med 1998;17:2635, method 10, and Fagerland, Lydersen and Laake, Stat Med
        # 2014;33:2850, table of intervals (airway hyper-responsiveness).
        ((36, 12, 2, 0), 0.2, 0.0569, 0.3404),
        ((1, 1, 7, 12), -6 / 21, -0.507, -0.026),
    ],
)
def test_differences_of_the_papers(
    cells: tuple[int, int, int, int], value: float, lower: float, upper: float
) -> None:
    found = paired_proportion_difference(*cells)
    assert found.value == pytest.approx(value)
    assert found.interval.lower == pytest.approx(lower, abs=5e-4)
    assert found.interval.upper == pytest.approx(upper, abs=5e-4)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_order_of_the_two_answers_turns_the_result(a: int, b: int, c: int, d: int) -> None:
    if a + b + c + d == 0:
        return
    there, back = paired_proportion_difference(a, b, c, d), paired_proportion_difference(a, c, b, d)
    assert there.value == pytest.approx(-back.value)
    assert there.interval.lower == pytest.approx(-back.interval.upper, abs=1e-12)
    assert -1 <= there.interval.lower <= there.value <= there.interval.upper <= 1
    if b + c:
        assert mcnemar(b, c) == mcnemar(c, b)
        assert exact_mcnemar(b, c) == pytest.approx(exact_mcnemar(c, b))


def test_answers_that_differ_in_one_direction_only() -> None:
    ratio = exact_paired_odds_ratio(5, 0)
    assert (ratio.value, ratio.interval.upper) == (math.inf, math.inf)
    # (1/2)^5 on each side
    assert exact_mcnemar(5, 0) == pytest.approx(2 / 32)
    assert exact_paired_odds_ratio(0, 5).interval.lower == 0.0


def test_without_a_discordant_pair_nothing_is_compared() -> None:
    for method in (mcnemar, exact_mcnemar, exact_paired_odds_ratio):
        with pytest.raises(NotEstimableError) as caught:
            method(0, 0)
        assert caught.value.reason is Reason.NO_VARIATION
    with pytest.raises(NotEstimableError):
        paired_proportion_difference(0, 0, 0, 0)
    with pytest.raises(InvalidInputError):
        mcnemar(-1, 3)
    with pytest.raises(InvalidInputError):
        paired_proportion_difference(3, -1, 2, 2)
