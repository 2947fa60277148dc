"""Covariance structures of repeated measures: how parameters become a matrix.

Every structure maps any vector of real parameters to a positive definite matrix (random effects: to
a semidefinite one plus the residual variance), so that no bounds are needed. The maps are analytic
and take complex parameters: derivatives are then exact by the complex step (Squire and Trapp,
SIAM Review 1998;40:110-112). They neither conjugate nor take absolute values for that reason.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError

# Real when a model is evaluated, complex when it is differentiated.
Parameters = npt.NDArray[Any]


class Correlation(StrEnum):
    """How observations of one participant correlate."""

    UNSTRUCTURED = "unstructured"
    COMPOUND_SYMMETRY = "compound symmetry"
    AUTOREGRESSIVE = "first-order autoregressive"
    TOEPLITZ = "Toeplitz"
    EXPONENTIAL = "exponential in the distance"
    ANTEDEPENDENCE = "first-order ante-dependence"


class Structure(Protocol):
    """A covariance of up to T observations; `rows` (..., T, q) describe the observations."""

    def start(self, rows: FloatArray, variance: float) -> FloatArray:
        """Parameters to begin a search from, given the outcome's residual variance."""

    def scales(self, rows: FloatArray, variance: float) -> FloatArray:
        """What change of each parameter counts as large."""

    def matrices(self, parameters: Parameters, rows: FloatArray) -> Parameters:
        """The covariances (..., T, T)."""


