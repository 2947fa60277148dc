"""Self-controlled trials: does the course of an outcome change when treatment starts?

Two ways to one question. The mixed model takes every visit of everyone. The two-step estimate takes
a slope before and a slope after for each participant, and Student's test of their differences: in
closed form for thousands of simulated trials at once. With the same three visits for everyone both
estimate the same contrast.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.design_matrix import Variable
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate
from trialrun.statistics.mixed_inference import DegreesOfFreedom, contrast
from trialrun.statistics.mixed_models import MixedFit, fit_random_effects


@dataclass(frozen=True)
class ChangeOfSlope:
    """Slopes per unit of time: before the change, after it, and after minus before."""

    before: Estimate
    after: Estimate
    change: Estimate
    fit: MixedFit


@dataclass(frozen=True)
class SlopeChanges:
    """Per trial (trials,): mean change of slope, standard error, df, two-sided p-value.

    NaN where a trial has no estimate: fewer than two participants, or no variation among them.
    `n_participants` (trials,) have both slopes.
    """

    values: FloatArray
    standard_errors: FloatArray
    dfs: FloatArray
    p_values: FloatArray
    n_participants: npt.NDArray[np.int64]


def change_of_slope(
    outcome: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    subjects: Sequence[str],
    change_at: float,
    method: DegreesOfFreedom = DegreesOfFreedom.KENWARD_ROGER,
    level: float = 0.95,
) -> ChangeOfSlope:
    """The mixed model outcome = time + max(time − change, 0), by REML.

    Intercept and slope vary among participants, correlated; rows (n,) without outcome are left out.
    Time counts from the change on, so that the random intercept is the level at that point.
    Source: Laird and Ware, Biometrics 1982;38:963-974, with a linear spline. Raises
    NotEstimableError as `fit_random_effects`, and if visits lie on one side of the change only.
    """
    since = np.asarray(times, dtype=np.float64) - change_at
    variables: dict[str, Variable] = {"time": since, "time since change": np.maximum(since, 0.0)}
    fit = fit_random_effects(
        outcome,
        variables,
        [(name,) for name in variables],
        subjects=subjects,
        effects=np.column_stack([np.ones(len(since)), since]),
    )
    before, change = (fit.design.column(name) for name in variables)
    return ChangeOfSlope(
        contrast(fit, before, method, level),
        contrast(fit, before + change, method, level),
        contrast(fit, change, method, level),
        fit,
    )


def individual_slope(values: npt.ArrayLike, times: npt.ArrayLike) -> float:
    """The least-squares slope of one participant's values (n,) at times (n,), per unit of time.

    Raises NotEstimableError for fewer than two different times.
    """
    outcomes, when = np.asarray(values, dtype=np.float64), np.asarray(times, dtype=np.float64)
    if outcomes.ndim != 1 or outcomes.shape != when.shape:
        raise InvalidInputError("a slope needs one time for each of the values")
    if np.unique(when).size < 2:
        raise NotEstimableError(Reason.TOO_FEW, "a slope needs values at two times")
    centred = when - when.mean()
    return float(centred @ outcomes / (centred @ centred))


def individual_changes(
    outcomes: npt.ArrayLike, times: npt.ArrayLike, change_at: float
) -> FloatArray:
    """Least-squares slope after minus before, for outcomes (..., visits) at `times` (visits,).

    A visit at the change itself counts for both slopes. A missing outcome (NaN) is left out; a
    participant without two visits for each slope has NaN.
    """
    values, when = np.asarray(outcomes, dtype=np.float64), np.asarray(times, dtype=np.float64)
    if when.ndim != 1 or values.shape[-1:] != when.shape:
        raise InvalidInputError("outcomes need one value for each of the times")
    if min((when <= change_at).sum(), (when >= change_at).sum()) < 2:
        raise InvalidInputError("each slope needs two visits; the change itself counts for both")
    early, late = when <= change_at, when >= change_at
    return _slopes(values[..., late], when[late]) - _slopes(values[..., early], when[early])


def slope_changes(
    outcomes: npt.ArrayLike, times: npt.ArrayLike, *, change_at: float
) -> SlopeChanges:
    """Student's test of the `individual_changes` of many trials: outcomes (trials, participants,
    visits).
    """
    changes = individual_changes(outcomes, times, change_at)
    if changes.ndim != 2:
        raise InvalidInputError("outcomes have the shape (trials, participants, visits)")
    known, span = np.isfinite(changes), np.diff(np.unique(np.asarray(times))).min()
    n = known.sum(axis=1)
    total = np.where(known, changes, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        squares = np.where(known, (changes - mean[:, None]) ** 2, 0.0).sum(axis=1)
        errors = np.sqrt(squares / (n - 1) / n)
        # Smaller than what rounding makes of equal courses.
        rounding = 1e-13 * np.nanmax(np.abs(np.nan_to_num(outcomes)), axis=(1, 2)) / span
        estimable = (n >= 2) & (errors > rounding)
        p_values = 2 * stats.t.sf(np.abs(mean / errors), n - 1)
    mean, errors, p_values, dfs = (
        np.where(estimable, part, np.nan) for part in (mean, errors, p_values, n - 1.0)
    )
    return SlopeChanges(mean, errors, dfs, p_values, n)


def _slopes(values: FloatArray, times: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    weights = known * 1.0
    n = weights.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = (times - (weights * times).sum(axis=-1, keepdims=True) / n) * weights
        slopes = (centred * np.where(known, values, 0.0)).sum(axis=-1) / (centred**2).sum(axis=-1)
    return np.asarray(np.where(n[..., 0] >= 2, slopes, np.nan))
