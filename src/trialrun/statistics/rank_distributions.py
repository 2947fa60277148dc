"""Permutation distributions of rank sums, given the ties.

Midranks are multiples of one half: distributions run over twice the rank sum, in whole numbers.
Source: the shift algorithm, Streitberg and Röhmel, Statistical Software Newsletter 1986;12:10-17.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.estimates import Interval

# Beyond this many values the normal law agrees in the digits that are read, and is at once there.
_EXACT_UP_TO = 100


@dataclass(frozen=True)
class RankTest:
    """A rank sum with its null mean and its two-sided p-value: exact, or by the normal law."""

    statistic: float
    null_mean: float
    p_value: float
    exact: bool


def rank_test_from(
    statistic: float,
    mean: float,
    variance: float,
    n_values: int,
    probabilities: Callable[[], FloatArray],
) -> RankTest:
    """The test by `probabilities` of twice the statistic; beyond 100 values by the normal law.

    Two-sided means: as far from the null mean or farther, on either side.
    """
    if n_values > _EXACT_UP_TO:
        p_value = float(2 * stats.norm.sf(abs(statistic - mean) / math.sqrt(variance)))
        return RankTest(statistic, mean, p_value, exact=False)
    masses = probabilities()
    distances = np.abs(np.arange(len(masses)) - 2 * mean)
    # Sums of halves are exact, yet the mean may be a third.
    p_value = float(masses[distances >= 2 * abs(statistic - mean) - 1e-9].sum())
    return RankTest(statistic, mean, min(p_value, 1.0), exact=True)


def signed_rank_probabilities(ranks: FloatArray) -> FloatArray:
    """Probabilities of twice the sum of `ranks` (n,), each of which counts or not with chance ½."""
    doubled = np.rint(2 * ranks).astype(np.int64)
    masses = np.zeros(doubled.sum() + 1)
    masses[0] = 1.0
    for rank in doubled:
        moved = np.concatenate([np.zeros(rank), masses[: len(masses) - rank]])
        masses = (masses + moved) / 2
    return masses


def rank_sum_probabilities(ranks: FloatArray, size: int) -> FloatArray:
    """Probabilities of twice the sum of `size` of the `ranks` (n,), all subsets equally likely."""
    doubled = np.rint(2 * ranks).astype(np.int64)
    counts = np.zeros((size + 1, doubled.sum() + 1))
    counts[0, 0] = 1.0
    for rank in doubled:
        # numpy reads the right side as it was: both slices share memory, so it copies first.
        counts[1:, rank:] += counts[:-1, : counts.shape[1] - rank]
    return np.asarray(counts[size] / counts[size].sum())


def order_statistic_interval(
    ordered: FloatArray,
    variance: float,
    n_values: int,
    probabilities: Callable[[], FloatArray],
    level: float,
) -> Interval | None:
    """The interval between two order statistics, as many from below as from above.

    How many, the law of their number under the null says: `probabilities`, or beyond 100 values
    the normal law with `variance`. None if even the outermost do not reach the level.
    """
    tail = (1 - level) / 2
    if n_values > _EXACT_UP_TO:
        below = int(len(ordered) / 2 + stats.norm.ppf(tail) * math.sqrt(variance))
    else:
        below = int(np.searchsorted(np.cumsum(probabilities()), tail, side="left"))
    if below == 0:
        return None
    return Interval(float(ordered[below - 1]), float(ordered[len(ordered) - below]), level)
