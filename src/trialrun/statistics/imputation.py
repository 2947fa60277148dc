"""Draws from the posterior of a multivariate normal model for outcomes with gaps at random.

The model: a participant's outcomes (T visits) are normal, with a mean that is linear in arm and
covariates at each visit, and an unstructured covariance. Under the prior |Σ|^(−(T+1)/2) parameters
and missing values are drawn in turn (data augmentation), so that imputations made from the
draws are proper. Source: Schafer, Analysis of Incomplete Multivariate Data (1997), sections
5.2 to 5.4; what SAS PROC MI does by MCMC. Completing data from the draws: `reference_based`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason


@dataclass(frozen=True)
class LongitudinalData:
    """Outcomes (n, T) with NaN for gaps, arms (n,) as codes of `arm_names`, covariates (n, c)."""

    outcomes: FloatArray
    arms: npt.NDArray[np.int64]
    arm_names: tuple[str, ...]
    covariates: FloatArray


@dataclass(frozen=True)
class ParameterDraw:
    """One draw: coefficients (A, 1 + c, T) of intercept and covariates, covariances (A, T, T)."""

    coefficients: FloatArray
    covariances: FloatArray

    def means(self, data: LongitudinalData, arms: npt.NDArray[np.int64]) -> FloatArray:
        """Means (n, T) that participants would have in `arms` (n,)."""
        rows = np.column_stack([np.ones(len(arms)), data.covariates])
        return np.asarray(np.einsum("nc,nct->nt", rows, self.coefficients[arms]))


def longitudinal_data(
    outcomes: npt.ArrayLike, arms: Sequence[str], covariates: npt.ArrayLike | None = None
) -> LongitudinalData:
    """The data of n participants at T visits, in the order of time.

    Covariates (n, c) must be complete: a missing baseline belongs among the outcomes, as the first
    visit. Raises InvalidInputError for gaps in covariates or unequal lengths, NotEstimableError if
    an arm has no outcome at all at a visit.
    """
    values = np.asarray(outcomes, dtype=np.float64)
    given = np.zeros((len(values), 0)) if covariates is None else np.asarray(covariates, float)
    if values.ndim != 2 or given.ndim != 2 or not len(values) == len(given) == len(arms):
        raise InvalidInputError("outcomes (n, T), covariates (n, c) and arms (n,) need one n")
    if not np.isfinite(given).all():
        raise InvalidInputError("a covariate is missing; take it for the first visit's outcome")
    names, codes = np.unique(np.asarray(arms), return_inverse=True)
    for code, name in enumerate(names):
        if np.isnan(values[codes == code]).all(axis=0).any():
            raise NotEstimableError(
                Reason.NO_DATA, f"nobody in arm {name!r} has an outcome at one of the visits"
            )
    return LongitudinalData(values, codes, tuple(map(str, names)), given)


def posterior_draws(
    data: LongitudinalData,
    *,
    by_arm: bool,
    draws: int,
    generator: np.random.Generator,
    burn_in: int = 200,
    spacing: int = 50,
) -> list[ParameterDraw]:
    """Draws of the parameters, `spacing` steps apart, after `burn_in` steps.

    `by_arm`: every arm has its own covariate effects and covariance; else arms share both and
    differ in their means by visit. Raises NotEstimableError if a model has fewer participants, or
    fewer outcomes at a visit, than it needs, or outcomes that do not vary.
    """
    parts = [_Part(data, arms) for arms in _groups(data, by_arm)]
    chains = [part.chain(generator) for part in parts]
    result = []
    for step in range(burn_in + (draws - 1) * spacing + 1):
        current = [next(chain) for chain in chains]
        if step >= burn_in and (step - burn_in) % spacing == 0:
            result.append(_joined(data, parts, current))
    return result


class _Part:
    """The arms that one model describes, and the chain that draws its parameters."""

    def __init__(self, data: LongitudinalData, arms: list[int]) -> None:
        rows = np.isin(data.arms, arms)
        self.arms = arms
        self.outcomes = data.outcomes[rows]
        indicators = (data.arms[rows, None] == np.array(arms)) * 1.0
        self.design = np.column_stack([indicators, data.covariates[rows]])
        n, p = self.design.shape
        self.df = n - p
        visits = self.outcomes.shape[1]
        if self.df < visits:
            raise NotEstimableError(
                Reason.TOO_FEW, f"{n} participants for {p} coefficients at each visit"
            )
        # With fewer, the posterior of a visit's variance is improper: its draws wander off.
        if (fewest := int((~np.isnan(self.outcomes)).sum(axis=0).min())) < outcomes_needed(
            visits, p
        ):
            raise NotEstimableError(
                Reason.TOO_FEW, f"{fewest} outcomes at a visit for a model of {visits} visits"
            )
        if np.linalg.matrix_rank(self.design) < p:
            raise NotEstimableError(Reason.SINGULAR, "a covariate follows from arm and others")
        self.inverse = np.linalg.inv(self.design.T @ self.design)
        self.root = np.linalg.cholesky(self.inverse)
        self.patterns = missing_patterns(self.outcomes)

    def chain(self, generator: np.random.Generator) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Coefficients (p, T) and covariances (T, T), drawn in turn with the missing values."""
        missing = np.isnan(self.outcomes)
        completed = np.where(missing, np.nanmean(self.outcomes, axis=0), self.outcomes)
        while True:
            coefficients, covariance = self._parameters(completed, generator)
            yield coefficients, covariance
            means = self.design @ coefficients
            for rows, observed in self.patterns:
                drawn = conditional_draw(
                    completed[rows], means[rows], covariance, observed, generator
                )
                completed[np.ix_(rows, ~observed)] = drawn

    def _parameters(
        self, completed: FloatArray, generator: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        fitted = self.inverse @ self.design.T @ completed
        residuals = completed - self.design @ fitted
        half = _inverse_wishart_root(residuals.T @ residuals, self.df, generator)
        noise = generator.standard_normal(fitted.shape)
        return fitted + self.root @ noise @ half.T, half @ half.T


def outcomes_needed(visits: int, coefficients: int) -> int:
    """Return how many outcomes every visit needs in a model of so many visits.

    A visit that is regressed on all others, with so many coefficients beside them, then keeps one
    degree of freedom: under this prior the posterior is proper if the gaps are monotone.
    """
    return visits + coefficients


def missing_patterns(
    outcomes: FloatArray,
) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]]:
    """For each pattern of gaps: the rows that have it, and which visits (T,) are observed."""
    observed = ~np.isnan(outcomes)
    kinds, which = np.unique(observed, axis=0, return_inverse=True)
    return [
        (np.flatnonzero(which == index), kind) for index, kind in enumerate(kinds) if not kind.all()
    ]


