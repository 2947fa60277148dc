"""Weighted log-rank tests of survival in two or more groups, over strata and for a trend.

Refused: a single group, and data in which no event happened while two groups were at risk.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.event_times import EventTimes, codes, event_times
from trialrun.statistics.quadratic_forms import quadratic_test
from trialrun.statistics.results import SignificanceTest, normal_test_from


@dataclass(frozen=True)
class Pooled:
    """All groups together: the numbers at risk at each time, and survival just before it."""

    at_risk: FloatArray
    survival: FloatArray


# What each time weighs.
Weight = Callable[[Pooled], FloatArray]


def log_rank(pooled: Pooled) -> FloatArray:
    """All times weigh the same: Mantel, Cancer Chemother Rep 1966;50:163."""
    return np.ones_like(pooled.at_risk)


def gehan_wilcoxon(pooled: Pooled) -> FloatArray:
    """A time weighs the number at risk: Gehan, Biometrika 1965;52:203; Breslow 1970."""
    return pooled.at_risk


def tarone_ware(pooled: Pooled) -> FloatArray:
    """A time weighs the root of the number at risk: Tarone and Ware, Biometrika 1977;64:156."""
    return np.sqrt(pooled.at_risk)


def fleming_harrington(rho: float, gamma: float = 0.0) -> Weight:
    """A time weighs S**rho (1 - S)**gamma, with the pooled survival S just before it.

    Source: Fleming and Harrington, Counting Processes and Survival Analysis, 1991, chapter 7. With
    gamma 0 it is the family of R's survdiff. Raises InvalidInputError for negative exponents.
    """
    if rho < 0 or gamma < 0:
        raise InvalidInputError("the exponents of Fleming and Harrington are not negative")
    return partial(_fleming_harrington, rho, gamma)


def _fleming_harrington(rho: float, gamma: float, pooled: Pooled) -> FloatArray:
    return np.asarray(pooled.survival**rho * (1 - pooled.survival) ** gamma)


@dataclass(frozen=True)
class LogRankTest:
    """Per group, in sorted order, the weighted sums of events observed and expected; the test."""

    groups: tuple[object, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    test: SignificanceTest


def log_rank_test(
    times: Numbers,
    events: Numbers,
    groups: Numbers,
    *,
    strata: Numbers | None = None,
    weight: Weight = log_rank,
) -> LogRankTest:
    """The test that all groups have the same survival (all inputs of length n).

    With strata, the events are expected within each stratum and summed. The degrees of freedom are
    the groups that can be told apart, less one. Source: Klein and Moeschberger, Survival Analysis,
    2nd ed., sections 7.3 and 7.5. Raises InvalidInputError for ill-formed input or a single group;
    NotEstimableError for nobody, and if no event happened while two groups were at risk.
    """
    labels, observed, expected, covariance = _summed(times, events, groups, strata, weight)
    test = _compared(observed - expected, covariance)
    return LogRankTest(labels, tuple(observed.tolist()), tuple(expected.tolist()), test)


def log_rank_trend(
    times: Numbers,
    events: Numbers,
    groups: Numbers,
    scores: Sequence[float] | None = None,
    *,
    strata: Numbers | None = None,
    weight: Weight = log_rank,
) -> SignificanceTest:
    """The test for a trend over ordered groups, one score per group in sorted order (1, 2, ...).

    The statistic is normal, and positive if events come sooner at higher scores. Source: Klein and
    Moeschberger, Survival Analysis, 2nd ed., section 7.4. Raises as `log_rank_test`, and
    InvalidInputError for scores of another number or all alike.
    """
    labels, observed, expected, covariance = _summed(times, events, groups, strata, weight)
    _compared(observed - expected, covariance)
    weights = np.arange(1.0, len(labels) + 1) if scores is None else np.asarray(scores, dtype=float)
    if weights.shape != (len(labels),) or np.ptp(weights) == 0:
        raise InvalidInputError("a trend needs one score per group, not all of them alike")
    variance = float(weights @ covariance @ weights)
    if variance <= 0:
        raise NotEstimableError(Reason.NO_VARIATION, "groups at risk together have one score")
    statistic = float(weights @ (observed - expected)) / math.sqrt(variance)
    return normal_test_from(statistic)


def _compared(excess: FloatArray, covariance: FloatArray) -> SignificanceTest:
    test = quadratic_test(excess, covariance)
    if test is None:
        raise NotEstimableError(
            Reason.NO_EVENTS, "no event happened while participants of two groups were at risk"
        )
    return test


def _summed(
    times: Numbers, events: Numbers, groups: Numbers, strata: Numbers | None, weight: Weight
) -> tuple[tuple[object, ...], FloatArray, FloatArray, FloatArray]:
    observed_times = event_times(times, events)
    length = len(observed_times.times)
    labels, group = codes(groups, length)
    if len(labels) < 2:
        raise InvalidInputError("survival is compared between two groups or more; found one")
    _, stratum = codes(np.zeros(length) if strata is None else strata, length)
    member = np.eye(len(labels))[group]
    observed, expected = np.zeros(len(labels)), np.zeros(len(labels))
    covariance = np.zeros((len(labels), len(labels)))
    for index in range(stratum.max() + 1):
        inside = stratum == index
        chosen = EventTimes(observed_times.times[inside], observed_times.events[inside])
        parts = _in_stratum(chosen, member[inside], weight)
        observed, expected = observed + parts[0], expected + parts[1]
        covariance = covariance + parts[2]
    return tuple(labels), observed, expected, covariance


def _in_stratum(
    data: EventTimes, member: FloatArray, weight: Weight
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Observed and expected events per group, and their hypergeometric covariance."""
    distinct, position = np.unique(data.times, return_inverse=True)
    leaving = np.zeros((len(distinct), member.shape[1]))
    np.add.at(leaving, position, member)
    deaths = np.zeros_like(leaving)
    np.add.at(deaths, position, member * data.events[:, None])
    at_risk = np.cumsum(leaving[::-1], axis=0)[::-1]
    total, dying = at_risk.sum(axis=1), deaths.sum(axis=1)
    survival = np.concatenate([[1.0], np.cumprod(1 - dying / total)[:-1]])
    weights = weight(Pooled(total, survival))
    share = at_risk / total[:, None]
    observed = weights @ deaths
    expected = (weights * dying) @ share
    spread = weights**2 * dying * (total - dying) / np.maximum(total - 1, 1)
    covariance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    return observed, expected, covariance
