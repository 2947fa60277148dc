"""What an estimate is: a value, how sure one may be of it, and the test against a null value."""

import math
from dataclasses import dataclass

from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason


@dataclass(frozen=True)
class Interval:
    """A confidence interval; `level` is its nominal coverage, such as 0.95."""

    lower: float
    upper: float
    level: float


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error, its test against the null value, and its interval.

    `df` is infinite where the reference distribution is the normal one; `p_value` is two-sided.
    """

    value: float
    standard_error: float
    df: float
    statistic: float
    p_value: float
    interval: Interval


def check_level(level: float) -> None:
    """Raise InvalidInputError unless the level of an interval lies between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise InvalidInputError(f"the level of an interval lies between 0 and 1; found {level}")


def normal_quantile(level: float) -> float:
    """The normal quantile of a two-sided interval, 1.96 for a level of 0.95.

    Raises InvalidInputError for a level that is not between 0 and 1.
    """
    check_level(level)
    return float(stats.norm.ppf(0.5 + level / 2))


def estimate_from(
    value: float,
    standard_error: float,
    *,
    df: float = math.inf,
    level: float = 0.95,
    null: float = 0.0,
) -> Estimate:
    """The Wald test and interval of a value, by Student's t (by the normal if `df` is infinite).

    Raises NotEstimableError if the standard error is zero or not finite, or without a degree of
    freedom: then the data do not say how sure the value is.
    """
    check_level(level)
    if not (math.isfinite(value) and math.isfinite(standard_error)) or standard_error <= 0.0:
        raise NotEstimableError(
            Reason.NO_VARIATION, "the standard error is zero or not finite, so nothing can be said"
        )
    if not df > 0.0:
        raise NotEstimableError(Reason.TOO_FEW, "no degree of freedom is left for a standard error")
    reference = stats.norm() if math.isinf(df) else stats.t(df)
    statistic = (value - null) / standard_error
    half_width = float(reference.ppf(0.5 + level / 2)) * standard_error
    return Estimate(
        value=value,
        standard_error=standard_error,
        df=df,
        statistic=statistic,
        p_value=float(2 * reference.sf(abs(statistic))),
        interval=Interval(value - half_width, value + half_width, level),
    )
