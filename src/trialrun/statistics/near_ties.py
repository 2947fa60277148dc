"""Values that arithmetic should have left equal, made equal again.

0.3 − 0.2 and 0.2 − 0.1 differ in the last bit. For a rank, a risk set or a difference of zero that
bit would break a tie that people see.
"""

import numpy as np

from trialrun.statistics.arrays import FloatArray

# Of the values compared; R's survival joins times at 1.5e-8 of their mean.
_NEAR = 1e-12
# Of the largest value: what is left of zero.
_NOTHING = 1e-14


def joined(values: FloatArray) -> FloatArray:
    """The finite values (n,), of which those that agree in twelve digits are the same."""
    if values.size == 0:
        return values
    settled = np.where(np.abs(values) <= _NOTHING * np.abs(values).max(), 0.0, values)
    ordered, position = np.unique(settled, return_inverse=True)
    larger = np.maximum(np.abs(ordered[1:]), np.abs(ordered[:-1]))
    starts = np.append(True, np.diff(ordered) > _NEAR * larger)
    return np.asarray(ordered[starts][np.cumsum(starts) - 1][position])


def difference(minuend: FloatArray, subtrahend: FloatArray) -> FloatArray:
    """The difference (n,), rounded to the fourteenth digit of the larger of the two values."""
    larger = np.maximum(np.abs(minuend), np.abs(subtrahend))
    with np.errstate(invalid="ignore"):
        exponent = np.floor(np.log10(np.where(larger > 0, larger, 1.0)))
        scale = 10.0 ** (13.0 - exponent)
        # Adding zero takes the sign from −0.0.
        return np.asarray(np.round((minuend - subtrahend) * scale) / scale + 0.0)
