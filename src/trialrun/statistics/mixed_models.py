"""Linear mixed models and mixed models for repeated measures, by REML or full likelihood.

Observations without outcome or covariate are left out and counted: valid where they are missing at
random. A fit that does not exist is an error; a variance component at zero is a fit that says so
(`singular`). Source: Harville, JASA 1977;72:320-338; agrees with SAS PROC MIXED, R's mmrm, lme4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.covariances import (
    Parameters,
    RandomEffects,
    Structure,
    VarianceComponents,
    VisitCovariance,
)
from trialrun.statistics.design_matrix import Design, Term, Variable, complete_rows, design_of
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.likelihood import Evaluation, Likelihood, Patterns, patterns_of
from trialrun.statistics.likelihood_search import optimum_from

# lme4 calls a fit singular if a standard deviation is below 1e-4 of the residual one.
_SINGULAR_VARIANCE = 1e-8
# Of a matrix scaled to a unit diagonal.
_SINGULAR = 1e-10
_NO_RESIDUAL = 1e-10


@dataclass(frozen=True)
class MixedFit:
    """A fitted model: coefficients (p,) with their model-based covariance (p, p).

    `covariances` by group ("" if there are none): by visit (T, T), or of the random effects
    (q, q) with `residual_variances` beside them (else empty). `singular`: a variance component
    is zero, or random effects correlate perfectly; inference then rests on the expected
    information. `parameter_covariances` are (observed, expected).
    """

    design: Design
    coefficients: FloatArray
    covariance: FloatArray
    minus_two_log_likelihood: float
    restricted: bool
    covariances: Mapping[str, FloatArray]
    residual_variances: Mapping[str, float]
    singular: bool
    n_subjects: int
    n_observed: int
    n_left_out: int
    likelihood: Likelihood
    evaluation: Evaluation
    parameter_covariances: tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class _Observations:
    design: Design
    outcome: FloatArray
    # Ordinary least squares: the likelihood is that of its residuals, whose squares cancel less.
    ordinary: FloatArray
    subjects: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]
    group_names: tuple[str, ...]
    complete: npt.NDArray[np.bool_]


def fit_repeated_measures(
    outcome: npt.ArrayLike,
    variables: Mapping[str, Variable],
    terms: Sequence[Term],
    *,
    subjects: Sequence[str],
    times: npt.ArrayLike,
    covariance: VisitCovariance,
    groups: Sequence[str] | None = None,
    restricted: bool = True,
) -> MixedFit:
    """The model for repeated measures: one row per participant and visit, correlated by visit.

    `times` (n,) order the visits and, for the exponential structure, say how far apart they are;
    visits at which nobody has an outcome do not exist for the model. With `groups` every group
    has a covariance of its own.

    Raises NotEstimableError (too few, no variation, singular, not converged), InvalidInputError
    for two rows of one participant at one time.
    """
    data = _observations(outcome, variables, terms, subjects, groups)
    when = np.asarray(times, dtype=np.float64)[data.complete]
    visits, occasions = np.unique(when, return_inverse=True)
    if not np.isfinite(visits).all():
        raise InvalidInputError("an observation has no time")
    likelihood, start, scales = _start(data, covariance, occasions, when[:, None], restricted)
    parameters = optimum_from(likelihood, start, scales)
    blocks = parameters.reshape(len(data.group_names), -1)
    matrices = [covariance.matrices(block, visits[:, None]) for block in blocks]
    if min(_smallest_eigenvalue(matrix) for matrix in matrices) < _SINGULAR:
        raise NotEstimableError(
            Reason.SINGULAR, "one visit's values follow from the others': no covariance fits"
        )
    named = dict(zip(data.group_names, matrices, strict=True))
    return _fit(data, likelihood, parameters, named, {}, singular=False)


def fit_random_effects(
    outcome: npt.ArrayLike,
    variables: Mapping[str, Variable],
    terms: Sequence[Term],
    *,
    subjects: Sequence[str],
    effects: npt.ArrayLike,
    groups: Sequence[str] | None = None,
    restricted: bool = True,
) -> MixedFit:
    """The model with correlated random coefficients of the columns of `effects` (n, q).

    A column of ones is a random intercept, a column of times a random slope. With `groups` every
    group has variances of its own. Raises as `fit_repeated_measures`; additionally
    NotEstimableError if participants lie on their own curves without any residual.
    """
    data = _observations(outcome, variables, terms, subjects, groups)
    rows = np.asarray(effects, dtype=np.float64)[data.complete]
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise InvalidInputError("random effects need a matrix (n, q) of known values")
    if np.linalg.matrix_rank(rows) < rows.shape[1]:
        raise NotEstimableError(Reason.SINGULAR, "the random effects' columns depend on each other")
    rows, back = _orthogonal(rows)
    structure, q = RandomEffects(), rows.shape[1]
    likelihood, start, scales = _start(data, structure, _running(data.subjects), rows, restricted)
    parameters = optimum_from(likelihood, start, scales)
    blocks = parameters.reshape(len(data.group_names), -1)
    parts = [structure.components(block, q) for block in blocks]
    singular = min(np.linalg.eigvalsh(g)[0] / s for g, s in parts) < _SINGULAR_VARIANCE
    if min(s for _, s in parts) < _NO_RESIDUAL * np.var(data.outcome):
        raise NotEstimableError(Reason.NO_VARIATION, "nothing varies about participants' curves")
    components = np.concatenate([structure.as_components(block, q) for block in blocks])
    linear = _likelihood_of(likelihood.patterns, VarianceComponents(), len(blocks), restricted)
    effects_by_group = dict(
        zip(data.group_names, (back @ g @ back.T for g, _ in parts), strict=True)
    )
    residuals = dict(zip(data.group_names, (float(s) for _, s in parts), strict=True))
    return _fit(data, linear, components, effects_by_group, residuals, singular=singular)


def _observations(
    outcome: npt.ArrayLike,
    variables: Mapping[str, Variable],
    terms: Sequence[Term],
    subjects: Sequence[str],
    groups: Sequence[str] | None,
) -> _Observations:
    values = np.asarray(outcome, dtype=np.float64)
    design, complete = complete_rows(design_of(variables, terms), values)
    named = [""] * len(values) if groups is None else groups
    if len(subjects) != len(values) or len(named) != len(values):
        raise InvalidInputError("subjects and groups need one label for each outcome")
    _, codes = np.unique(np.asarray(subjects)[complete], return_inverse=True)
    names, group_codes = np.unique(np.asarray(named)[complete], return_inverse=True)
    if codes.max() < 1:
        raise NotEstimableError(Reason.TOO_FEW, "one participant alone shows no covariance")
    y = values[complete]
    ordinary = np.asarray(np.linalg.lstsq(design.matrix, y, rcond=None)[0], dtype=np.float64)
    group_names = tuple(map(str, names))
    return _Observations(design, y, ordinary, codes, group_codes, group_names, complete)


def _start(
    data: _Observations,
    structure: Structure,
    occasions: npt.NDArray[np.int64],
    rows: FloatArray,
    restricted: bool,
) -> tuple[Likelihood, FloatArray, FloatArray]:
    x, y = data.design.matrix, data.outcome
    residual = y - x @ data.ordinary
    if len(y) <= x.shape[1]:
        raise NotEstimableError(Reason.TOO_FEW, f"{len(y)} values for {x.shape[1]} coefficients")
    variance = float(residual @ residual) / (len(y) - x.shape[1])
    if variance <= 1e-20 * float(np.max(np.abs(y))) ** 2:
        raise NotEstimableError(Reason.NO_VARIATION, "the outcome does not vary about the model")
    patterns = patterns_of(
        np.column_stack([x, residual]), data.subjects, occasions, data.groups, rows
    )
    start, scales = (
        structure.start(patterns.rows, variance),
        structure.scales(patterns.rows, variance),
    )
    count = len(data.group_names)
    return (
        _likelihood_of(patterns, structure, count, restricted),
        np.tile(start, count),
        np.tile(scales, count),
    )


def _likelihood_of(
    patterns: Patterns, structure: Structure | VarianceComponents, groups: int, restricted: bool
) -> Likelihood:
    """The likelihood with each group's block of parameters put through the structure."""

    def covariances(parameters: Parameters) -> Parameters:
        k, t = patterns.present.shape
        result = np.empty((k, t, t), dtype=parameters.dtype)
        for group, block in enumerate(parameters.reshape(groups, -1)):
            of_group = patterns.group == group
            result[of_group] = structure.matrices(block, patterns.rows[of_group])
        return result

    return Likelihood(patterns, covariances, restricted)


