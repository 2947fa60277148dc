"""Comparisons of samples against R 4.2.2 (stats, coin 1.4-2)."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.two_samples import (
    kruskal_wallis,
    median_difference,
    rank_sum_test,
    two_sample_t,
)

# Permeability constants of the human chorioamnion at term and between 12 and 26 weeks: Hollander
# and Wolfe (1973), table 4.1, as R quotes it
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
BEFORE = [1.15, 0.88, 0.90, 0.74, 1.21]
G1, G2 = [1.0, 2, 2, 3, 5, 5, 8], [2.0, 4, 5, 6, 8, 9, 9, 10]


def test_welch_is_that_of_r() -> None:
    # t.test(g1, g2)
    estimate = two_sample_t(G1, G2, equal_variances=False)
    assert estimate.statistic == pytest.approx(-2.145046341)
    assert estimate.df == pytest.approx(12.99938848)
    assert estimate.p_value == pytest.approx(0.0514201848)
    assert estimate.interval.lower == pytest.approx(-5.8422341600115)


def test_student_is_that_of_r() -> None:
    # t.test(g1, g2, var.equal = TRUE)
    estimate = two_sample_t(G1, G2, equal_variances=True)
    assert estimate.statistic == pytest.approx(-2.122148421)
    assert estimate.df == 13
    assert estimate.p_value == pytest.approx(0.0536104841)


def test_rank_sum_without_ties() -> None:
    # wilcox.test(a, b, conf.int = TRUE, exact = TRUE): W = 35 is the rank sum less 10·11/2
    test = rank_sum_test(AT_TERM, BEFORE)
    assert test.statistic - 55 == 35
    assert test.p_value == pytest.approx(0.254412254)
    shift = median_difference(AT_TERM, BEFORE)
    assert shift.value == pytest.approx(0.305)
    assert shift.interval is not None
    assert (shift.interval.lower, shift.interval.upper) == pytest.approx((-0.15, 0.76))


def test_rank_sum_with_ties() -> None:
    # coin: wilcox_test(v ~ g, distribution = "exact"); statistic(w, "linear") 39.5
    test = rank_sum_test(G1, G2)
    assert (test.statistic, test.exact) == (39.5, True)
    assert test.p_value == pytest.approx(0.0624708624709)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=4),
    st.lists(st.integers(0, 4), min_size=1, max_size=4),
)
def test_exact_is_what_all_subsets_say(first: list[int], second: list[int]) -> None:
    if len({*first, *second}) == 1:
        return
    test = rank_sum_test(first, second)
    ranks = stats.rankdata(first + second)
    sums = [sum(subset) for subset in itertools.combinations(ranks, len(first))]
    distance = abs(test.statistic - test.null_mean)
    assert test.p_value == pytest.approx(
        np.mean([abs(s - test.null_mean) >= distance for s in sums])
    )


def test_kruskal_wallis_is_that_of_r() -> None:
    # kruskal.test(list(g1, g2, c(3, 3, 7)))
    test = kruskal_wallis([G1, G2, [3.0, 3, 7]])
    assert test.statistic == pytest.approx(4.234371104)
    assert test.df == 2
    assert test.p_value == pytest.approx(0.120369927)


def test_large_samples_follow_the_normal_law() -> None:
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=60), rng.normal(0.2, 1, size=40)
    more = np.append(second, 0.2)
    exact, normal = rank_sum_test(first, second), rank_sum_test(first, more)
    assert (exact.exact, normal.exact) == (True, False)
    expected = stats.mannwhitneyu(first, more, method="asymptotic", use_continuity=False)
    assert normal.p_value == pytest.approx(expected.pvalue)
    near = median_difference(first, second).interval
    far = median_difference(first, more).interval
    assert near is not None
    assert far is not None
    assert (far.lower, far.upper) == pytest.approx((near.lower, near.upper), abs=0.02)


def test_what_cannot_be_estimated_says_why() -> None:
    with pytest.raises(NotEstimableError) as caught:
        two_sample_t([1.0], [1.0, 2.0], equal_variances=False)
    assert caught.value.reason is Reason.TOO_FEW
    with pytest.raises(NotEstimableError) as caught:
        two_sample_t([1.0, 1.0], [2.0, 2.0], equal_variances=True)
    assert caught.value.reason is Reason.NO_VARIATION
    with pytest.raises(NotEstimableError):
        rank_sum_test([1.0], [1.0, 1.0])
    with pytest.raises(NotEstimableError):
        kruskal_wallis([[1.0, 2.0]])
    with pytest.raises(NotEstimableError):
        kruskal_wallis([[1.0, 1.0], [1.0]])


@pytest.mark.parametrize("equal_variances", [True, False])
def test_samples_equal_but_for_rounding_do_not_vary(equal_variances: bool) -> None:
    # R 4.2.2: t.test(c(.3 - .2, .1), c(.1, .4 - .3)): "data are essentially constant"
    with pytest.raises(NotEstimableError) as caught:
        two_sample_t([0.3 - 0.2, 0.1], [0.1, 0.4 - 0.3], equal_variances=equal_variances)
    assert caught.value.reason is Reason.NO_VARIATION


def test_values_equal_but_for_rounding_are_tied() -> None:
    written, computed = [0.1, 0.1, 0.5], [0.3 - 0.2, 0.2 - 0.1, 0.5]
    other = [0.1, 0.4 - 0.3, 0.6]
    assert rank_sum_test(computed, other) == rank_sum_test(written, [0.1, 0.1, 0.6])
    assert kruskal_wallis([computed, other]) == kruskal_wallis([written, [0.1, 0.1, 0.6]])
