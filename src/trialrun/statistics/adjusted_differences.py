"""The difference of two arms beside the baseline, in thousands of simulated trials at once.

Each trial gives what `ancova.fit_linear` gives for it, of the intercept, the arm and the baseline.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError

_COEFFICIENTS = 3


@dataclass(frozen=True)
class AdjustedDifferences:
    """Per trial (trials,): the difference, its standard error, the residual df, who has an outcome.

    NaN where a trial has no estimate: no degree of freedom is left, or an arm has nobody.
    """

    values: FloatArray
    standard_errors: FloatArray
    dfs: FloatArray
    n_participants: FloatArray


def adjusted_differences(
    outcomes: npt.ArrayLike, baselines: npt.ArrayLike, treated: npt.ArrayLike
) -> AdjustedDifferences:
    """Least squares of outcomes (trials, n) on the arm (n,), 1 or 0, and the baselines (trials, n).

    A missing outcome (NaN) is left out. By the normal equations; source: Searle, Linear Models
    (1971), chapter 3. Raises InvalidInputError if the shapes differ.
    """
    y, x = np.asarray(outcomes, dtype=np.float64), np.asarray(baselines, dtype=np.float64)
    arm = np.asarray(treated, dtype=np.float64)
    if y.ndim != 2 or y.shape != x.shape or y.shape[1:] != arm.shape:
        raise InvalidInputError("outcomes and baselines have the shape (trials, n), arms (n,)")
    known = np.isfinite(y)
    columns = (np.ones_like(x), np.broadcast_to(arm, x.shape), x)
    design = np.stack(columns, axis=-1) * known[..., None]
    outcome = np.where(known, y, 0.0)
    information = np.einsum("tpi,tpj->tij", design, design)
    n = known.sum(axis=1).astype(np.float64)
    rank = np.linalg.matrix_rank(information, hermitian=True)
    estimable = (n > _COEFFICIENTS) & (rank == _COEFFICIENTS)
    information[~estimable] = np.eye(_COEFFICIENTS)
    inverse = np.linalg.inv(information)
    coefficients = np.einsum("tij,tpj,tp->ti", inverse, design, outcome)
    residuals = outcome - np.einsum("tpi,ti->tp", design, coefficients)
    dfs = n - _COEFFICIENTS
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.sqrt((residuals**2).sum(axis=1) / dfs * inverse[:, 1, 1])
    values = np.where(estimable, coefficients[:, 1], np.nan)
    return AdjustedDifferences(values, np.where(estimable, errors, np.nan), dfs, n)
