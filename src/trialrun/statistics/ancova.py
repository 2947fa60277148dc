"""Analysis of covariance by ordinary least squares, with one-way analysis of variance.

Observations without outcome or covariate are left out and counted. Source: Searle, Linear Models
(1971), chapters 3 and 8; agrees with R's lm with emmeans, and SAS PROC GLM type III.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.design_matrix import (
    Design,
    Factor,
    Term,
    Variable,
    Weights,
    complete_rows,
    design_of,
    factor,
    mean_row,
    type_three_rows,
)
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, estimate_from
from trialrun.statistics.results import FTest, f_test_from

# Residuals this small beside the outcome are rounding, not variation.
NO_RESIDUAL = 1e-13


@dataclass(frozen=True)
class LinearFit:
    """A least-squares fit: coefficients (p,), their covariance (p, p), residual df."""

    design: Design
    coefficients: FloatArray
    covariance: FloatArray
    residual_df: int
    n_observed: int
    n_left_out: int


def fit_linear(
    outcome: npt.ArrayLike, variables: Mapping[str, Variable], terms: Sequence[Term]
) -> LinearFit:
    """Least squares of `outcome` (n,) on the intercept and `terms` of `variables`.

    Raises NotEstimableError if columns are aliased, if no degree of freedom is left for the
    residuals, or if they do not vary.
    """
    values = np.asarray(outcome, dtype=np.float64)
    design, complete = complete_rows(design_of(variables, terms), values)
    y, x = values[complete], design.matrix
    residual_df = len(y) - x.shape[1]
    if residual_df < 1:
        raise NotEstimableError(
            Reason.TOO_FEW, f"{len(y)} observations for {x.shape[1]} coefficients"
        )
    q, r = np.linalg.qr(x)
    coefficients = np.linalg.solve(r, q.T @ y)
    variance = float(np.sum((y - x @ coefficients) ** 2)) / residual_df
    if np.sqrt(variance) <= NO_RESIDUAL * np.max(np.abs(y)):
        raise NotEstimableError(Reason.NO_VARIATION, "the outcome does not vary about the model")
    inverse = np.linalg.inv(r)
    return LinearFit(
        design,
        coefficients,
        variance * inverse @ inverse.T,
        residual_df,
        len(y),
        len(values) - len(y),
    )


def contrast(fit: LinearFit, row: FloatArray, level: float = 0.95) -> Estimate:
    """The t-test and interval of a linear combination `row` (p,) of the coefficients."""
    error = float(np.sqrt(row @ fit.covariance @ row))
    return estimate_from(float(row @ fit.coefficients), error, df=fit.residual_df, level=level)


def least_squares_mean(
    fit: LinearFit, at: Mapping[str, str | float], weights: Weights, level: float = 0.95
) -> Estimate:
    """The mean that the model predicts at stated values; see `mean_row` for the weights."""
    return contrast(fit, mean_row(fit.design, at, weights), level)


def pairwise_differences(
    fit: LinearFit, name: str, weights: Weights, level: float = 0.95
) -> dict[tuple[str, str], Estimate]:
    """Differences of least-squares means, first minus second, for all pairs of a factor's levels.

    Pairs are (later level, earlier level), so that each is compared with the reference as the
    field does: active minus control. P-values are not adjusted for their number.
    """
    variable = fit.design.variables.get(name)
    if not isinstance(variable, Factor):
        raise InvalidInputError(f"{name!r} is no factor of the model")
    rows = {each: mean_row(fit.design, {name: each}, weights) for each in variable.levels}
    return {
        (second, first): contrast(fit, rows[second] - rows[first], level)
        for first, second in itertools.combinations(variable.levels, 2)
    }


def type_three_test(fit: LinearFit, term: Term) -> FTest:
    """The type III F-test of a term (SAS PROC GLM; R's car::Anova with sum contrasts)."""
    rows = type_three_rows(fit.design, term)
    values = rows @ fit.coefficients
    squared = float(values @ np.linalg.solve(rows @ fit.covariance @ rows.T, values))
    return f_test_from(squared / len(rows), len(rows), fit.residual_df)


def dose_response(
    outcome: npt.ArrayLike,
    dose: npt.ArrayLike,
    covariates: Mapping[str, Variable],
    level: float = 0.95,
) -> Estimate:
    """The slope of the outcome over the dose as a number, adjusted for `covariates`."""
    variables: dict[str, Variable] = {"dose": np.asarray(dose, dtype=np.float64), **covariates}
    fit = fit_linear(outcome, variables, [(name,) for name in variables])
    return contrast(fit, fit.design.column("dose"), level)


def one_way_anova(outcome: npt.ArrayLike, groups: Sequence[str | None]) -> FTest:
    """The F-test that all groups have one mean.

    Raises NotEstimableError if only one group has an outcome.
    """
    named = [group for group in groups if group is not None]
    if not named:
        raise NotEstimableError(Reason.NO_DATA, "no observation has a group")
    fit = fit_linear(outcome, {"group": factor(groups, min(named))}, [("group",)])
    if fit.coefficients.size == 1:
        raise NotEstimableError(Reason.TOO_FEW, "one group alone cannot be compared")
    return type_three_test(fit, ("group",))