@dataclass(frozen=True)
class VisitCovariance:
    """One covariance for all participants, by visit; `heterogeneous` variances differ by visit.

    An unstructured covariance is always heterogeneous. `rows` (..., T, 1) hold the visits' times,
    which only the exponential structure reads.
    """

    correlation: Correlation
    heterogeneous: bool = True

    def start(self, rows: FloatArray, variance: float) -> FloatArray:
        """Equal variances without correlation; exponential: a range of a third of all times."""
        visits = rows.shape[-2]
        logs = np.full(self._variances(visits), 0.5 * np.log(variance))
        return np.concatenate([logs, self._correlation_start(rows)])

    def scales(self, rows: FloatArray, variance: float) -> FloatArray:
        """Ones: logarithms, and correlations mapped to the real line."""
        return np.ones(len(self.start(rows, variance)))

    def matrices(self, parameters: Parameters, rows: FloatArray) -> Parameters:
        """The covariances (..., T, T) of log standard deviations and correlation parameters."""
        visits = rows.shape[-2]
        count = self._variances(visits)
        scales = np.exp(parameters[:count]) * np.ones(visits)
        rest = parameters[count:]
        if self.correlation is Correlation.UNSTRUCTURED:
            factor = np.eye(visits, dtype=parameters.dtype)
            factor[_lower(visits, -1)] = rest
            factor = scales[:, None] * factor
            return np.asarray(factor @ factor.T)
        return np.asarray(scales[:, None] * self._correlations(rest, rows) * scales)

    def _variances(self, visits: int) -> int:
        heterogeneous = self.heterogeneous or self.correlation is Correlation.UNSTRUCTURED
        return visits if heterogeneous else 1

    def _correlation_start(self, rows: FloatArray) -> FloatArray:
        visits = rows.shape[-2]
        if visits == 1:
            return np.zeros(0)
        if self.correlation is Correlation.UNSTRUCTURED:
            return np.zeros(visits * (visits - 1) // 2)
        if self.correlation in (Correlation.TOEPLITZ, Correlation.ANTEDEPENDENCE):
            return np.zeros(visits - 1)
        if self.correlation is Correlation.COMPOUND_SYMMETRY:
            return np.array([-np.log(visits - 1.0)])
        if self.correlation is Correlation.EXPONENTIAL:
            return np.array([np.log(_distances(rows).max() / 3)])
        return np.zeros(1)

    def _correlations(self, parameters: Parameters, rows: FloatArray) -> Parameters:
        visits = rows.shape[-2]
        if visits == 1:
            return np.ones((1, 1))
        if self.correlation is Correlation.EXPONENTIAL:
            return np.asarray(np.exp(-_distances(rows) * np.exp(-parameters[0])))
        if self.correlation is Correlation.ANTEDEPENDENCE:
            return _products_between(np.tanh(parameters))
        lags = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
        return np.asarray(self._by_lag(parameters, visits)[lags])

    def _by_lag(self, parameters: Parameters, visits: int) -> Parameters:
        if self.correlation is Correlation.COMPOUND_SYMMETRY:
            # Between −1/(T − 1), where the matrix turns singular, and 1.
            lowest = -1.0 / (visits - 1)
            shared = lowest + (1 - lowest) / (1 + np.exp(-parameters[0]))
            return np.concatenate([[1.0], np.full(visits - 1, shared)])
        partial = np.tanh(parameters)
        if self.correlation is Correlation.AUTOREGRESSIVE:
            return np.cumprod(np.concatenate([[1.0], np.full(visits - 1, partial[0])]))
        return _autocorrelations(partial)


@dataclass(frozen=True)
class RandomEffects:
    """Z G Zᵀ + σ² I: random coefficients of q columns with an unstructured G, and a residual.

    `rows` (..., T, q) are the Zs. Parameters are the Cholesky factor of G, lower triangle by rows,
    and log σ: a variance of zero lies inside this space, not at its end.
    """

    def start(self, rows: FloatArray, variance: float) -> FloatArray:
        """Half of the variance to the residual, the rest shared among independent effects."""
        scales = np.sqrt(0.5 / rows.shape[-1]) * self._deviations(rows, variance)
        lower = np.diag(scales)[_lower(len(scales), 0)]
        return np.concatenate([lower, [0.5 * np.log(0.5 * variance)]])

    def scales(self, rows: FloatArray, variance: float) -> FloatArray:
        """The standard deviation by which an effect alone would explain all the variance."""
        scales = self._deviations(rows, variance)
        return np.append(scales[_lower(len(scales), 0)[0]], 1.0)

    def _deviations(self, rows: FloatArray, variance: float) -> FloatArray:
        sizes = np.sqrt((rows**2).mean(axis=tuple(range(rows.ndim - 1))))
        if not np.all(sizes > 0):
            raise InvalidInputError("a random effect has a column of zeros")
        return np.asarray(np.sqrt(variance) / sizes)

    def matrices(self, parameters: Parameters, rows: FloatArray) -> Parameters:
        """The covariances (..., T, T)."""
        effects, residual = self.components(parameters, rows.shape[-1])
        return VarianceComponents().matrices(_as_components(effects, residual), rows)

    def components(self, parameters: Parameters, q: int) -> tuple[Parameters, Any]:
        """G (q, q) and σ²."""
        factor = np.zeros((q, q), dtype=parameters.dtype)
        factor[_lower(q, 0)] = parameters[:-1]
        return factor @ factor.T, np.exp(2 * parameters[-1])

    def as_components(self, parameters: FloatArray, q: int) -> FloatArray:
        """The same point in the parameters of `VarianceComponents`."""
        return np.asarray(_as_components(*self.components(parameters, q)), dtype=np.float64)


@dataclass(frozen=True)
class VarianceComponents:
    """`RandomEffects` in the elements of G and σ² themselves, in which V is linear.

    Inference uses these: they stay regular where a variance is zero.
    """

    def matrices(self, parameters: Parameters, rows: FloatArray) -> Parameters:
        """The covariances (..., T, T)."""
        q = rows.shape[-1]
        effects = np.zeros((q, q), dtype=parameters.dtype)
        lower = _lower(q, 0)
        effects[lower] = parameters[:-1]
        effects.T[lower] = parameters[:-1]
        inner = rows @ effects @ np.swapaxes(rows, -1, -2)
        return np.asarray(inner + parameters[-1] * np.eye(rows.shape[-2]))


@cache
def _lower(size: int, diagonal: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The lower triangle's indices: a fit asks for them a thousand times."""
    return np.tril_indices(size, diagonal)


def _as_components(effects: Parameters, residual: Any) -> Parameters:
    return np.concatenate([effects[_lower(len(effects), 0)], [residual]])


def _distances(rows: FloatArray) -> FloatArray:
    times = rows[..., 0]
    return np.asarray(np.abs(times[..., :, None] - times[..., None, :]))


def _products_between(neighbours: Parameters) -> Parameters:
    """Correlations of visits as products of all those of neighbours between them.

    Source: Gabriel, Annals of Mathematical Statistics 1962;33:201-212; SAS ANTE(1).
    """
    size = len(neighbours) + 1
    upper = np.eye(size, dtype=neighbours.dtype)
    for visit, correlation in enumerate(neighbours):
        upper[: visit + 1, visit + 1] = upper[: visit + 1, visit] * correlation
    return np.asarray(upper + np.triu(upper, 1).T)


def _autocorrelations(partial: Parameters) -> Parameters:
    """Autocorrelations from partial ones, by the recursion of Durbin and Levinson.

    Source: Barndorff-Nielsen and Schou, Journal of Multivariate Analysis 1973;3:408-419.
    """
    correlations = [np.ones((), dtype=partial.dtype), partial[0]]
    weights = partial[:1]
    for value in partial[1:]:
        backwards = np.array(correlations[:0:-1])
        unexplained = 1 - weights @ np.array(correlations[1:])
        correlations.append(weights @ backwards + value * unexplained)
        weights = np.concatenate([weights - value * weights[::-1], [value]])
    return np.array(correlations)