def _fit(
    data: _Observations,
    likelihood: Likelihood,
    parameters: FloatArray,
    covariances: Mapping[str, FloatArray],
    residual_variances: Mapping[str, float],
    *,
    singular: bool,
) -> MixedFit:
    at = likelihood.at(parameters)
    if at is None:
        raise NotEstimableError(Reason.SINGULAR, "the estimated covariance is singular")
    expected = _inverse_information(likelihood.expected_information(at))
    observed = expected
    if not singular:
        hessian = likelihood.hessian(parameters, at, np.full(len(parameters), np.inf))
        observed = _inverse_information(None if hessian is None else hessian / 2)
    return MixedFit(
        design=data.design,
        coefficients=data.ordinary + at.coefficients,
        covariance=at.covariance,
        minus_two_log_likelihood=at.value,
        restricted=likelihood.restricted,
        covariances=covariances,
        residual_variances=residual_variances,
        singular=singular,
        n_subjects=int(data.subjects.max()) + 1,
        n_observed=len(data.outcome),
        n_left_out=int((~data.complete).sum()),
        likelihood=likelihood,
        evaluation=at,
        parameter_covariances=(observed, expected),
    )


def _orthogonal(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Random effects' rows made orthogonal, of mean square one; and the matrix B that leads back.

    Effects u of the new rows are effects B u of the old. Intercept and slope are then told apart
    however far from zero the times lie.
    """
    back = np.linalg.inv(np.linalg.qr(rows, mode="r")) * np.sqrt(len(rows))
    # Equal rows must stay equal to the last digit: they make the patterns.
    return np.round(rows @ back, 12), np.asarray(back)


def _inverse_information(information: FloatArray | None) -> FloatArray:
    if information is None or _smallest_eigenvalue(information) < _SINGULAR:
        raise NotEstimableError(
            Reason.SINGULAR,
            "the data do not determine the covariance: too few participants share visits",
        )
    return np.asarray(np.linalg.inv(information), dtype=np.float64)


def _smallest_eigenvalue(matrix: FloatArray) -> float:
    """The smallest eigenvalue of a symmetric matrix scaled to a unit diagonal."""
    diagonal = np.diag(matrix)
    if np.min(diagonal) <= 0:
        return float(np.min(diagonal))
    scale = 1 / np.sqrt(diagonal)
    return float(np.linalg.eigvalsh(matrix * scale * scale[:, None])[0])


def _running(subjects: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The running number of each observation within its subject."""
    order = np.argsort(subjects, kind="stable")
    _, first, counts = np.unique(subjects[order], return_index=True, return_counts=True)
    numbers = np.empty(len(subjects), dtype=np.int64)
    numbers[order] = np.arange(len(subjects)) - np.repeat(first, counts)
    return numbers
