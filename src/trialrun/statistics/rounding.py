"""Rounding for people: half away from zero, on a stated number of decimals."""

import math
from decimal import ROUND_HALF_UP, Decimal

from trialrun.statistics.errors import InvalidInputError


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """The value with exactly `decimals` decimals, halves away from zero; never a negative zero.

    A float is read as its shortest decimal text, so that 2.675 to two decimals is 2.68 as a
    reader expects, though the nearest double lies below it (SAS rounds so, too, by a fuzz).
    Raises InvalidInputError for a value that is not finite: it has no decimals.
    """
    if not math.isfinite(value):
        raise InvalidInputError("only a finite value can be rounded")
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    result = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result.is_zero() else result
