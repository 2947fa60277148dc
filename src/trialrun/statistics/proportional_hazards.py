"""Whether hazards are proportional: the test of scaled Schoenfeld residuals against time.

It asks whether a coefficient changes with a function of time, by the score test that adds the
product of each covariate and that function to a fitted Cox model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.cox import CoxFit
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.results import SignificanceTest, chi_square_from
from trialrun.statistics.risk_sets import information, residuals, weigh


class TimeScale(StrEnum):
    """The function of time that coefficients are asked to change with."""

    KAPLAN_MEIER = "kaplan-meier"
    RANK = "rank"
    IDENTITY = "identity"
    LOG = "log"


@dataclass(frozen=True)
class ProportionalHazardsTest:
    """One test per covariate, given constant coefficients of all, and one for all together."""

    covariates: tuple[SignificanceTest, ...]
    together: SignificanceTest


def proportional_hazards_test(
    fit: CoxFit, scale: TimeScale = TimeScale.KAPLAN_MEIER
) -> ProportionalHazardsTest:
    """The score test of Grambsch and Therneau, Biometrika 1994;81:515, as in R's cox.zph.

    It is the exact score test (survival 3.0 and later), not the approximation of earlier versions
    that takes the risk sets' covariances for constant. Raises NotEstimableError if all events
    happened at one time, or covariates do not vary in a way that time could change.
    """
    sets = fit.scaled_sets
    weighing = weigh(sets, fit.scaled_coefficients)
    moments = _SCALES[scale](fit, sets.times[sets.events])
    moments = moments - moments.mean()
    if np.ptp(moments) <= 0:
        raise NotEstimableError(Reason.NO_VARIATION, "all events happened at one time")
    ones = np.ones(len(moments))
    constant = information(sets, weighing, ones)
    crossed = information(sets, weighing, moments)
    changing = information(sets, weighing, moments**2)
    gradient = moments @ residuals(sets, weighing)
    # What is left of the changing part once the constant coefficients are fitted.
    left = changing - crossed.T @ np.linalg.solve(constant, crossed)
    if np.linalg.eigvalsh(left)[0] <= 1e-10 * np.linalg.eigvalsh(changing)[-1]:
        raise NotEstimableError(Reason.SINGULAR, "too few events to see a change with time")
    single = tuple(
        chi_square_from(float(score**2 / variance), 1)
        for score, variance in zip(gradient, np.diag(left), strict=True)
    )
    together = float(gradient @ np.linalg.solve(left, gradient))
    return ProportionalHazardsTest(single, chi_square_from(together, len(gradient)))


def _kaplan_meier(fit: CoxFit, times: FloatArray) -> FloatArray:
    """One less survival just before each event, all strata together."""
    followed = np.sort(fit.scaled_sets.times)
    distinct, position, deaths = np.unique(times, return_inverse=True, return_counts=True)
    at_risk = len(followed) - np.searchsorted(followed, distinct, side="left")
    survival = np.cumprod(1 - deaths / at_risk)
    return np.asarray(1 - np.concatenate([[1.0], survival[:-1]])[position])


def _rank(fit: CoxFit, _: FloatArray) -> FloatArray:
    """The ranks among all times, censored ones included, as in R's cox.zph."""
    return np.asarray(stats.rankdata(fit.scaled_sets.times)[fit.scaled_sets.events])


def _identity(_: CoxFit, times: FloatArray) -> FloatArray:
    return times


def _log(_: CoxFit, times: FloatArray) -> FloatArray:
    if np.any(times <= 0):
        raise NotEstimableError(Reason.NO_VARIATION, "an event at time 0 has no logarithm of time")
    return np.log(times)


_SCALES: dict[TimeScale, Callable[[CoxFit, FloatArray], FloatArray]] = {
    TimeScale.KAPLAN_MEIER: _kaplan_meier,
    TimeScale.RANK: _rank,
    TimeScale.IDENTITY: _identity,
    TimeScale.LOG: _log,
}
