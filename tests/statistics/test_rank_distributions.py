"""Permutation distributions against counts by hand and by scipy."""

import itertools

import numpy as np
import pytest

from trialrun.statistics.rank_distributions import (
    order_statistic_interval,
    rank_sum_probabilities,
    signed_rank_probabilities,
)


def test_signed_ranks_of_three() -> None:
    # Sums of subsets of {1, 2, 3}: 0, 1, 2, 3 (twice), 4, 5, 6; the distribution runs over halves.
    found = 8 * signed_rank_probabilities(np.array([1.0, 2, 3]))
    assert found[::2].tolist() == [1, 1, 1, 2, 1, 1, 1]
    assert not found[1::2].any()


def test_rank_sums_with_ties() -> None:
    ranks = np.array([1.5, 1.5, 3, 4.5, 4.5])
    found = rank_sum_probabilities(ranks, 2)
    sums = [2 * sum(pair) for pair in itertools.combinations(ranks, 2)]
    assert found == pytest.approx(
        np.bincount(np.array(sums, dtype=np.int64), minlength=len(found)) / 10
    )


@pytest.mark.parametrize("n", [6, 25, 100])
def test_probabilities_add_up(n: int) -> None:
    ranks = np.arange(1.0, n + 1)
    assert signed_rank_probabilities(ranks).sum() == pytest.approx(1)
    assert rank_sum_probabilities(ranks, n // 2).sum() == pytest.approx(1)


def test_intervals_leave_out_as_many_on_either_side() -> None:
    # Tails of 0.02 and 0.04: one value may be left out below 0.025, the next not.
    masses = np.array([0.02, 0.02, 0.92, 0.02, 0.02])
    interval = order_statistic_interval(np.arange(4.0), 1.0, 4, lambda: masses, 0.95)
    assert interval is not None
    assert (interval.lower, interval.upper) == (0, 3)
    assert order_statistic_interval(np.arange(4.0), 1.0, 4, lambda: masses, 0.99) is None
