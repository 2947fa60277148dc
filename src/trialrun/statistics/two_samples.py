"""Comparisons of independent samples: t, Welch, exact Wilcoxon rank sum, Kruskal-Wallis.

Samples (n,) have no gaps; whoever leaves out missing values counts them.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, estimate_from
from trialrun.statistics.near_ties import joined
from trialrun.statistics.paired import CONSTANT, PseudoMedian, complete_sample
from trialrun.statistics.rank_distributions import (
    RankTest,
    order_statistic_interval,
    rank_sum_probabilities,
    rank_test_from,
)
from trialrun.statistics.results import SignificanceTest


def two_sample_t(
    first: npt.ArrayLike, second: npt.ArrayLike, *, equal_variances: bool, level: float = 0.95
) -> Estimate:
    """The difference of means, first minus second: Student's if variances are equal, else Welch's.

    Source: Welch, Biometrika 1947;34:28-35. Raises NotEstimableError for a sample of one value, or
    if neither sample varies.
    """
    a, b = complete_sample(first), complete_sample(second)
    if min(len(a), len(b)) < 2:
        raise NotEstimableError(Reason.TOO_FEW, "each sample needs two values")
    parts = np.array([a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)])
    dfs = np.array([len(a) - 1, len(b) - 1])
    if equal_variances:
        df = float(dfs.sum())
        pooled = float(dfs @ [a.var(ddof=1), b.var(ddof=1)]) / df
        variance = pooled * (1 / len(a) + 1 / len(b))
    else:
        variance = float(parts.sum())
        spread = float((parts**2 / dfs).sum())
        df = variance**2 / spread if spread > 0 else math.nan
    error = float(np.sqrt(variance))
    if error <= CONSTANT * max(abs(a.mean()), abs(b.mean())):
        raise NotEstimableError(Reason.NO_VARIATION, "neither sample varies")
    return estimate_from(float(a.mean() - b.mean()), error, df=df, level=level)


def rank_sum_test(first: npt.ArrayLike, second: npt.ArrayLike) -> RankTest:
    """Wilcoxon's rank-sum test; the statistic is the sum of the first sample's ranks.

    Source: Wilcoxon, Biometrics Bulletin 1945;1:80-83; Lehmann, Nonparametrics (1975), section
    1.4 for ties. Raises NotEstimableError if all values are the same.
    """
    a, b = complete_sample(first), complete_sample(second)
    ranks = stats.rankdata(joined(np.concatenate([a, b])))
    if np.ptp(ranks) == 0:
        raise NotEstimableError(Reason.NO_VARIATION, "all values are the same")
    n = len(ranks)
    variance = len(a) * len(b) / n * float(np.var(ranks, ddof=1))
    return rank_test_from(
        float(ranks[: len(a)].sum()),
        len(a) * (n + 1) / 2,
        variance,
        n,
        lambda: rank_sum_probabilities(ranks, len(a)),
    )


def median_difference(
    first: npt.ArrayLike, second: npt.ArrayLike, level: float = 0.95
) -> PseudoMedian:
    """The median of all differences, first minus second, with its exact interval without ties.

    With ties the interval covers at least its level. Source: Hollander and Wolfe,
    Nonparametric Statistical Methods (1999), sections 4.2 and 4.3.
    """
    a, b = complete_sample(first), complete_sample(second)
    differences = np.sort(np.subtract.outer(a, b).ravel())
    n, least = len(a) + len(b), len(a) * (len(a) + 1)
    interval = order_statistic_interval(
        differences,
        len(differences) * (n + 1) / 12,
        n,
        lambda: rank_sum_probabilities(np.arange(1.0, n + 1), len(a))[least::2],
        level,
    )
    return PseudoMedian(float(np.median(differences)), interval)


def kruskal_wallis(samples: Sequence[npt.ArrayLike]) -> SignificanceTest:
    """The rank test that several samples come from one distribution, corrected for ties.

    Source: Kruskal and Wallis, JASA 1952;47:583-621. Raises NotEstimableError for fewer than two
    samples, or if all values are the same.
    """
    complete = [complete_sample(sample) for sample in samples]
    if len(complete) < 2:
        raise NotEstimableError(Reason.TOO_FEW, "one sample alone cannot be compared")
    values = joined(np.concatenate(complete))
    if np.ptp(values) == 0:
        raise NotEstimableError(Reason.NO_VARIATION, "all values are the same")
    found = stats.kruskal(*np.split(values, np.cumsum([len(part) for part in complete])[:-1]))
    return SignificanceTest(float(found.statistic), float(len(complete) - 1), float(found.pvalue))
