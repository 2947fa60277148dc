import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.win_ratio import (
    Better,
    PairCounts,
    compare_event_times,
    compare_values,
    in_order,
    net_benefit,
    pair_counts,
    win_odds,
    win_ratio,
)

TREATED, CONTROL = [3.0, 5, 5, 7, 9, 2], [1.0, 5, 4, 2, 8]


@pytest.mark.parametrize(
    ("own", "other", "result"),
    [
        ((5, 1), (3, 1), 1),  # both died, the first later
        ((3, 1), (5, 1), -1),
        ((5, 0), (3, 1), 1),  # alive at 5, the other dead at 3
        ((3, 0), (5, 1), 0),  # lost at 3: may have died sooner or later than at 5
        ((3, 1), (5, 0), -1),
        ((5, 1), (3, 0), 0),
        ((5, 0), (3, 0), 0),  # both alive when last seen
        ((4, 1), (4, 1), 0),
        ((4, 0), (4, 1), 0),  # not followed for strictly longer
    ],
)
def test_two_event_times(own: tuple[int, int], other: tuple[int, int], result: int) -> None:
    comparison = compare_event_times([own[0]], [own[1]], [other[0]], [other[1]])
    assert comparison.tolist() == [[result]]


def test_values_with_a_margin_and_missing_ones() -> None:
    own, other = [10, 7, math.nan], [8, 7]
    assert compare_values(own, other).tolist() == [[1, 1], [-1, 0], [0, 0]]
    assert compare_values(own, other, margin=2).tolist() == [[0, 1], [0, 0], [0, 0]]
    assert compare_values(own, other, better=Better.LOWER).tolist() == [[-1, -1], [1, 0], [0, 0]]


def test_a_later_endpoint_decides_what_earlier_ones_leave_open() -> None:
    deaths = compare_event_times([5, 9], [1, 0], [7, 9], [1, 0])
    function = compare_values([30, 20], [10, 25])
    assert deaths.tolist() == [[-1, -1], [1, 0]]
    assert in_order(deaths, function).tolist() == [[-1, -1], [1, -1]]
    assert pair_counts(in_order(deaths, function)) == PairCounts(wins=1, losses=3, ties=0)


def test_net_benefit_is_brunner_and_munzels_effect() -> None:
    # statsmodels 0.15.0: r = rank_compare_2indep(TREATED, CONTROL); 2 * r.prob1 - 1;
    # 2 * sqrt(r.var / r.nobs). The same from R 4.2.2 by hand: P <- outer(x, y, ">") -
    # outer(x, y, "<"); mean(P); sqrt(var(rowMeans(P)) / 6 + var(colMeans(P)) / 5)
    found = net_benefit(compare_values(TREATED, CONTROL))
    assert found.value == pytest.approx(0.3, rel=1e-10)
    assert found.standard_error == pytest.approx(0.36696957185394, rel=1e-10)


def test_win_ratio_and_win_odds_by_hand() -> None:
    # R 4.2.2: W <- outer(x, y, ">"); L <- outer(x, y, "<"); w <- mean(W); l <- mean(L)
    # v <- function(a, b) cov(rowMeans(a), rowMeans(b)) / 6 + cov(colMeans(a), colMeans(b)) / 5
    # w / l; sqrt(v(W, W) / w^2 - 2 * v(W, L) / (w * l) + v(L, L) / l^2), and with half the ties
    comparison = compare_values(TREATED, CONTROL)
    assert pair_counts(comparison) == PairCounts(wins=18, losses=9, ties=3)
    ratio, odds = win_ratio(comparison), win_odds(comparison)
    assert ratio.value == pytest.approx(2.0, rel=1e-10)
    assert ratio.log.standard_error == pytest.approx(0.9110094794265, rel=1e-10)
    assert odds.value == pytest.approx(1.8571428571429, rel=1e-10)
    assert odds.log.standard_error == pytest.approx(0.80652653154713, rel=1e-10)


@pytest.mark.parametrize(
    ("own", "other", "reason"),
    [
        ([5, 6], [1, 2], Reason.NO_VARIATION),  # not one loss
        ([1, 1], [1, 1], Reason.NO_VARIATION),  # ties only
        ([5], [1, 9], Reason.TOO_FEW),
        ([5, 6], [1], Reason.TOO_FEW),
    ],
)
def test_no_win_ratio(own: list[float], other: list[float], reason: Reason) -> None:
    with pytest.raises(NotEstimableError) as caught:
        win_ratio(compare_values(own, other))
    assert caught.value.reason is reason


def test_equal_shares_of_wins_have_no_variance_left_by_rounding() -> None:
    wins, losses = np.roll(np.eye(7), 1, axis=0) + np.eye(7), np.roll(np.eye(7), 2, axis=0)
    comparison = (wins - losses).astype(np.int8)
    for measured in (win_ratio, win_odds, net_benefit):
        with pytest.raises(NotEstimableError) as caught:
            measured(comparison)
        assert caught.value.reason is Reason.NO_VARIATION


def test_a_group_of_nobody_cannot_be_compared() -> None:
    for compared in (
        lambda: compare_values([], [1]),
        lambda: compare_event_times([1], [1], [], []),
        lambda: win_odds(np.zeros((0, 2), dtype=np.int8)),
    ):
        with pytest.raises(NotEstimableError) as caught:
            compared()
        assert caught.value.reason is Reason.NO_DATA


def test_ill_formed_comparisons_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="same participants"):
        in_order(compare_values([1, 2], [1]), compare_values([1], [1]))
    with pytest.raises(InvalidInputError, match="margin"):
        compare_values([1], [1], margin=-1)
    with pytest.raises(InvalidInputError, match="matrix"):
        net_benefit(np.full((2, 2), 3, dtype=np.int8))


VALUES = st.lists(st.integers(0, 6), min_size=2, max_size=12)


@given(VALUES, VALUES)
def test_exchanging_the_groups_turns_everything_over(own: list[int], other: list[int]) -> None:
    comparison, turned = compare_values(own, other), compare_values(other, own)
    assert np.array_equal(turned, -comparison.T)
    for measured in (win_ratio, win_odds):
        try:
            found = measured(comparison)
        except NotEstimableError:
            continue
        assert measured(turned).value == pytest.approx(1 / found.value, rel=1e-9)
        assert measured(turned).log.standard_error == pytest.approx(
            found.log.standard_error, rel=1e-7
        )
        assert found.interval.lower <= found.value <= found.interval.upper
