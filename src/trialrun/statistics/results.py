"""What comes out beside a Wald estimate: a value with an interval alone, a ratio, and a test."""

import math
from dataclasses import dataclass

from trialrun.statistics.estimates import Estimate, Interval


@dataclass(frozen=True)
class IntervalEstimate:
    """A value and its confidence interval, where the method gives no standard error."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class RatioEstimate:
    """A ratio with its interval, both taken back from `log`, its estimate on the log scale."""

    value: float
    interval: Interval
    log: Estimate


@dataclass(frozen=True)
class SignificanceTest:
    """A test's statistic, its degrees of freedom, and the p-value.

    `df` is infinite where the reference is the normal distribution.
    """

    statistic: float
    df: float
    p_value: float


def ratio_from(log: Estimate) -> RatioEstimate:
    """The ratio whose logarithm was estimated; its test is that of the logarithm."""
    limits = log.interval
    return RatioEstimate(
        value=math.exp(log.value),
        interval=Interval(math.exp(limits.lower), math.exp(limits.upper), limits.level),
        log=log,
    )
