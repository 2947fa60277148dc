"""One proportion with its confidence interval, by the methods that trial reports name.

Every interval lies within 0 and 1. Refused: a proportion of nobody, and Wald's interval where
it would have no width.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from scipy import stats

from trialrun.statistics.counts import check_events
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Interval, check_level, normal_quantile
from trialrun.statistics.results import IntervalEstimate


class ProportionMethod(StrEnum):
    """How the interval of one proportion is found."""

    CLOPPER_PEARSON = "clopper-pearson"
    WILSON = "wilson"
    WILSON_CONTINUITY = "wilson with continuity correction"
    AGRESTI_COULL = "agresti-coull"
    JEFFREYS = "jeffreys"
    WALD = "wald"


Limits = tuple[float, float]


def proportion(
    events: int,
    total: int,
    method: ProportionMethod = ProportionMethod.CLOPPER_PEARSON,
    *,
    level: float = 0.95,
) -> IntervalEstimate:
    """`events` of `total` participants, with a two-sided interval.

    Raises InvalidInputError unless 0 <= events <= total; NotEstimableError for a total of 0, and
    for Wald's interval of no event or nothing but events.
    """
    check_level(level)
    check_events(events, total)
    lower, upper = _METHODS[method](events, total, level)
    value = events / total
    # A closed form may miss 0 or 1 by a rounding error, on either side.
    inside = Interval(max(0.0, min(lower, value)), min(1.0, max(value, upper)), level)
    return IntervalEstimate(value, inside)


def _clopper_pearson(events: int, total: int, level: float) -> Limits:
    """Clopper and Pearson, Biometrika 1934;26:404: the exact interval, by beta quantiles."""
    tail = (1 - level) / 2
    lower = stats.beta.ppf(tail, events, total - events + 1) if events else 0.0
    upper = stats.beta.isf(tail, events + 1, total - events) if events < total else 1.0
    return float(lower), float(upper)


def _wilson(events: int, total: int, level: float) -> Limits:
    """Wilson, J Am Stat Assoc 1927;22:209; method 3 of Newcombe, Stat Med 1998;17:857."""
    z, share = normal_quantile(level), events / total
    middle = 2 * events + z**2
    half_width = z * math.sqrt(z**2 + 4 * events * (1 - share))
    scale = 2 * (total + z**2)
    return (middle - half_width) / scale, (middle + half_width) / scale


def _wilson_continuity(events: int, total: int, level: float) -> Limits:
    """Method 4 of Newcombe, Stat Med 1998;17:857, with his limits 0 and 1 at the ends."""
    upper = 1.0 if events == total else 1 - _continuity_lower(total - events, total, level)
    return _continuity_lower(events, total, level), upper


def _continuity_lower(events: int, total: int, level: float) -> float:
    if events == 0:
        return 0.0
    z, share = normal_quantile(level), events / total
    root = math.sqrt(z**2 - 2 - 1 / total + 4 * share * (total * (1 - share) + 1))
    return max(0.0, (2 * events + z**2 - 1 - z * root) / (2 * (total + z**2)))


def _agresti_coull(events: int, total: int, level: float) -> Limits:
    """Agresti and Coull, Am Stat 1998;52:119, as Brown, Cai and DasGupta 2001 write it."""
    z = normal_quantile(level)
    share = (events + z**2 / 2) / (total + z**2)
    half_width = z * math.sqrt(share * (1 - share) / (total + z**2))
    return share - half_width, share + half_width


def _jeffreys(events: int, total: int, level: float) -> Limits:
    """Brown, Cai and DasGupta, Stat Sci 2001;16:101, section 4.1.2, with 0 and 1 at the ends."""
    posterior = stats.beta(events + 0.5, total - events + 0.5)
    tail = (1 - level) / 2
    lower = float(posterior.ppf(tail)) if events else 0.0
    upper = float(posterior.isf(tail)) if events < total else 1.0
    return lower, upper


def _wald(events: int, total: int, level: float) -> Limits:
    """The simple asymptotic interval, method 1 of Newcombe, Stat Med 1998;17:857."""
    if events in (0, total):
        raise NotEstimableError(
            Reason.NO_VARIATION,
            "Wald's interval has no width where all participants are alike; use another method",
        )
    share = events / total
    half_width = normal_quantile(level) * math.sqrt(share * (1 - share) / total)
    return share - half_width, share + half_width


_METHODS: dict[ProportionMethod, Callable[[int, int, float], Limits]] = {
    ProportionMethod.CLOPPER_PEARSON: _clopper_pearson,
    ProportionMethod.WILSON: _wilson,
    ProportionMethod.WILSON_CONTINUITY: _wilson_continuity,
    ProportionMethod.AGRESTI_COULL: _agresti_coull,
    ProportionMethod.JEFFREYS: _jeffreys,
    ProportionMethod.WALD: _wald,
}
