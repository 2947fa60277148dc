"""Rates of events per time at risk, and two rates compared.

The time at risk is in any unit, and `per` says for how many of these units a rate is given.
Refused: no time at risk, and comparisons of the kind that events of both groups are needed for.
"""

import math

from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, Interval, check_level, estimate_from
from trialrun.statistics.proportions import ProportionMethod, proportion
from trialrun.statistics.results import IntervalEstimate, RatioEstimate, ratio_from


def event_rate(
    events: int, time_at_risk: float, *, per: float = 1.0, level: float = 0.95
) -> IntervalEstimate:
    """The events per `per` units of time, with the exact Poisson interval.

    No event leaves the rate 0 with an upper bound. Source: Garwood, Biometrika 1936;28:437. Raises
    InvalidInputError for events or times that are none; NotEstimableError for no time at risk.
    """
    check_level(level)
    _check(events, time_at_risk)
    _check_per(per)
    tail, scale = (1 - level) / 2, per / time_at_risk
    lower = float(stats.chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    upper = float(stats.chi2.isf(tail, 2 * events + 2)) / 2
    return IntervalEstimate(events * scale, Interval(lower * scale, upper * scale, level))


def rate_difference(
    events: int,
    time_at_risk: float,
    reference_events: int,
    reference_time: float,
    *,
    per: float = 1.0,
    level: float = 0.95,
) -> Estimate:
    """The rate less that of the reference, per `per` units of time, by Wald's method.

    Source: Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed., chapter 14. Raises
    InvalidInputError for events or times that are none; NotEstimableError for no time at risk and
    where neither group has an event.
    """
    _check(events, time_at_risk)
    _check(reference_events, reference_time)
    _check_any(events, reference_events)
    _check_per(per)
    value = events / time_at_risk - reference_events / reference_time
    error = math.hypot(
        math.sqrt(events) / time_at_risk, math.sqrt(reference_events) / reference_time
    )
    return estimate_from(value * per, error * per, level=level)


def rate_ratio(
    events: int,
    time_at_risk: float,
    reference_events: int,
    reference_time: float,
    *,
    level: float = 0.95,
) -> RatioEstimate:
    """The rate divided by that of the reference, with Wald's interval on the log scale.

    Source: Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed., chapter 14. Raises
    InvalidInputError for events or times that are none; NotEstimableError for no time at risk and
    for a group without events, whose ratio `exact_rate_ratio` bounds.
    """
    _check(events, time_at_risk)
    _check(reference_events, reference_time)
    if 0 in (events, reference_events):
        raise NotEstimableError(
            Reason.NO_EVENTS, "a group without events has no rate ratio on the log scale"
        )
    value = (events / time_at_risk) / (reference_events / reference_time)
    error = math.sqrt(1 / events + 1 / reference_events)
    return ratio_from(estimate_from(math.log(value), error, level=level))


def exact_rate_ratio(
    events: int,
    time_at_risk: float,
    reference_events: int,
    reference_time: float,
    *,
    level: float = 0.95,
) -> IntervalEstimate:
    """The rate divided by that of the reference, exact given the sum of the events.

    A group without events leaves a stated result: the ratio 0 with a lower bound of 0, or an
    infinite one with an infinite upper bound. Source: Przyborowski and Wilenski, Biometrika
    1940;31:313; Clopper and Pearson's interval, as in R's poisson.test. Raises InvalidInputError
    for events or times that are none; NotEstimableError for no time at risk and where neither
    group has an event.
    """
    _check(events, time_at_risk)
    _check(reference_events, reference_time)
    _check_any(events, reference_events)
    share = proportion(
        events, events + reference_events, ProportionMethod.CLOPPER_PEARSON, level=level
    )
    unit = reference_time / time_at_risk
    limits = share.interval
    return IntervalEstimate(
        _odds(share.value) * unit,
        Interval(_odds(limits.lower) * unit, _odds(limits.upper) * unit, level),
    )


def equal_rates_p_value(
    events: int, time_at_risk: float, reference_events: int, reference_time: float
) -> float:
    """The two-sided exact p-value that two rates are equal, given the sum of the events.

    It adds the probabilities of all splits of the events no more probable than the one found, as
    R's poisson.test does. Raises as `exact_rate_ratio`.
    """
    _check(events, time_at_risk)
    _check(reference_events, reference_time)
    _check_any(events, reference_events)
    expected = time_at_risk / (time_at_risk + reference_time)
    return float(stats.binomtest(events, events + reference_events, expected).pvalue)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _check(events: int, time_at_risk: float) -> None:
    if not math.isfinite(events) or events != int(events) or events < 0:
        raise InvalidInputError("events are a whole number, not negative")
    if not 0 <= time_at_risk < math.inf:
        raise InvalidInputError("a time at risk is finite and not negative")
    if time_at_risk == 0:
        raise NotEstimableError(Reason.NO_DATA, "without time at risk there is no rate")


def _check_per(per: float) -> None:
    if not 0 < per < math.inf:
        raise InvalidInputError("a rate is per a finite time above 0")


def _check_any(events: int, reference_events: int) -> None:
    if events + reference_events == 0:
        raise NotEstimableError(Reason.NO_EVENTS, "neither group has an event")
