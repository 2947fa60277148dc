"""What may be said after a group sequential test, whether it has stopped or still runs.

After the stop: p-value, median-unbiased estimate and interval by the stage-wise ordering, in which
an earlier crossing of the upper boundary is more extreme than a later one, whatever its Z. At any
look: the repeated p-value and confidence interval, which hold whether or not the trial stops.

A stage-wise result needs only the boundaries up to the look that stopped, so that looks may come
at other times than planned. If a futility boundary was not binding, pass the boundaries without it.

Source: Jennison & Turnbull (2000), Group Sequential Methods, ch. 8 and 9; Tsiatis, Rosner & Mehta
(1984), Biometrics 40:797-803.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.estimates import Interval, check_level
from trialrun.statistics.group_sequential import Boundaries, root_between
from trialrun.statistics.recursive_integration import trials_before

BoundariesOfError = Callable[[float], Boundaries]
"""The boundaries of one design for a one-sided error."""

_LARGEST_SHIFT = 12.0
_SMALLEST_ERROR = 1e-10


@dataclass(frozen=True)
class StagewiseEstimate:
    """The effect after the stop: `p_value` is one-sided, against effects of at most zero."""

    median_unbiased: float
    interval: Interval
    p_value: float


def stagewise_p_value(boundaries: Boundaries, *, look: int, z: float, drift: float = 0.0) -> float:
    """The chance, under the drift, of a result at least as high as Z = z at this look (from 1).

    Outcomes rise from the lower boundary at look 1, 2, ... to the upper boundary at ..., 2, 1.
    Under a drift of zero it is the one-sided p-value of the stopped trial.
    """
    _check_look(boundaries, look, z)
    running, above = trials_before(boundaries.information), 0.0
    before = slice(look - 1)
    for low, high in zip(boundaries.lower[before], boundaries.upper[before], strict=True):
        above += running.chance_above(high, drift)
        running = running.after_next(low, high, drift)
    return above + running.chance_above(z, drift)


def stagewise_estimate(
    boundaries: Boundaries,
    *,
    look: int,
    z: float,
    standard_error: float,
    level: float = 0.95,
) -> StagewiseEstimate:
    """The effect, on the scale of its standard error at the look that stopped (from 1).

    Raises InvalidInputError for a look or a level that there is not, and a standard error that is
    not positive.
    """
    check_level(level)
    if not (math.isfinite(standard_error) and standard_error > 0.0):
        raise InvalidInputError("the standard error is a positive number")
    p_value = stagewise_p_value(boundaries, look=look, z=z)
    lowest, highest = _drifts_in_question(boundaries, look, z)
    scale = math.sqrt(boundaries.information[look - 1]) * standard_error

    def effect_with(chance: float) -> float:
        return scale * root_between(
            lambda drift: stagewise_p_value(boundaries, look=look, z=z, drift=drift) - chance,
            lowest,
            highest,
        )

    tail = (1.0 - level) / 2
    interval = Interval(effect_with(tail), effect_with(1.0 - tail), level)
    return StagewiseEstimate(effect_with(0.5), interval, p_value)


def repeated_p_value(boundaries_of: BoundariesOfError, *, look: int, z: float) -> float:
    """The smallest one-sided error with which the design would reject at this look (from 1).

    It is at least 1e-10, and 0.5 where even half an error would not do.
    """

    def margin(log_error: float) -> float:
        boundaries = boundaries_of(math.exp(log_error))
        _check_look(boundaries, look, z)
        return boundaries.upper[look - 1] - z

    smallest, largest = math.log(_SMALLEST_ERROR), math.log(0.5 - 1e-9)
    if margin(largest) >= 0:
        return 0.5
    if margin(smallest) <= 0:
        return _SMALLEST_ERROR
    return math.exp(root_between(margin, smallest, largest))


def repeated_interval(
    boundaries_of: BoundariesOfError,
    *,
    look: int,
    value: float,
    standard_error: float,
    level: float = 0.95,
) -> Interval:
    """An interval that covers at all looks together with the chance `level`."""
    check_level(level)
    boundaries = boundaries_of((1.0 - level) / 2)
    _check_look(boundaries, look, value)
    half_width = boundaries.upper[look - 1] * standard_error
    return Interval(value - half_width, value + half_width, level)


def _drifts_in_question(boundaries: Boundaries, look: int, z: float) -> tuple[float, float]:
    """Drifts under which the outcome is surely too high, and surely too low.

    Far from z, earlier boundaries decide: a late stop says that the drift was not so large.
    """
    looks = zip(
        boundaries.information[:look],
        (*boundaries.lower[: look - 1], z),
        (*boundaries.upper[: look - 1], z),
        strict=True,
    )
    edges = [
        (edge / math.sqrt(t), _LARGEST_SHIFT / math.sqrt(t))
        for t, low, high in looks
        for edge in (low, high)
        if math.isfinite(edge)
    ]
    return min(at - shift for at, shift in edges), max(at + shift for at, shift in edges)


def _check_look(boundaries: Boundaries, look: int, z: float) -> None:
    if not 1 <= look <= len(boundaries.upper):
        raise InvalidInputError(f"looks are 1 to {len(boundaries.upper)}; found {look}")
    if not math.isfinite(z):
        raise InvalidInputError("the statistic of a look is a finite number")
