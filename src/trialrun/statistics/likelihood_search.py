"""The search for the parameters of greatest likelihood, and the one criterion that it found them.

The criterion: the Newton decrement gᵀ H⁻¹ g, by how much −2 log likelihood could still fall, is
below 1e-8 (one more step follows, which squares the error), and no direction curves downwards.
That the data determine every parameter is for the information to say, which a fit inverts.
"""

from typing import Any

import numpy as np
from scipy import optimize

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.likelihood import Evaluation, Likelihood

_CONVERGED = 1e-8
# Eigenvalues of the scaled Hessian below this are zero within the error of its differences.
_FLAT = 1e-6
_NEWTON_STEPS = 50
_HALVINGS = 30
_NO_LIKELIHOOD = 1e10


def optimum_from(likelihood: Likelihood, start: FloatArray, scales: FloatArray) -> FloatArray:
    """The best parameters (R,) reached from `start`, by BFGS and then Newton's method.

    `scales` (R,) say what change of each parameter is large. Raises NotEstimableError: singular if
    the search ends at the edge of what has a likelihood, not converged if the criterion is not met.
    """
    n = likelihood.patterns.n_observed

    def scaled(parameters: FloatArray) -> tuple[float, FloatArray]:
        at = likelihood.at(parameters)
        if at is None:
            return _NO_LIKELIHOOD, np.zeros(len(parameters))
        return at.value / n, at.gradient / n

    # Going far by gradients alone is cheap: a Hessian costs two evaluations for each parameter.
    found: Any = optimize.minimize(
        scaled, start, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 1000}
    )
    parameters = np.asarray(found.x, dtype=np.float64)
    for _ in range(_NEWTON_STEPS):
        at, step, decrement, curvature = _newton(likelihood, parameters, scales)
        if decrement < _CONVERGED and curvature > -_FLAT:
            # So near, the value's own rounding hides whether a step descends.
            return parameters + step
        moved = _descended(likelihood, parameters, at.value, step)
        if moved is None:
            break
        parameters = moved
    raise NotEstimableError(Reason.NOT_CONVERGED, "the search for the covariance did not converge")


def _newton(
    likelihood: Likelihood, parameters: FloatArray, scales: FloatArray
) -> tuple[Evaluation, FloatArray, float, float]:
    at = likelihood.at(parameters)
    hessian = None if at is None else likelihood.hessian(parameters, at, scales)
    if at is None or hessian is None:
        raise NotEstimableError(Reason.SINGULAR, "the estimated covariance is singular")
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(hessian)), 1e-12))
    values, vectors = np.linalg.eigh(hessian * scale * scale[:, None])
    along = vectors.T @ (scale * at.gradient)
    lengths = along / np.maximum(np.abs(values), _FLAT)
    return at, -scale * (vectors @ lengths), float(along @ lengths), float(values[0])


def _descended(
    likelihood: Likelihood, parameters: FloatArray, value: float, step: FloatArray
) -> FloatArray | None:
    for halving in range(_HALVINGS):
        moved = parameters + step / 2**halving
        at = likelihood.at(moved)
        if at is not None and at.value < value:
            return np.asarray(moved)
    return None
