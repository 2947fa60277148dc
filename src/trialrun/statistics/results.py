"""What comes out beside a Wald estimate: a value with an interval alone, a ratio, and tests."""

import math
from dataclasses import dataclass

from scipy import stats

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


@dataclass(frozen=True)
class FTest:
    """An F statistic of several contrasts at once, its degrees of freedom, and its p-value."""

    statistic: float
    numerator_df: float
    denominator_df: float
    p_value: float


def normal_test_from(statistic: float) -> SignificanceTest:
    """The two-sided test of a statistic that is standard normal under the null hypothesis."""
    return SignificanceTest(statistic, math.inf, float(2 * stats.norm.sf(abs(statistic))))


def chi_square_from(statistic: float, df: int) -> SignificanceTest:
    """The upper-tail test of a chi-square statistic."""
    return SignificanceTest(statistic, float(df), float(stats.chi2.sf(statistic, df)))


def f_test_from(statistic: float, numerator_df: float, denominator_df: float) -> FTest:
    """The upper-tail test of an F statistic."""
    p_value = float(stats.f.sf(statistic, numerator_df, denominator_df))
    return FTest(float(statistic), float(numerator_df), float(denominator_df), p_value)


def ratio_from(log: Estimate) -> RatioEstimate:
    """The ratio whose logarithm was estimated; its test is that of the logarithm."""
    limits = log.interval
    return RatioEstimate(
        value=math.exp(log.value),
        interval=Interval(math.exp(limits.lower), math.exp(limits.upper), limits.level),
        log=log,
    )
