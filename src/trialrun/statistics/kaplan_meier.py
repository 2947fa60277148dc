"""The product limit estimate of survival, with its quantiles and restricted mean.

Participants censored at the time of an event are still at risk of it. Refused: survival at times
that nobody was followed for. Where nobody has had an event, or everybody, the curve has no
variance, and a reason stands in the place of an interval.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, Interval, estimate_from, normal_quantile
from trialrun.statistics.event_times import event_times

Integers = npt.NDArray[np.int64]
# R's survfit calls a curve equal to a level if it is as near as this.
_TOLERANCE = math.sqrt(np.finfo(float).eps)


class CurveTransform(StrEnum):
    """The scale on which an interval of survival is symmetric."""

    LOG_LOG = "log-log"
    LOG = "log"
    PLAIN = "plain"
    ARCSINE = "arcsine"
    LOGIT = "logit"


@dataclass(frozen=True)
class KaplanMeier:
    """The curve just after each distinct time at which somebody had an event or was censored.

    All arrays are of one length. `standard_errors` are Greenwood's; `lower` and `upper` bound
    survival time by time, and are NaN where survival is 1 or 0, whose variance is none.
    """

    times: FloatArray
    at_risk: Integers
    events: Integers
    censored: Integers
    survival: FloatArray
    standard_errors: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float


@dataclass(frozen=True)
class SurvivalAt:
    """Survival at a time, with how many were at risk just before it."""

    time: float
    at_risk: int
    survival: float
    standard_error: float
    interval: Interval | Reason


@dataclass(frozen=True)
class SurvivalQuantile:
    """The time by which a share has had the event; NOT_REACHED where the curve does not say."""

    share: float
    time: float | Reason
    lower: float | Reason
    upper: float | Reason
    level: float


def kaplan_meier(
    times: Numbers,
    events: Numbers,
    transform: CurveTransform = CurveTransform.LOG_LOG,
    *,
    level: float = 0.95,
) -> KaplanMeier:
    """The product limit curve of one group (times and marks of length n).

    Sources: Kaplan and Meier, J Am Stat Assoc 1958;53:457; variance of Greenwood 1926; intervals
    as in Klein and Moeschberger, Survival Analysis, 2nd ed., section 4.3. Raises InvalidInputError
    for times or marks that are none; NotEstimableError for nobody.
    """
    z, observed = normal_quantile(level), event_times(times, events)
    distinct, position = np.unique(observed.times, return_inverse=True)
    leaving = np.bincount(position)
    deaths = np.bincount(position, observed.events).astype(np.int64)
    at_risk = len(position) - np.cumsum(leaving) + leaving
    survival = np.cumprod(1 - deaths / at_risk)
    certain = (survival == 1) | (survival == 0)
    relative = np.sqrt(np.cumsum(_greenwood_terms(deaths, at_risk)))
    standard_errors = survival * relative
    lower, upper = np.full(len(distinct), np.nan), np.full(len(distinct), np.nan)
    bounds = _BOUNDS[transform](survival[~certain], standard_errors[~certain], z)
    lower[~certain], upper[~certain] = np.clip(bounds, 0, 1)
    return KaplanMeier(
        times=distinct,
        at_risk=at_risk,
        events=deaths,
        censored=leaving - deaths,
        survival=survival,
        standard_errors=standard_errors,
        lower=lower,
        upper=upper,
        level=level,
    )


def _greenwood_terms(deaths: Integers, at_risk: Integers) -> FloatArray:
    # Where all at risk die, survival is 0 from then on, and so is its standard error: the term
    # would be infinite, and is left out.
    survivors = at_risk - deaths
    return np.where(survivors > 0, deaths / (at_risk * np.maximum(survivors, 1)), 0.0)


def _log_log(survival: FloatArray, error: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    half_width = z * error / (survival * np.abs(np.log(survival)))
    return survival ** np.exp(half_width), survival ** np.exp(-half_width)


def _log(survival: FloatArray, error: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    factor = np.exp(z * error / survival)
    return survival / factor, survival * factor


def _plain(survival: FloatArray, error: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    return survival - z * error, survival + z * error


def _arcsine(survival: FloatArray, error: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    middle, half_width = np.arcsin(np.sqrt(survival)), z * error / 2
    half_width = half_width / np.sqrt(survival * (1 - survival))
    lower, upper = np.maximum(0, middle - half_width), np.minimum(math.pi / 2, middle + half_width)
    return np.sin(lower) ** 2, np.sin(upper) ** 2


def _logit(survival: FloatArray, error: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    middle, half_width = special.logit(survival), z * error / (survival * (1 - survival))
    return special.expit(middle - half_width), special.expit(middle + half_width)


_BOUNDS: dict[
    CurveTransform, Callable[[FloatArray, FloatArray, float], tuple[FloatArray, FloatArray]]
] = {
    CurveTransform.LOG_LOG: _log_log,
    CurveTransform.LOG: _log,
    CurveTransform.PLAIN: _plain,
    CurveTransform.ARCSINE: _arcsine,
    CurveTransform.LOGIT: _logit,
}


def numbers_at_risk(times: Numbers, at: Sequence[float]) -> list[int]:
    """How many were followed up to each of the times in `at`, that time itself included."""
    followed = np.sort(np.asarray(times, dtype=float))
    return [int(len(followed) - np.searchsorted(followed, time, side="left")) for time in at]


def survival_at(curve: KaplanMeier, time: float) -> SurvivalAt:
    """Survival just after `time`, 1 before the first event.

    Raises InvalidInputError for a negative time; NotEstimableError (NO_DATA) for a time that
    nobody was followed for, unless all had had the event by then.
    """
    if not time >= 0:
        raise InvalidInputError("a time is not negative")
    if time > curve.times[-1] and curve.survival[-1] > 0:
        raise NotEstimableError(Reason.NO_DATA, "nobody was followed as long as this")
    later = curve.times >= time
    at_risk = int(curve.at_risk[later][0]) if later.any() else 0
    index = int(np.searchsorted(curve.times, time, side="right")) - 1
    if index < 0 or curve.survival[index] == 1:
        return SurvivalAt(time, at_risk, 1.0, 0.0, Reason.NO_EVENTS)
    interval: Interval | Reason = Reason.NO_VARIATION
    if curve.survival[index] > 0:
        interval = Interval(float(curve.lower[index]), float(curve.upper[index]), curve.level)
    error = float(curve.standard_errors[index])
    return SurvivalAt(time, at_risk, float(curve.survival[index]), error, interval)


def survival_quantile(curve: KaplanMeier, share: float = 0.5) -> SurvivalQuantile:
    """The time by which `share` (the median: 0.5) have had the event, with its interval.

    The interval holds the times at which the curve's own interval holds 1 - `share`: Brookmeyer
    and Crowley, Biometrics 1982;38:29, on the scale of the curve's transform. Where the curve runs
    exactly at the level, the middle of that stretch is taken, as R and SAS do. Raises
    InvalidInputError for a share that is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise InvalidInputError(f"a share lies between 0 and 1; found {share}")
    return SurvivalQuantile(
        share=share,
        time=_first_below(curve.times, curve.survival, 1 - share),
        lower=_first_below(curve.times, curve.lower, 1 - share),
        upper=_first_below(curve.times, curve.upper, 1 - share),
        level=curve.level,
    )


