"""Two proportions compared: their difference, relative risk and odds ratio.

The first pair of numbers is the group of interest, the second the reference. Refused: groups of
nobody, and ratios on the log scale where a cell is empty: no number is added to such a table;
the exact odds ratio says what can be said.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from scipy import optimize
from scipy.stats import contingency

from trialrun.statistics.counts import check_events
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Interval, check_level, estimate_from, normal_quantile
from trialrun.statistics.proportions import ProportionMethod, proportion
from trialrun.statistics.results import IntervalEstimate, RatioEstimate, ratio_from


class DifferenceMethod(StrEnum):
    """How the interval of a difference of proportions is found."""

    NEWCOMBE = "newcombe"
    NEWCOMBE_CONTINUITY = "newcombe with continuity correction"
    MIETTINEN_NURMINEN = "miettinen-nurminen"
    WALD = "wald"


Limits = tuple[float, float]


def proportion_difference(
    events: int,
    total: int,
    reference_events: int,
    reference_total: int,
    method: DifferenceMethod = DifferenceMethod.NEWCOMBE,
    *,
    level: float = 0.95,
) -> IntervalEstimate:
    """The proportion less that of the reference, with a two-sided interval within -1 and 1.

    Raises InvalidInputError unless 0 <= events <= total in each group; NotEstimableError for a
    group of nobody, and for Wald's interval where both groups are without variation.
    """
    check_level(level)
    check_events(events, total)
    check_events(reference_events, reference_total)
    value = events / total - reference_events / reference_total
    lower, upper = _METHODS[method](events, total, reference_events, reference_total, level)
    return IntervalEstimate(value, Interval(max(-1.0, lower), min(1.0, upper), level))


def _wald(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Method 1 of Newcombe, Stat Med 1998;17:873."""
    p1, p2 = x1 / n1, x2 / n2
    error = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    interval = estimate_from(p1 - p2, error, level=level).interval
    return interval.lower, interval.upper


