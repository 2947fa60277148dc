"""Tests and intervals of mixed models in small samples: Satterthwaite, and Kenward and Roger.

Sources: Satterthwaite, Biometrics Bulletin 1946;2:110-114; Fai and Cornelius, J Stat Comput Simul
1996;54:363-378 (several contrasts; the result depends on how they are written); Kenward and Roger,
Biometrics 1997;53:983-997, without the second derivatives of the covariance, which are zero where
it is linear in its parameters ("Kenward-Roger-Linear" of mmrm, kenwardroger(firstorder) of SAS).
"""

from enum import StrEnum

import numpy as np

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.estimates import Estimate, estimate_from
from trialrun.statistics.mixed_models import MixedFit
from trialrun.statistics.results import FTest, f_test_from


class DegreesOfFreedom(StrEnum):
    """How denominators get their degrees of freedom.

    The information of the covariance parameters is the observed one, as in SAS and mmrm; the paper
    of Kenward and Roger, and R's pbkrtest, take the expected one.
    """

    SATTERTHWAITE = "Satterthwaite"
    KENWARD_ROGER = "Kenward-Roger"
    KENWARD_ROGER_EXPECTED = "Kenward-Roger with expected information"


def contrast(
    fit: MixedFit, row: FloatArray, method: DegreesOfFreedom, level: float = 0.95
) -> Estimate:
    """The t-test and interval of a linear combination `row` (p,) of the coefficients."""
    covariance = coefficient_covariance(fit, method)
    # For one contrast the degrees of freedom of Kenward and Roger are those of Satterthwaite.
    df = _satterthwaite(fit, row, method)
    error = float(np.sqrt(row @ covariance @ row))
    return estimate_from(float(row @ fit.coefficients), error, df=df, level=level)


def f_test(fit: MixedFit, rows: FloatArray, method: DegreesOfFreedom) -> FTest:
    """The F-test that all linear combinations `rows` (q, p) of the coefficients are zero.

    Raises InvalidInputError if they depend on each other.
    """
    covariance = coefficient_covariance(fit, method)
    inner = rows @ covariance @ rows.T
    if np.linalg.matrix_rank(rows) < len(rows):
        raise InvalidInputError("the contrasts depend on each other")
    values = rows @ fit.coefficients
    statistic = float(values @ np.linalg.solve(inner, values)) / len(rows)
    if method is DegreesOfFreedom.SATTERTHWAITE:
        return f_test_from(statistic, len(rows), _fai_cornelius(fit, rows))
    scale, df = _kenward_roger(fit, rows, method)
    return f_test_from(scale * statistic, len(rows), df)


def coefficient_covariance(fit: MixedFit, method: DegreesOfFreedom) -> FloatArray:
    """The coefficients' covariance (p, p): by Kenward and Roger adjusted for small samples.

    Raises InvalidInputError if their method is asked of a fit by full likelihood.
    """
    if method is DegreesOfFreedom.SATTERTHWAITE:
        return fit.covariance
    if not fit.restricted:
        raise InvalidInputError("the method of Kenward and Roger needs a fit by REML")
    at, weights = fit.evaluation, _parameter_covariance(fit, method)
    twice = np.einsum("rs,rsij->ij", weights, fit.likelihood.twice_inner(at))
    once = np.einsum("rs,rij,jk,skl->il", weights, at.inner, at.covariance, at.inner)
    added = 2 * at.covariance @ (twice - once) @ at.covariance
    return np.asarray(at.covariance + added)


def _parameter_covariance(fit: MixedFit, method: DegreesOfFreedom) -> FloatArray:
    observed, expected = fit.parameter_covariances
    return expected if method is DegreesOfFreedom.KENWARD_ROGER_EXPECTED else observed


def _variance_slopes(fit: MixedFit) -> FloatArray:
    """Derivatives (R, p, p) of the coefficients' covariance."""
    phi = fit.covariance
    return np.asarray(phi @ fit.evaluation.inner @ phi)


def _satterthwaite(fit: MixedFit, row: FloatArray, method: DegreesOfFreedom) -> float:
    gradient = row @ _variance_slopes(fit) @ row
    variance = row @ fit.covariance @ row
    spread = gradient @ _parameter_covariance(fit, method) @ gradient
    return float(2 * variance**2 / spread)


def _fai_cornelius(fit: MixedFit, rows: FloatArray) -> float:
    _, vectors = np.linalg.eigh(rows @ fit.covariance @ rows.T)
    dfs = np.array(
        [_satterthwaite(fit, row, DegreesOfFreedom.SATTERTHWAITE) for row in vectors.T @ rows]
    )
    if np.ptp(dfs) < 1e-8 * dfs.mean():
        return float(dfs.mean())
    if dfs.min() <= 2:
        # The F distribution has no mean there; R's lmerTest and mmrm answer 2, too.
        return 2.0
    expected = float(np.sum(dfs / (dfs - 2)))
    return 2 * expected / (expected - len(dfs))


def _kenward_roger(
    fit: MixedFit, rows: FloatArray, method: DegreesOfFreedom
) -> tuple[float, float]:
    """The factor of the F statistic and its denominator's degrees of freedom (their section 4)."""
    if len(rows) == 1:
        return 1.0, _satterthwaite(fit, rows[0], method)
    q, weights = len(rows), _parameter_covariance(fit, method)
    projection = np.linalg.solve(rows @ fit.covariance @ rows.T, rows)
    slopes = np.array([projection @ slope @ rows.T for slope in _variance_slopes(fit)])
    traces = np.trace(slopes, axis1=1, axis2=2)
    a1 = float(traces @ weights @ traces)
    a2 = float(np.einsum("rs,rij,sji->", weights, slopes, slopes))
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    denominator = 3 * q + 2 * (1 - g)
    c1, c2, c3 = g / denominator, (q - g) / denominator, (q + 2 - g) / denominator
    mean = 1 / (1 - a2 / q)
    variance = 2 / q * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    df = 4 + (q + 2) / (q * variance / (2 * mean**2) - 1)
    return df / (mean * (df - 2)), df
