"""What counts must be before anything is computed from them.

Refused: counts that are negative or no whole numbers, more events than people, rates beyond 0 and
1. A denominator of nobody is no mistake of the caller, but holds no estimate either.
"""

import math

import numpy as np

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason


def check_events(events: int, total: int) -> None:
    """Raise InvalidInputError unless 0 <= events <= total in whole numbers.

    Raises NotEstimableError (NO_DATA) if the total is 0.
    """
    if not all(math.isfinite(count) and count == int(count) for count in (events, total)):
        raise InvalidInputError("events and totals are whole numbers")
    if not 0 <= events <= total:
        raise InvalidInputError("events lie between 0 and their total")
    if total == 0:
        raise NotEstimableError(Reason.NO_DATA, "a proportion of nobody cannot be estimated")


def check_rate(rate: float) -> None:
    """Raise InvalidInputError unless a rate lies between 0 and 1."""
    if not 0.0 <= rate <= 1.0:
        raise InvalidInputError(f"a rate lies between 0 and 1; found {rate}")


def counts_array(table: Numbers, dimensions: int) -> FloatArray:
    """The counts as an array of `dimensions` dimensions.

    Raises InvalidInputError for another shape, a negative count, or one that is not whole.
    """
    counts = np.asarray(table, dtype=float)
    if counts.ndim != dimensions:
        raise InvalidInputError(f"expected counts of {dimensions} dimensions; found {counts.ndim}")
    if not np.all(np.isfinite(counts)) or np.any(counts < 0) or np.any(counts != np.floor(counts)):
        raise InvalidInputError("counts are whole numbers, none of them negative")
    return counts