def _first_below(times: FloatArray, curve: FloatArray, height: float) -> float | Reason:
    below = np.flatnonzero(curve < height + _TOLERANCE)
    if len(below) == 0:
        return Reason.NOT_REACHED
    first = below[0]
    further = np.flatnonzero(curve < curve[first] - _TOLERANCE)
    if abs(curve[first] - height) < _TOLERANCE and len(further):
        return float(times[first] + times[further[0]]) / 2
    return float(times[first])


def restricted_mean(curve: KaplanMeier, horizon: float) -> Estimate:
    """The mean time without the event up to `horizon`, with its Wald interval.

    Source: Klein and Moeschberger, Survival Analysis, 2nd ed., section 4.5, as R's survfit.
    Raises InvalidInputError for a horizon that is not above 0; NotEstimableError (NO_DATA) for one
    that nobody was followed for, (NO_EVENTS) if no event came before it.
    """
    if not 0 < horizon < math.inf:
        raise InvalidInputError("the horizon is finite and above 0")
    if horizon > curve.times[-1] and curve.survival[-1] > 0:
        raise NotEstimableError(Reason.NO_DATA, "nobody was followed up to the horizon")
    before = curve.times < horizon
    if not curve.events[before].any():
        raise NotEstimableError(Reason.NO_EVENTS, "no event came before the horizon")
    edges = np.concatenate([[0.0], curve.times[before], [horizon]])
    areas = np.diff(edges) * np.concatenate([[1.0], curve.survival[before]])
    still_to_come = np.cumsum(areas[::-1])[::-1][1:]
    terms = _greenwood_terms(curve.events[before], curve.at_risk[before])
    error = math.sqrt(float(np.sum(still_to_come**2 * terms)))
    return estimate_from(float(areas.sum()), error, level=curve.level)
