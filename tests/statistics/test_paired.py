"""Paired tests against R 4.2.2 (stats, coin 1.4-2) and Student's own data."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.paired import (
    Zeros,
    one_sample_t,
    paired_differences,
    pseudo_median,
    sign_test,
    signed_rank_test,
)

# Hamilton depression scores of nine patients: Hollander and Wolfe (1973), table 3.1, as R quotes it
FIRST = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
SECOND = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
TIED = [3.0, -1, 0, 2, 2, -1, 4, 0, 1, -2, 5, 3]


def test_student_gets_his_own_result() -> None:
    # t.test(extra ~ group, sleep, paired = TRUE); Student, Biometrika 1908;6:1-25
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    estimate = one_sample_t(paired_differences(second, first).values)
    assert estimate.value == pytest.approx(1.58)
    assert estimate.standard_error == pytest.approx(0.3889587, abs=1e-7)
    assert estimate.df == 9
    assert estimate.p_value == pytest.approx(0.00283289, abs=1e-8)
    assert estimate.interval.lower == pytest.approx(0.7001142367, abs=1e-10)


def test_t_test_against_a_null_mean() -> None:
    # t.test(x - y, mu = 0): t = 3.035375416, p = 0.0161766274; shifting both leaves them alone
    differences = paired_differences(FIRST, SECOND).values
    estimate = one_sample_t(differences + 5, null=5)
    assert estimate.statistic == pytest.approx(3.035375416)
    assert estimate.p_value == pytest.approx(0.0161766274)


def test_signed_rank_test_without_ties() -> None:
    # wilcox.test(x, y, paired = TRUE, conf.int = TRUE, exact = TRUE)
    differences = paired_differences(FIRST, SECOND).values
    test = signed_rank_test(differences, Zeros.WILCOXON)
    assert (test.statistic, test.exact) == (40, True)
    assert test.p_value == pytest.approx(0.0390625)
    median = pseudo_median(differences)
    assert median.value == pytest.approx(0.46)
    assert median.interval is not None
    assert (median.interval.lower, median.interval.upper) == pytest.approx((0.010, 0.786))


@pytest.mark.parametrize(
    ("zeros", "statistic", "p_value"),
    [
        # library(coin); z <- rep(0, 12)
        # wilcoxsign_test(d ~ z, zero.method = "Pratt", distribution = "exact")
        (Zeros.PRATT, 60, 0.087890625),
        # wilcoxsign_test(d ~ z, zero.method = "Wilcoxon", distribution = "exact")
        (Zeros.WILCOXON, 46, 0.0625),
    ],
)
def test_signed_rank_test_with_ties_and_zeros(
    zeros: Zeros, statistic: float, p_value: float
) -> None:
    test = signed_rank_test(TIED, zeros)
    assert test.statistic == statistic
    assert test.p_value == pytest.approx(p_value)


@settings(deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=7).filter(any))
def test_exact_is_what_all_signs_say(values: list[int]) -> None:
    sizes = np.abs(np.array(values, dtype=float))
    test = signed_rank_test(sizes * np.sign(values), Zeros.PRATT)
    sums = [
        signed_rank_test(sizes * signs, Zeros.PRATT).statistic
        for signs in itertools.product([-1, 1], repeat=len(values))
    ]
    extreme = [abs(s - test.null_mean) >= abs(test.statistic - test.null_mean) for s in sums]
    assert test.p_value == pytest.approx(np.mean(extreme))


def test_differences_of_decimals_are_tied_as_written() -> None:
    # As doubles 0.3 − 0.2 < 0.2 − 0.1: without ties the ranks would be 1 and 2.
    differences = np.array([0.3, 0.1]) - np.array([0.2, 0.2])
    assert abs(differences[0]) != abs(differences[1])
    assert signed_rank_test(differences, Zeros.WILCOXON).statistic == 1.5


def test_many_pairs_follow_the_normal_law() -> None:
    sample = np.random.default_rng(2).normal(0.1, 1, size=100)
    exact = signed_rank_test(sample, Zeros.WILCOXON)
    more = np.append(sample, 1e-9)
    normal = signed_rank_test(more, Zeros.WILCOXON)
    assert (exact.exact, normal.exact) == (True, False)
    expected = stats.wilcoxon(more, method="asymptotic", correction=False)
    assert normal.p_value == pytest.approx(expected.pvalue)
    near, far = pseudo_median(sample).interval, pseudo_median(np.append(sample, 0.1)).interval
    assert near is not None
    assert far is not None
    assert (far.lower, far.upper) == pytest.approx((near.lower, near.upper), abs=0.02)


def test_sign_test_is_binomial() -> None:
    # binom.test(sum(d > 0), sum(d != 0))$p.value
    test = sign_test(TIED)
    assert (test.positive, test.negative, test.zero) == (7, 3, 2)
    assert test.p_value == pytest.approx(0.34375)


def test_few_differences_have_no_interval_at_the_level() -> None:
    # 2⁻⁵ is the smallest one-sided p-value of five differences: more than 0.025.
    assert pseudo_median([1.0, 2, 3, 4, 5]).interval is None
    assert pseudo_median([1.0, 2, 3, 4, 5, 6]).interval is not None
    assert pseudo_median([4.0]).value == 4.0


def test_incomplete_pairs_are_counted() -> None:
    found = paired_differences([1.0, np.nan, 3.0, 4.0], [0.0, 1.0, np.nan, 5.0])
    assert list(found.values) == [1.0, -1.0]
    assert found.n_left_out == 2


def test_what_cannot_be_estimated_says_why() -> None:
    with pytest.raises(NotEstimableError) as caught:
        paired_differences([np.nan], [1.0])
    assert caught.value.reason is Reason.NO_DATA
    for values, reason in [
        ([], Reason.NO_DATA),
        ([1.0], Reason.TOO_FEW),
        ([2.0, 2.0], Reason.NO_VARIATION),
    ]:
        with pytest.raises(NotEstimableError) as caught:
            one_sample_t(values)
        assert caught.value.reason is reason
    for zeros in Zeros:
        with pytest.raises(NotEstimableError):
            signed_rank_test([0.0, 0.0], zeros)
    with pytest.raises(NotEstimableError):
        sign_test([0.0])


def test_gaps_are_the_callers_to_count() -> None:
    with pytest.raises(InvalidInputError, match="gaps"):
        one_sample_t([1.0, np.nan, 2.0])
    with pytest.raises(InvalidInputError, match="pairs"):
        paired_differences([1.0, 2.0], [1.0])


def test_what_rounding_leaves_of_a_difference_is_no_difference() -> None:
    # As doubles 0.3 − (0.1 + 0.2) is −5.6e-17, and 10000.3 − 10000.1 falls short of 1.5 − 1.3.
    found = paired_differences([0.3, 10000.3, 1.5, 0.0], [0.1 + 0.2, 10000.1, 1.3, 0.0]).values
    assert found.tolist() == [0.0, 0.2, 0.2, 0.0]
    assert not np.signbit(found).any()
    assert (found[0], sign_test(found).zero) == (0.0, 2)
    # The residue of a sum, too, is zero beside differences of ordinary size.
    test = signed_rank_test([0.3 - 0.1 - 0.2, 0.5, 0.7], Zeros.WILCOXON)
    assert (test.statistic, test.null_mean) == (3.0, 1.5)
    assert sign_test([0.3 - 0.1 - 0.2, 0.5, 0.7]).zero == 1


def test_differences_equal_but_for_rounding_do_not_vary() -> None:
    # R 4.2.2: t.test(c(.3 - .2, .2 - .1, .4 - .3)): "data are essentially constant"
    with pytest.raises(NotEstimableError) as caught:
        one_sample_t([0.3 - 0.2, 0.2 - 0.1, 0.4 - 0.3])
    assert caught.value.reason is Reason.NO_VARIATION