def _newcombe(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    return _square_and_add(x1, n1, x2, n2, level, ProportionMethod.WILSON)


def _newcombe_continuity(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    return _square_and_add(x1, n1, x2, n2, level, ProportionMethod.WILSON_CONTINUITY)


def _square_and_add(
    x1: int, n1: int, x2: int, n2: int, level: float, method: ProportionMethod
) -> Limits:
    """Methods 10 and 11 of Newcombe, Stat Med 1998;17:873, from the limits of each proportion."""
    first, second = proportion(x1, n1, method, level=level), proportion(x2, n2, method, level=level)
    p1, p2 = first.value, second.value
    below = math.hypot(p1 - first.interval.lower, second.interval.upper - p2)
    above = math.hypot(first.interval.upper - p1, p2 - second.interval.lower)
    return p1 - p2 - below, p1 - p2 + above


def _miettinen_nurminen(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Miettinen and Nurminen, Stat Med 1985;4:213: where the score statistic meets the quantile."""
    z, value = normal_quantile(level), x1 / n1 - x2 / n2

    def excess(difference: float) -> float:
        variance = _constrained_variance(x1, n1, x2, n2, difference)
        return (value - difference) ** 2 - z**2 * variance

    return _bound(excess, value, -1.0), _bound(excess, value, 1.0)


def _bound(excess: Callable[[float], float], value: float, end: float) -> float:
    """Where the excess changes its sign between the estimate and the end of the scale."""
    if value == end or excess(end) <= 0:
        return end
    # The estimate itself may be a root, too: where each group is all alike, its variance is 0.
    beside = value + (end - value) * 1e-9
    return float(optimize.brentq(excess, beside, end, xtol=1e-14))


def _constrained_variance(x1: int, n1: int, x2: int, n2: int, difference: float) -> float:
    """The variance at the likeliest pair of proportions with this difference (their appendix I)."""
    total, events = n1 + n2, x1 + x2
    square = (n1 + 2 * n2) * difference - total - events
    linear = (n2 * difference - total - 2 * x2) * difference + events
    constant = x2 * difference * (1 - difference)
    shift = square / (3 * total)
    q = shift**3 - linear * square / (6 * total**2) + constant / (2 * total)
    p = math.copysign(math.sqrt(max(0.0, shift**2 - linear / (3 * total))), q)
    cosine = q / p**3 if p else 0.0
    angle = (math.pi + math.acos(max(-1.0, min(1.0, cosine)))) / 3
    p2 = min(1.0, max(0.0, 2 * p * math.cos(angle) - shift))
    p1 = min(1.0, max(0.0, p2 + difference))
    return (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * total / (total - 1)


_METHODS: dict[DifferenceMethod, Callable[[int, int, int, int, float], Limits]] = {
    DifferenceMethod.NEWCOMBE: _newcombe,
    DifferenceMethod.NEWCOMBE_CONTINUITY: _newcombe_continuity,
    DifferenceMethod.MIETTINEN_NURMINEN: _miettinen_nurminen,
    DifferenceMethod.WALD: _wald,
}


def relative_risk(
    events: int, total: int, reference_events: int, reference_total: int, *, level: float = 0.95
) -> RatioEstimate:
    """The proportion divided by that of the reference, with Katz's interval on the log scale.

    Source: Katz, Baptista, Azen and Pike, Biometrics 1978;34:469. Raises InvalidInputError unless
    0 <= events <= total in each group; NotEstimableError for a group of nobody or without events,
    and where all participants had the event.
    """
    check_events(events, total)
    check_events(reference_events, reference_total)
    if 0 in (events, reference_events):
        raise NotEstimableError(
            Reason.NO_EVENTS, "a group without events has no relative risk on the log scale"
        )
    variance = 1 / events - 1 / total + 1 / reference_events - 1 / reference_total
    value = (events / total) / (reference_events / reference_total)
    return ratio_from(estimate_from(math.log(value), math.sqrt(max(0.0, variance)), level=level))


def odds_ratio(
    events: int, total: int, reference_events: int, reference_total: int, *, level: float = 0.95
) -> RatioEstimate:
    """The odds of the event divided by those of the reference, with Woolf's interval.

    Source: Woolf, Ann Hum Genet 1955;19:251. Raises InvalidInputError unless 0 <= events <= total
    in each group; NotEstimableError for a group of nobody and for a table with an empty cell,
    whose odds ratio `exact_odds_ratio` bounds.
    """
    check_events(events, total)
    check_events(reference_events, reference_total)
    cells = (events, total - events, reference_events, reference_total - reference_events)
    if 0 in cells:
        raise NotEstimableError(
            Reason.NO_VARIATION,
            "a table with an empty cell has no odds ratio on the log scale; use the exact one",
        )
    value = cells[0] * cells[3] / (cells[1] * cells[2])
    error = math.sqrt(sum(1 / cell for cell in cells))
    return ratio_from(estimate_from(math.log(value), error, level=level))


def exact_odds_ratio(
    events: int, total: int, reference_events: int, reference_total: int, *, level: float = 0.95
) -> IntervalEstimate:
    """The conditional maximum likelihood odds ratio with Cornfield's exact interval.

    An empty cell leaves a stated result: the odds ratio 0 with a lower bound of 0, or an infinite
    one with an infinite upper bound. Source: Cornfield, Proc 3rd Berkeley Symp 1956;4:135; as in
    R's fisher.test. Raises InvalidInputError unless 0 <= events <= total in each group;
    NotEstimableError for a group of nobody, and where nobody or everybody had the event.
    """
    check_level(level)
    check_events(events, total)
    check_events(reference_events, reference_total)
    if events + reference_events in (0, total + reference_total):
        raise NotEstimableError(
            Reason.NO_VARIATION, "where nobody or everybody had the event, odds have no ratio"
        )
    table = [
        [events, total - events],
        [reference_events, reference_total - reference_events],
    ]
    found = contingency.odds_ratio(table, kind="conditional")
    limits = found.confidence_interval(level)
    return IntervalEstimate(
        float(found.statistic), Interval(float(limits.low), float(limits.high), level)
    )
