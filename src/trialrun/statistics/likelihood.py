"""The restricted and the full likelihood of a linear model with correlated observations.

Participants whose observations have the same covariance (same visits, same group, same rows of
random effects) form a pattern. All that the likelihood needs of a pattern are the cross products
of the columns [X y] between its occasions, so an evaluation costs the same for 20 participants as
for 20,000. Source: Laird and Ware, Biometrics 1982;38:963-974; Harville, JASA 1977;72:320-338.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.covariances import Parameters
from trialrun.statistics.errors import InvalidInputError

# Any step this small differentiates exactly: the complex step subtracts nothing.
_COMPLEX_STEP = 1e-30
# Share of a parameter's standard error or scale by which second differences move it.
_HESSIAN_STEP = 1e-3


@dataclass(frozen=True)
class Patterns:
    """K patterns of at most T occasions; see the module.

    `counts` (K,) participants, `group` (K,), `present` (K, T), `rows` (K, T, q), `products`
    (K, T·T, (p+1)·(p+1)).
    """

    counts: FloatArray
    group: npt.NDArray[np.int64]
    present: npt.NDArray[np.bool_]
    rows: FloatArray
    products: FloatArray
    n_fixed: int
    n_observed: int


@dataclass(frozen=True)
class Evaluation:
    """−2 log likelihood at some parameters, with what its derivatives and inference need.

    `gradient` (R,); `coefficients` (p,) and their model-based covariance (p, p); `inverses`
    (K, T, T); `slopes` (R, K, T, T), the derivatives of the covariances; `inner` (R, p, p), the
    Xᵀ V⁻¹ V̇ V⁻¹ X.
    """

    value: float
    gradient: FloatArray
    coefficients: FloatArray
    covariance: FloatArray
    inverses: FloatArray
    slopes: FloatArray
    inner: FloatArray


def patterns_of(
    columns: FloatArray,
    subjects: npt.NDArray[np.int64],
    occasions: npt.NDArray[np.int64],
    groups: npt.NDArray[np.int64],
    rows: FloatArray,
) -> Patterns:
    """The patterns of observations: `columns` [X y] (n, p+1), and for each its subject, occasion
    (0 to T−1), group, and row (n, q) of the covariance structure.

    Raises InvalidInputError if a subject has two observations on one occasion or two groups.
    """
    n_subjects, n_occasions = subjects.max() + 1, occasions.max() + 1
    present = np.zeros((n_subjects, n_occasions), dtype=bool)
    present[subjects, occasions] = True
    if present.sum() != len(subjects):
        raise InvalidInputError("a participant has two observations on one occasion")
    group = np.zeros(n_subjects, dtype=np.int64)
    group[subjects] = groups
    if np.any(group[subjects] != groups):
        raise InvalidInputError("a participant belongs to two groups")
    padded = np.zeros((n_subjects, n_occasions, columns.shape[1]))
    padded[subjects, occasions] = columns
    described = np.zeros((n_subjects, n_occasions, rows.shape[1]))
    described[subjects, occasions] = rows
    keys = np.column_stack([group, present, described.reshape(n_subjects, -1)])
    _, first, pattern = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return Patterns(
        np.bincount(pattern).astype(np.float64),
        group[first],
        present[first],
        described[first],
        np.array([_products(padded[pattern == k]) for k in range(len(first))]),
        columns.shape[1] - 1,
        len(columns),
    )


def _products(padded: FloatArray) -> FloatArray:
    n, occasions, width = padded.shape
    flat = padded.reshape(n, occasions * width)
    cross = (flat.T @ flat).reshape(occasions, width, occasions, width)
    return cross.transpose(0, 2, 1, 3).reshape(occasions**2, width**2)


@dataclass(frozen=True)
class Likelihood:
    """−2 log likelihood of covariance parameters; `covariances` maps them to (K, T, T)."""

    patterns: Patterns
    covariances: Callable[[Parameters], Parameters]
    restricted: bool

    def at(self, parameters: FloatArray) -> Evaluation | None:
        """The likelihood there; None where the covariance is not positive definite."""
        with np.errstate(all="ignore"):
            try:
                return self._evaluation(parameters)
            except np.linalg.LinAlgError:
                return None

    def _evaluation(self, parameters: FloatArray) -> Evaluation | None:
        data = self.patterns
        covariances = self._masked(self.covariances(parameters), filler=1.0)
        if not np.isfinite(covariances).all():
            return None
        halves = np.linalg.inv(np.linalg.cholesky(covariances))
        inverses = np.swapaxes(halves, -1, -2) @ halves
        logs = -2 * np.log(np.diagonal(halves, axis1=-2, axis2=-1)).sum(axis=-1)
        normal = self._weighted(inverses[None])[0]
        p = data.n_fixed
        covariance = np.linalg.inv(normal[:p, :p])
        coefficients = covariance @ normal[:p, p]
        value = data.counts @ logs + normal[p, p] - normal[p, :p] @ coefficients
        value += (data.n_observed - p * self.restricted) * np.log(2 * np.pi)
        if self.restricted:
            value -= 2 * np.log(np.diag(np.linalg.cholesky(covariance))).sum()
        slopes = self._slopes(parameters)
        inner = self._weighted(inverses @ slopes @ inverses)
        residual = np.append(-coefficients, 1.0)
        gradient = np.einsum("k,kab,rkba->r", data.counts, inverses, slopes)
        gradient -= residual @ inner @ residual
        inner = inner[:, :p, :p]
        if self.restricted:
            gradient -= np.einsum("ij,rji->r", covariance, inner)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return None
        return Evaluation(float(value), gradient, coefficients, covariance, inverses, slopes, inner)

    def hessian(
        self, parameters: FloatArray, at: Evaluation, scales: FloatArray
    ) -> FloatArray | None:
        """Second derivatives (R, R) of −2 log likelihood, by central differences of the gradient.

        Steps are a thousandth of a parameter's standard error, or of its scale (R,) if that is
        less: a random effect's parameter has no information where its variance is zero. None if a
        neighbouring point has no likelihood.
        """
        products = at.inverses @ at.slopes
        information = np.einsum("k,rkab,rkba->r", self.patterns.counts, products, products) / 2
        steps = _HESSIAN_STEP / np.sqrt(np.maximum(information, 1 / scales**2))
        columns = []
        for index, step in enumerate(steps):
            move = np.zeros(len(parameters))
            move[index] = step
            above, below = self.at(parameters + move), self.at(parameters - move)
            if above is None or below is None:
                return None
            columns.append((above.gradient - below.gradient) / (2 * step))
        hessian = np.array(columns)
        return np.asarray((hessian + hessian.T) / 2)

    def expected_information(self, at: Evaluation) -> FloatArray:
        """The expected information (R, R) of the parameters.

        Source: Kenward and Roger, Biometrics 1997;53:983-997, section 3.
        """
        products = at.inverses @ at.slopes
        information = np.einsum("k,rkab,skba->rs", self.patterns.counts, products, products)
        if self.restricted:
            twice = self.twice_inner(at)
            information -= 2 * np.einsum("ij,rsji->rs", at.covariance, twice)
            reduced = at.covariance @ at.inner
            information += np.einsum("rij,sji->rs", reduced, reduced)
        return np.asarray(information / 2)

    def twice_inner(self, at: Evaluation) -> FloatArray:
        """The Xᵀ V⁻¹ V̇ᵣ V⁻¹ V̇ₛ V⁻¹ X, (R, R, p, p)."""
        p = self.patterns.n_fixed
        left, right = at.inverses @ at.slopes, at.inverses @ at.slopes @ at.inverses
        return np.array([self._weighted(one @ right)[:, :p, :p] for one in left])

    def _slopes(self, parameters: FloatArray) -> FloatArray:
        moved = [
            self.covariances(parameters + 1j * _COMPLEX_STEP * unit).imag / _COMPLEX_STEP
            for unit in np.eye(len(parameters))
        ]
        return self._masked(np.array(moved), filler=0.0)

    def _masked(self, matrices: FloatArray, filler: float) -> FloatArray:
        present = self.patterns.present
        both = present[:, :, None] & present[:, None, :]
        return np.where(both, matrices, filler * np.eye(present.shape[1]))

    def _weighted(self, weights: FloatArray) -> FloatArray:
        """Σ over patterns and occasions of weights (R, K, T, T) times products: (R, p+1, p+1)."""
        width = self.patterns.n_fixed + 1
        flat = weights.reshape(len(weights), -1)
        total = flat @ self.patterns.products.reshape(-1, width**2)
        return np.asarray(total.reshape(-1, width, width))
