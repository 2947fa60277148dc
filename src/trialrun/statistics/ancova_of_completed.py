"""Analysis of covariance of many completed data sets that share everything but the outcome.

One decomposition of the design serves all of them, so that a tipping point can be searched on
hundreds of imputations. Source: Searle, Linear Models (1971), chapter 3; each data set gives what
`ancova.fit_linear` and `ancova.contrast` give for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.statistics.ancova import NO_RESIDUAL
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.design_matrix import Design, Term, Variable, complete_rows, design_of
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason


@dataclass(frozen=True)
class CompletedFits:
    """Least-squares fits of M data sets: coefficients (M, p), residual variances (M,), one df.

    The covariance of the coefficients of each is its residual variance times `unscaled` (p, p).
    """

    design: Design
    coefficients: FloatArray
    residual_variances: FloatArray
    unscaled: FloatArray
    residual_df: int

    def contrasts(self, row: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the values (M,) of a combination `row` (p,), and their standard errors (M,)."""
        return (
            self.coefficients @ row,
            np.sqrt(self.residual_variances * float(row @ self.unscaled @ row)),
        )


def fit_completed(
    outcomes: npt.ArrayLike, variables: Mapping[str, Variable], terms: Sequence[Term]
) -> CompletedFits:
    """Least squares of every row of `outcomes` (M, n) on the intercept and `terms`.

    A participant without an outcome lacks it in all data sets, and is left out. Raises
    InvalidInputError where the data sets do not lack the same, NotEstimableError if columns are
    aliased, if no degree of freedom is left, or if a data set does not vary about the model.
    """
    values = np.asarray(outcomes, dtype=np.float64)
    lacking = np.isnan(values)
    if values.ndim != 2 or (lacking != lacking[0]).any():
        raise InvalidInputError("completed data sets (M, n) lack the same outcomes, or none")
    design, complete = complete_rows(design_of(variables, terms), values[0])
    y, x = values[:, complete], design.matrix
    df = x.shape[0] - x.shape[1]
    if df < 1:
        found = f"{x.shape[0]} observations for {x.shape[1]} coefficients"
        raise NotEstimableError(Reason.TOO_FEW, found)
    q, r = np.linalg.qr(x)
    coefficients = np.linalg.solve(r, q.T @ y.T).T
    inverse = np.linalg.inv(r)
    variances = np.sum((y - coefficients @ x.T) ** 2, axis=1) / df
    if np.min(variances) <= (NO_RESIDUAL * np.max(np.abs(y))) ** 2:
        raise NotEstimableError(
            Reason.NO_VARIATION, "a data set's outcome does not vary about the model"
        )
    return CompletedFits(design, coefficients, variances, inverse @ inverse.T, df)
