"""Tests of one sample of differences: t, exact Wilcoxon signed rank, sign.

The functions take differences (n,) without gaps; `paired_differences` makes them, and says how
many pairs it left out. Exact p-values are those of the permutation distribution given the ties.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, Interval, estimate_from
from trialrun.statistics.near_ties import difference, joined
from trialrun.statistics.rank_distributions import (
    RankTest,
    order_statistic_interval,
    rank_test_from,
    signed_rank_probabilities,
)

# R's t.test, too, calls data constant whose standard error is this small beside their mean.
CONSTANT = 10 * np.finfo(float).eps


class Zeros(StrEnum):
    """What a signed-rank test does with differences of zero."""

    WILCOXON = "left out before ranking"
    PRATT = "ranked, then left out"


@dataclass(frozen=True)
class PairedDifferences:
    """The differences (n,) of complete pairs, and how many pairs were not complete."""

    values: FloatArray
    n_left_out: int


@dataclass(frozen=True)
class SignTest:
    """Numbers of positive, negative and zero differences, and the exact two-sided p-value."""

    positive: int
    negative: int
    zero: int
    p_value: float


@dataclass(frozen=True)
class PseudoMedian:
    """The Hodges-Lehmann estimate; no interval if too few values reach its level."""

    value: float
    interval: Interval | None


def paired_differences(after: npt.ArrayLike, before: npt.ArrayLike) -> PairedDifferences:
    """After minus before for each pair (n,) that has both values.

    What rounding left of a difference is taken away: 0.3 − (0.1 + 0.2) is 0.

    Raises NotEstimableError if no pair has.
    """
    later, earlier = np.asarray(after, dtype=np.float64), np.asarray(before, dtype=np.float64)
    if later.shape != earlier.shape or later.ndim != 1:
        raise InvalidInputError("pairs need one value before and one after for each participant")
    differences = difference(later, earlier)
    known = np.isfinite(differences)
    if not known.any():
        raise NotEstimableError(Reason.NO_DATA, "no participant has both values")
    return PairedDifferences(differences[known], int((~known).sum()))


def one_sample_t(values: npt.ArrayLike, null: float = 0.0, level: float = 0.95) -> Estimate:
    """Student's test and interval of the mean of `values` (n,); paired if they are differences.

    Raises NotEstimableError for fewer than two values, or if they are all the same.
    """
    sample = complete_sample(values)
    if len(sample) < 2:
        raise NotEstimableError(Reason.TOO_FEW, "one value alone shows no variation")
    error = float(np.std(sample, ddof=1) / np.sqrt(len(sample)))
    if error <= CONSTANT * abs(sample.mean()):
        raise NotEstimableError(Reason.NO_VARIATION, "all values are the same")
    return estimate_from(float(sample.mean()), error, df=len(sample) - 1, level=level, null=null)


def signed_rank_test(differences: npt.ArrayLike, zeros: Zeros) -> RankTest:
    """Wilcoxon's signed-rank test; its statistic is the sum of ranks of positive differences.

    Differences that agree in twelve digits are tied: 0.3 − 0.2 and 0.2 − 0.1 are, for people.
    Source: Wilcoxon, Biometrics Bulletin 1945;1:80-83; Pratt, JASA 1959;54:655-667. Raises
    NotEstimableError if all differences are zero.
    """
    values = complete_sample(differences)
    sample = np.sign(values) * joined(np.abs(values))
    if zeros is Zeros.WILCOXON:
        sample = sample[sample != 0]
    ranks = stats.rankdata(np.abs(sample))[sample != 0]
    if len(ranks) == 0:
        raise NotEstimableError(Reason.NO_VARIATION, "all differences are zero")
    statistic = float(ranks[sample[sample != 0] > 0].sum())
    mean, variance = float(ranks.sum() / 2), float((ranks**2).sum() / 4)
    return rank_test_from(
        statistic, mean, variance, len(ranks), lambda: signed_rank_probabilities(ranks)
    )


def pseudo_median(differences: npt.ArrayLike, level: float = 0.95) -> PseudoMedian:
    """The median of Walsh averages with the interval by the signed-rank distribution without ties.

    With ties the interval covers at least its level. Source: Hollander and Wolfe,
    Nonparametric Statistical Methods (1999), sections 3.2 and 3.3.
    """
    sample = complete_sample(differences)
    first, second = np.triu_indices(len(sample))
    averages = np.sort((sample[first] + sample[second]) / 2)
    n = len(sample)
    interval = order_statistic_interval(
        averages,
        n * (n + 1) * (2 * n + 1) / 24,
        n,
        lambda: signed_rank_probabilities(np.arange(1.0, n + 1))[::2],
        level,
    )
    return PseudoMedian(float(np.median(averages)), interval)


def sign_test(differences: npt.ArrayLike) -> SignTest:
    """The exact binomial test that positive and negative differences are equally likely.

    Zeros are left out of it. Raises NotEstimableError if all differences are zero.
    """
    sample = joined(complete_sample(differences))
    positive, negative = int((sample > 0).sum()), int((sample < 0).sum())
    if positive + negative == 0:
        raise NotEstimableError(Reason.NO_VARIATION, "all differences are zero")
    p_value = float(stats.binomtest(positive, positive + negative).pvalue)
    return SignTest(positive, negative, len(sample) - positive - negative, p_value)


def complete_sample(values: npt.ArrayLike) -> FloatArray:
    """The values (n,). Raises InvalidInputError for a gap, NotEstimableError if there are none."""
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or not np.isfinite(sample).all():
        raise InvalidInputError(
            "a sample is one row of known values; leave out gaps and count them"
        )
    if len(sample) == 0:
        raise NotEstimableError(Reason.NO_DATA, "the sample has no values")
    return sample
