"""Cox's proportional hazards regression, with strata, for covariates that do not change.

Refused: covariates that do not vary or follow from each other, data without events, and data in
which the partial likelihood has no maximum (such as an arm without events): its coefficient would
be as large as the patience of the iteration.
"""

from dataclasses import dataclass

import numpy as np

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, check_level, estimate_from
from trialrun.statistics.event_times import codes, event_times
from trialrun.statistics.results import RatioEstimate, SignificanceTest, chi_square_from, ratio_from
from trialrun.statistics.risk_sets import (
    RiskSets,
    Ties,
    Weighing,
    information,
    residuals,
    risk_sets,
    weigh,
)

# Newton's steps shrink quadratically near a maximum, and stay as they are where there is none.
_MOST_STEPS = 30
_MOST_HALVINGS = 20
_SMALLEST_STEP = 1e-9
_SMALLEST_EIGENVALUE = 1e-10


@dataclass(frozen=True)
class CoxFit:
    """The coefficients (log hazard ratios) of p covariates, and three tests that all are 0.

    `covariance` is p x p. `scaled_sets` and `scaled_coefficients` are those of the fit itself,
    with covariates centred and divided by their standard deviations.
    """

    coefficients: tuple[Estimate, ...]
    hazard_ratios: tuple[RatioEstimate, ...]
    covariance: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    wald: SignificanceTest
    score: SignificanceTest
    likelihood_ratio: SignificanceTest
    scaled_sets: RiskSets
    scaled_coefficients: FloatArray


def cox(
    times: Numbers,
    events: Numbers,
    covariates: Numbers,
    *,
    strata: Numbers | None = None,
    ties: Ties = Ties.EFRON,
    level: float = 0.95,
) -> CoxFit:
    """Regress the hazard on the covariates (n x p, or of length n for one of them).

    Sources: Cox, J R Stat Soc B 1972;34:187; ties as `Ties` says. Raises InvalidInputError for
    ill-formed input; NotEstimableError for NO_DATA, NO_EVENTS, a covariate with NO_VARIATION,
    SINGULAR where covariates follow from each other (within risk sets), and NOT_CONVERGED where
    the likelihood has no maximum.
    """
    check_level(level)
    observed = event_times(times, events)
    values = _columns(covariates, len(observed.times))
    _, stratum = codes(np.zeros(len(values)) if strata is None else strata, len(values))
    if not observed.events.any():
        raise NotEstimableError(Reason.NO_EVENTS, "without events hazards cannot be compared")
    scale = values.std(axis=0)
    if np.any(scale <= 1e-12 * np.abs(values).max(axis=0)):
        raise NotEstimableError(Reason.NO_VARIATION, "a covariate is the same for everybody")
    sets = risk_sets((values - values.mean(axis=0)) / scale, observed, stratum, ties)
    start = weigh(sets, np.zeros(len(scale)))
    score = _score_test(sets, start)
    coefficients, found = _maximum(sets, start)
    return _fit(sets, coefficients, scale, (start, found), score, level)


def _columns(covariates: Numbers, length: int) -> FloatArray:
    values = np.asarray(covariates, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) != length or values.shape[1] == 0:
        raise InvalidInputError("covariates are a table with one row per participant")
    if not np.all(np.isfinite(values)):
        raise InvalidInputError("covariates are finite; leave out participants without a value")
    return values


def _score_test(sets: RiskSets, start: Weighing) -> SignificanceTest:
    matrix = information(sets, start, np.ones(len(sets.events)))
    if _flat(matrix, len(sets.events)):
        raise NotEstimableError(
            Reason.SINGULAR, "covariates follow from each other, or do not vary while events happen"
        )
    gradient = residuals(sets, start).sum(axis=0)
    return chi_square_from(float(gradient @ np.linalg.solve(matrix, gradient)), len(gradient))


def _flat(matrix: FloatArray, events: int) -> bool:
    """Whether the information vanishes in some direction, covariates having been scaled."""
    if not np.all(np.isfinite(matrix)):
        return True
    return bool(np.linalg.eigvalsh(matrix)[0] <= _SMALLEST_EIGENVALUE * events)


def _maximum(sets: RiskSets, start: Weighing) -> tuple[FloatArray, Weighing]:
    """Newton's method, with steps halved while they lower the likelihood."""
    coefficients, current = np.zeros(sets.covariates.shape[1]), start
    ones = np.ones(len(sets.events))
    for _ in range(_MOST_STEPS):
        matrix = information(sets, current, ones)
        if _flat(matrix, len(ones)):
            break
        step = np.linalg.solve(matrix, residuals(sets, current).sum(axis=0))
        if np.max(np.abs(step)) < _SMALLEST_STEP:
            return coefficients, current
        coefficients, current = _climb(sets, coefficients, current, step)
    raise NotEstimableError(
        Reason.NOT_CONVERGED,
        "the likelihood grows without end: some covariates tell for every event, or nearly, who of "
        "those at risk has it (as when a group has no event)",
    )


def _climb(
    sets: RiskSets, coefficients: FloatArray, current: Weighing, step: FloatArray
) -> tuple[FloatArray, Weighing]:
    slack = 1e-12 * abs(current.log_likelihood)
    for _ in range(_MOST_HALVINGS):
        with np.errstate(all="ignore"):
            tried = weigh(sets, coefficients + step)
        if tried.log_likelihood >= current.log_likelihood - slack:
            return coefficients + step, tried
        step = step / 2
    return coefficients, current


def _fit(
    sets: RiskSets,
    scaled: FloatArray,
    scale: FloatArray,
    likelihoods: tuple[Weighing, Weighing],
    score: SignificanceTest,
    level: float,
) -> CoxFit:
    start, found = likelihoods
    matrix = information(sets, found, np.ones(len(sets.events)))
    covariance = np.linalg.inv(matrix) / np.outer(scale, scale)
    errors = np.sqrt(np.diag(covariance))
    estimates = tuple(
        estimate_from(float(value), float(error), level=level)
        for value, error in zip(scaled / scale, errors, strict=True)
    )
    gain = 2 * (found.log_likelihood - start.log_likelihood)
    return CoxFit(
        coefficients=estimates,
        hazard_ratios=tuple(ratio_from(estimate) for estimate in estimates),
        covariance=covariance,
        log_likelihood=found.log_likelihood,
        null_log_likelihood=start.log_likelihood,
        wald=chi_square_from(float(scaled @ matrix @ scaled), len(scaled)),
        score=score,
        likelihood_ratio=chi_square_from(max(0.0, gain), len(scaled)),
        scaled_sets=sets,
        scaled_coefficients=scaled,
    )
