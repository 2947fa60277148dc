import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.proportion_differences import DifferenceMethod as M
from trialrun.statistics.proportion_differences import (
    exact_odds_ratio,
    odds_ratio,
    proportion_difference,
    relative_risk,
)

# Newcombe, Stat Med 1998;17:873, table II: methods 1, 6, 10 and 11; level 0.95.
NEWCOMBE_1998 = [
    ((56, 70, 48, 80), M.WALD, 0.0575, 0.3425),
    ((56, 70, 48, 80), M.MIETTINEN_NURMINEN, 0.0528, 0.3382),
    ((56, 70, 48, 80), M.NEWCOMBE, 0.0524, 0.3339),
    ((56, 70, 48, 80), M.NEWCOMBE_CONTINUITY, 0.0428, 0.3422),
    ((9, 10, 3, 10), M.MIETTINEN_NURMINEN, 0.1700, 0.8406),
    ((9, 10, 3, 10), M.NEWCOMBE, 0.1705, 0.8090),
    ((9, 10, 3, 10), M.NEWCOMBE_CONTINUITY, 0.1013, 0.8387),
    ((6, 7, 2, 7), M.MIETTINEN_NURMINEN, 0.0342, 0.8534),
    ((6, 7, 2, 7), M.NEWCOMBE, 0.0582, 0.8062),
    ((6, 7, 2, 7), M.NEWCOMBE_CONTINUITY, -0.0290, 0.8423),
    ((5, 56, 0, 29), M.MIETTINEN_NURMINEN, -0.0326, 0.1933),
    ((5, 56, 0, 29), M.NEWCOMBE, -0.0381, 0.1926),
    ((5, 56, 0, 29), M.NEWCOMBE_CONTINUITY, -0.0667, 0.2037),
    ((0, 10, 0, 20), M.MIETTINEN_NURMINEN, -0.1658, 0.2844),
    ((0, 10, 0, 20), M.NEWCOMBE, -0.1611, 0.2775),
    ((0, 10, 0, 20), M.NEWCOMBE_CONTINUITY, -0.2005, 0.3445),
    ((10, 10, 0, 20), M.MIETTINEN_NURMINEN, 0.7156, 1.0),
    ((10, 10, 0, 20), M.NEWCOMBE, 0.6791, 1.0),
    ((10, 10, 0, 20), M.NEWCOMBE_CONTINUITY, 0.6014, 1.0),
    ((10, 10, 0, 10), M.NEWCOMBE, 0.6075, 1.0),
    ((10, 10, 0, 10), M.NEWCOMBE_CONTINUITY, 0.5128, 1.0),
]


@pytest.mark.parametrize(("counts", "method", "lower", "upper"), NEWCOMBE_1998)
def test_newcombe_1998(
    counts: tuple[int, int, int, int], method: M, lower: float, upper: float
) -> None:
    interval = proportion_difference(*counts, method).interval
    assert interval.lower == pytest.approx(lower, abs=5.1e-5)
    assert interval.upper == pytest.approx(upper, abs=5.1e-5)


def test_three_of_four_against_one_of_two() -> None:
    # By hand from Wilson's limits: 0.25 - sqrt((.75 - l1)^2 + (u2 - .5)^2) and so on; level 0.9.
    result = proportion_difference(3, 4, 1, 2, M.NEWCOMBE, level=0.9)
    assert result.value == 0.25
    assert result.interval.lower == pytest.approx(-0.2966681, abs=5.1e-8)
    assert result.interval.upper == pytest.approx(0.6750199, abs=5.1e-8)


def test_relative_risk_and_odds_ratio_as_in_epitools() -> None:
    # R 4.2.2, epitools 0.5.10.1: m <- rbind(c(19, 10), c(11, 19));
    # riskratio(m, method = "wald", rev = "both")$measure; oddsratio(...)$measure
    risk = relative_risk(19, 29, 11, 30)
    assert (risk.value, risk.interval.lower, risk.interval.upper) == pytest.approx(
        (1.7868338557994, 1.0419567399603, 3.0642109271758), rel=1e-12
    )
    odds = odds_ratio(19, 29, 11, 30)
    assert (odds.value, odds.interval.lower, odds.interval.upper) == pytest.approx(
        (3.2818181818182, 1.1294735987853, 9.5357081299603), rel=1e-12
    )


