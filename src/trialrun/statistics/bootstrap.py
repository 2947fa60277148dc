"""Bootstrap intervals: percentile, and bias-corrected and accelerated (BCa).

Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and 14. Results
repeat with the generator's state and the number of resamples.
"""

import warnings
from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Interval, check_level
from trialrun.statistics.paired import complete_sample


class BootstrapInterval(StrEnum):
    """How the interval is read from the resampled statistics."""

    PERCENTILE = "percentile"
    BCA = "BCa"


def bootstrap_interval(
    values: npt.ArrayLike,
    statistic: Callable[..., FloatArray],
    method: BootstrapInterval,
    *,
    generator: np.random.Generator,
    resamples: int,
    level: float = 0.95,
) -> Interval:
    """The interval of `statistic(values, axis=…)` for a sample (n,).

    Raises InvalidInputError for fewer than two resamples or a level that is none;
    NotEstimableError if the sample does not vary, or for BCa if the statistic does not.
    """
    check_level(level)
    if resamples < 2:
        raise InvalidInputError(f"a bootstrap needs resamples, and at least 2; found {resamples}")
    sample = complete_sample(values)
    if np.ptp(sample) == 0:
        raise NotEstimableError(Reason.NO_VARIATION, "all values are the same")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # Its result is then not a number, which is refused below.
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            (sample,),
            statistic,
            n_resamples=resamples,
            vectorized=True,
            confidence_level=level,
            method=method.value,
            rng=generator,
        )
    low, high = (float(end) for end in found.confidence_interval)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise NotEstimableError(Reason.NO_VARIATION, "the statistic does not vary")
    return Interval(low, high, level)
