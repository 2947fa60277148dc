"""Multiple imputation's other half: pooling what each completed data set says, and shifting it.

Sources: Rubin, Multiple Imputation for Nonresponse in Surveys (1987), chapter 3; Barnard and Rubin,
Biometrika 1999;86:948-955; for shifts, National Research Council, The Prevention and
Treatment of Missing Data in Clinical Trials (2010), chapter 5.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, estimate_from


@dataclass(frozen=True)
class Pooled:
    """An estimate over all imputations, its variance within and between them, and its loss.

    `missing_share` is the share of the variance that is due to missing values (λ).
    """

    estimate: Estimate
    within: float
    between: float
    missing_share: float


def pooled(
    values: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    *,
    complete_df: float = math.inf,
    level: float = 0.95,
) -> Pooled:
    """Rubin's rules for M ≥ 2 estimates (M,) with their standard errors (M,).

    `complete_df` are the degrees of freedom if nothing were missing (Barnard and Rubin); infinite
    ones give Rubin's of 1987.
    """
    estimates, errors = (np.asarray(part, dtype=np.float64) for part in (values, standard_errors))
    if estimates.ndim != 1 or estimates.shape != errors.shape or len(estimates) < 2:
        raise InvalidInputError("pooling needs two estimates or more, each with a standard error")
    if not (np.isfinite(estimates).all() and np.isfinite(errors).all()):
        raise InvalidInputError("an imputation has no estimate; leave none out of the pool")
    m = len(estimates)
    within, between = float((errors**2).mean()), float(estimates.var(ddof=1))
    total = within + (1 + 1 / m) * between
    if total <= 0:
        raise NotEstimableError(Reason.NO_VARIATION, "the estimates have no variance")
    share = (1 + 1 / m) * between / total
    df = _degrees_of_freedom(m, share, complete_df)
    estimate = estimate_from(float(estimates.mean()), math.sqrt(total), df=df, level=level)
    return Pooled(estimate, within, between, share)


def shifted(
    completed: FloatArray, observed: FloatArray, shifts: npt.ArrayLike, rows: npt.ArrayLike
) -> FloatArray:
    """Imputed values plus `shifts` (T,) per visit: `completed` (M, n, T), `observed` (n, T).

    Only values that are missing in `observed` move, and only of the participants in `rows` (n,),
    booleans: one arm, say.
    """
    moved = np.isnan(observed) & np.asarray(rows, dtype=bool)[:, None]
    return np.asarray(completed + moved * np.asarray(shifts, dtype=np.float64))


def tipping_point(
    p_value_at: Callable[[float], float], limit: float, *, significance: float = 0.05
) -> float:
    """The shift between 0 and `limit` at which the p-value reaches the significance level.

    `p_value_at` must be a smooth function of the shift: the same imputations, shifted. Raises
    NotEstimableError if the result is not significant without a shift (nothing to tip), or still
    is at the limit (not reached).
    """
    if p_value_at(0.0) > significance:
        raise NotEstimableError(Reason.NOT_REACHED, "the result is not significant without a shift")
    if p_value_at(limit) <= significance:
        raise NotEstimableError(
            Reason.NOT_REACHED, f"the result is still significant at the limit {limit}"
        )
    root = optimize.brentq(lambda shift: p_value_at(shift) - significance, 0.0, limit, xtol=1e-9)
    return float(root)


def _degrees_of_freedom(m: int, share: float, complete_df: float) -> float:
    old = math.inf if share == 0 else (m - 1) / share**2
    if math.isinf(complete_df):
        return old
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    return observed if math.isinf(old) else old * observed / (old + observed)