def conditional_draw(
    values: FloatArray,
    means: FloatArray,
    covariance: FloatArray,
    observed: npt.NDArray[np.bool_],
    generator: np.random.Generator,
) -> FloatArray:
    """Draws (k, unobserved) of normal outcomes given the observed visits of `values` (k, T)."""
    gaps = ~observed
    weights = np.linalg.solve(
        covariance[np.ix_(observed, observed)], covariance[np.ix_(observed, gaps)]
    )
    spread = covariance[np.ix_(gaps, gaps)] - covariance[np.ix_(gaps, observed)] @ weights
    expected = means[:, gaps] + (values[:, observed] - means[:, observed]) @ weights
    noise = generator.standard_normal(expected.shape)
    return np.asarray(expected + noise @ np.linalg.cholesky(spread).T)


def _inverse_wishart_root(scale: FloatArray, df: int, generator: np.random.Generator) -> FloatArray:
    """H with H Hᵀ drawn from the inverse Wishart law, by Bartlett's decomposition."""
    size = len(scale)
    try:
        half = np.linalg.cholesky(scale)
    except np.linalg.LinAlgError as error:
        raise NotEstimableError(
            Reason.SINGULAR, "one visit's outcomes follow from the others'"
        ) from error
    factor = np.tril(generator.standard_normal((size, size)), -1)
    factor[np.diag_indices(size)] = np.sqrt(generator.chisquare(df - np.arange(size)))
    return np.asarray(half @ np.linalg.inv(factor).T)


def _groups(data: LongitudinalData, by_arm: bool) -> list[list[int]]:
    arms = list(range(len(data.arm_names)))
    return [[arm] for arm in arms] if by_arm else [arms]


def _joined(
    data: LongitudinalData, parts: list[_Part], current: list[tuple[FloatArray, FloatArray]]
) -> ParameterDraw:
    n_arms, n_covariates = len(data.arm_names), data.covariates.shape[1]
    visits = data.outcomes.shape[1]
    coefficients = np.empty((n_arms, 1 + n_covariates, visits))
    covariances = np.empty((n_arms, visits, visits))
    for part, (drawn, covariance) in zip(parts, current, strict=True):
        for index, arm in enumerate(part.arms):
            coefficients[arm, 0] = drawn[index]
            coefficients[arm, 1:] = drawn[len(part.arms) :]
            covariances[arm] = covariance
    return ParameterDraw(coefficients, covariances)