def test_exact_odds_ratio_of_the_lady_tasting_tea() -> None:
    # R 4.2.2: fisher.test(rbind(c(3, 1), c(1, 3))); its root finder leaves four digits.
    result = exact_odds_ratio(3, 4, 1, 4)
    assert result.value == pytest.approx(6.408309, rel=1e-5)
    assert result.interval.lower == pytest.approx(0.2117329, rel=1e-4)
    assert result.interval.upper == pytest.approx(621.9337505, rel=1e-2)


def test_exact_limits_leave_half_the_error_in_each_tail() -> None:
    result = exact_odds_ratio(19, 29, 11, 30)
    at_lower = stats.nchypergeom_fisher(59, 29, 30, result.interval.lower)
    at_upper = stats.nchypergeom_fisher(59, 29, 30, result.interval.upper)
    assert at_lower.sf(18) == pytest.approx(0.025, rel=1e-8)
    assert at_upper.cdf(19) == pytest.approx(0.025, rel=1e-8)
    assert stats.nchypergeom_fisher(59, 29, 30, result.value).mean() == pytest.approx(19, rel=1e-8)


def test_an_empty_cell_leaves_a_bound_on_one_side() -> None:
    # R 4.2.2: fisher.test(rbind(c(0, 10), c(4, 8)))
    none = exact_odds_ratio(0, 10, 4, 12)
    assert (none.value, none.interval.lower) == (0.0, 0.0)
    assert none.interval.upper == pytest.approx(1.634038, rel=1e-5)
    # R 4.2.2: fisher.test(rbind(c(10, 0), c(4, 8)))
    every = exact_odds_ratio(10, 10, 4, 12)
    assert math.isinf(every.value)
    assert math.isinf(every.interval.upper)
    assert every.interval.lower == pytest.approx(2.494091, rel=1e-4)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((0, 5, 2, 5), Reason.NO_EVENTS),
        ((2, 5, 0, 5), Reason.NO_EVENTS),
        ((5, 5, 5, 5), Reason.NO_VARIATION),
        ((0, 0, 2, 5), Reason.NO_DATA),
    ],
)
def test_no_relative_risk(counts: tuple[int, int, int, int], reason: Reason) -> None:
    with pytest.raises(NotEstimableError) as caught:
        relative_risk(*counts)
    assert caught.value.reason is reason


@pytest.mark.parametrize("counts", [(0, 5, 2, 5), (5, 5, 2, 5), (2, 5, 0, 5), (2, 5, 5, 5)])
def test_no_odds_ratio_with_an_empty_cell(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(NotEstimableError, match="empty cell"):
        odds_ratio(*counts)


@pytest.mark.parametrize("counts", [(0, 5, 0, 7), (5, 5, 7, 7)])
def test_no_exact_odds_ratio_where_all_are_alike(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(NotEstimableError) as caught:
        exact_odds_ratio(*counts)
    assert caught.value.reason is Reason.NO_VARIATION


def test_wald_says_nothing_where_each_group_is_alike() -> None:
    with pytest.raises(NotEstimableError):
        proportion_difference(0, 5, 5, 5, M.WALD)


@pytest.mark.parametrize("counts", [(3, 2, 1, 4), (1, 4, 5, 4), (-1, 4, 1, 4)])
def test_more_events_than_people_are_refused(counts: tuple[int, int, int, int]) -> None:
    for compared in (proportion_difference, relative_risk, odds_ratio, exact_odds_ratio):
        with pytest.raises(InvalidInputError):
            compared(*counts)


COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NOT_WALD = st.sampled_from([method for method in M if method is not M.WALD])


@given(COUNTS, COUNTS, NOT_WALD)
def test_intervals_hold_the_difference_and_mirror(
    first: tuple[int, int], second: tuple[int, int], method: M
) -> None:
    result = proportion_difference(*first, *second, method)
    assert -1 <= result.interval.lower <= result.value <= result.interval.upper <= 1
    swapped = proportion_difference(*second, *first, method).interval
    assert swapped.lower == pytest.approx(-result.interval.upper, abs=1e-7)
    assert swapped.upper == pytest.approx(-result.interval.lower, abs=1e-7)


@given(COUNTS, COUNTS)
def test_the_exact_odds_ratio_turns_over_with_the_groups(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    if first[0] + second[0] in (0, first[1] + second[1]):
        return
    result, turned = exact_odds_ratio(*first, *second), exact_odds_ratio(*second, *first)
    assert result.interval.lower <= result.value <= result.interval.upper
    if result.interval.lower > 0:
        assert turned.interval.upper == pytest.approx(1 / result.interval.lower, rel=1e-6)
    else:
        assert math.isinf(turned.interval.upper)
