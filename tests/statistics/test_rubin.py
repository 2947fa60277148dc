"""Rubin's rules against R's mice, shifts, and tipping points that have a closed form."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.rubin import pooled, shifted, tipping_point

VALUES = [2.1, 2.9, 1.7, 2.4, 3.3]
ERRORS = [0.8, 0.9, 0.75, 0.85, 0.95]


def test_pooling_is_that_of_mice() -> None:
    # R 4.2.2, mice 3.15.0: pool.scalar(q, u^2, n = 41, k = 2)
    found = pooled(VALUES, ERRORS, complete_df=39)
    assert found.estimate.value == pytest.approx(2.48)
    assert found.within == pytest.approx(0.7275)
    assert found.between == pytest.approx(0.402)
    assert found.estimate.standard_error**2 == pytest.approx(1.2099)
    assert found.estimate.df == pytest.approx(11.831782623966)
    # r = 0.663092783505 there is the relative increase of the variance: share = r / (1 + r)
    assert found.missing_share == pytest.approx(0.663092783505 / 1.663092783505)


def test_large_trials_have_the_degrees_of_freedom_of_1987() -> None:
    # pool.scalar(q, u^2, n = Inf, k = 1)
    assert pooled(VALUES, ERRORS).estimate.df == pytest.approx(25.1619529838)


@settings(deadline=None)
@given(st.integers(2, 30), st.floats(2, 500))
def test_degrees_of_freedom_never_exceed_the_complete_ones(m: int, complete_df: float) -> None:
    values = np.random.default_rng(m).normal(size=m)
    assert pooled(values, np.ones(m), complete_df=complete_df).estimate.df < complete_df


def test_equal_imputations_are_one_estimate() -> None:
    found = pooled([2.0, 2.0], [0.5, 0.5])
    assert found.estimate.df == math.inf
    assert found.missing_share == 0
    # Barnard and Rubin's (41/43)·40 for 40 complete degrees of freedom and nothing missing
    assert pooled([2.0, 2.0], [0.5, 0.5], complete_df=40).estimate.df == pytest.approx(41 / 43 * 40)


def test_shifts_move_what_was_missing_in_the_chosen_rows() -> None:
    observed = np.array([[1.0, np.nan], [np.nan, np.nan]])
    completed = np.array([[[1.0, 5.0], [6.0, 7.0]], [[1.0, 4.0], [3.0, 2.0]]])
    moved = shifted(completed, observed, [10.0, 20.0], [True, False])
    assert moved.tolist() == [[[1.0, 25.0], [6.0, 7.0]], [[1.0, 24.0], [3.0, 2.0]]]
    both = shifted(completed, observed, [10.0, 20.0], [True, True])
    assert both[0].tolist() == [[1.0, 25.0], [16.0, 27.0]]


def test_tipping_point_has_its_closed_form() -> None:
    # An effect of 3 standard errors of which a shift δ takes 0.4 δ: tips at (3 − 1.96)/0.4.
    def p_value(shift: float) -> float:
        return float(2 * stats.norm.sf(3 - 0.4 * shift))

    assert tipping_point(p_value, 10.0) == pytest.approx((3 - stats.norm.ppf(0.975)) / 0.4)
    for limit, significance in [(1.0, 0.05), (10.0, 1e-9)]:
        with pytest.raises(NotEstimableError) as caught:
            tipping_point(p_value, limit, significance=significance)
        assert caught.value.reason is Reason.NOT_REACHED


def test_shifts_to_the_negative_tip_too() -> None:
    def p_value(shift: float) -> float:
        return float(2 * stats.norm.sf(3 + 0.4 * shift))

    assert tipping_point(p_value, -7.4) == pytest.approx(-(3 - stats.norm.ppf(0.975)) / 0.4)


def test_pools_without_variance_or_with_gaps_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="two estimates"):
        pooled([1.0], [1.0])
    with pytest.raises(InvalidInputError, match="leave none out"):
        pooled([1.0, np.nan], [1.0, 1.0])
    with pytest.raises(NotEstimableError):
        pooled([1.0, 1.0], [0.0, 0.0])


def test_without_variance_within_there_are_no_degrees_of_freedom() -> None:
    # Barnard and Rubin's observed degrees of freedom are then 0.
    with pytest.raises(NotEstimableError) as caught:
        pooled([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], complete_df=20)
    assert caught.value.reason is Reason.TOO_FEW
