"""The chi-square test of deviations whose covariance may be of less than full rank.

Rank is decided once, on the covariance scaled to a unit diagonal: rounding alone would make the two
groups of a log-rank test, whose deviations are opposite, two degrees of freedom.
"""

import numpy as np

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.results import SignificanceTest, chi_square_from

# Of the largest variance, and of a unit diagonal.
_NO_VARIANCE = 1e-12
_NO_DIRECTION = 1e-9


def quadratic_test(deviation: FloatArray, covariance: FloatArray) -> SignificanceTest | None:
    """The quadratic form of deviations (k,) in a generalised inverse of their covariance (k, k).

    Its degrees of freedom are the rank of the covariance; None where that is 0. Source: Rao, Linear
    Statistical Inference and Its Applications (1973), section 3b.4.
    """
    variances = np.diag(covariance)
    varies = variances > _NO_VARIANCE * np.max(np.abs(variances), initial=0.0)
    if not varies.any():
        return None
    scale = 1 / np.sqrt(variances[varies])
    scaled = covariance[np.ix_(varies, varies)] * scale * scale[:, None]
    values, vectors = np.linalg.eigh(scaled)
    kept = values > _NO_DIRECTION
    along = vectors[:, kept].T @ (scale * deviation[varies])
    return chi_square_from(float(np.sum(along**2 / values[kept])), int(kept.sum()))
