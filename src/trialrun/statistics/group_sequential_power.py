"""What a group sequential test does under an effect: its power, its information, its futility.

The drift δ is the mean of Z at the fraction 1 of the information: under it, look k has the mean
δ√t_k. For an effect θ it is θ √(largest information).

Source: Jennison & Turnbull (2000), Group Sequential Methods, ch. 2.2, 4.2 and 19.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.group_sequential import (
    SMALLEST_SPENT,
    Boundaries,
    root_between,
    spent_at_looks,
)
from trialrun.statistics.recursive_integration import (
    Crossing,
    RunningTrials,
    crossing_probabilities,
    trials_before,
)
from trialrun.statistics.spending import Spending

_LARGEST_DRIFT = 40.0


@dataclass(frozen=True)
class FutilityDesign:
    """Boundaries whose `lower` is the futility boundary, and the drift they have the power for."""

    boundaries: Boundaries
    drift: float


def crossing(boundaries: Boundaries, drift: float) -> Crossing:
    """Per look, the chance to stop there at the upper and at the lower boundary."""
    return crossing_probabilities(
        boundaries.information, boundaries.lower, boundaries.upper, theta=drift
    )


def power(boundaries: Boundaries, drift: float) -> float:
    """The chance to cross the upper boundary at some look."""
    return sum(crossing(boundaries, drift).upper)


def drift_for_power(boundaries: Boundaries, wanted: float) -> float:
    """The positive drift at which the upper boundary is crossed with the wanted chance.

    The information that this takes for an effect θ is (drift / θ)². Raises InvalidInputError if
    the wanted power is not above the error of the test.
    """
    if not power(boundaries, 0.0) < wanted < 1.0:
        raise InvalidInputError(
            f"the power wanted lies between the error of the test and 1; found {wanted}"
        )
    return root_between(lambda drift: power(boundaries, drift) - wanted, 0.0, _LARGEST_DRIFT)


def inflation_factor(drift: float, *, one_sided_alpha: float, power: float) -> float:
    """The largest information of this drift, over that of a test with one look and this power."""
    if not (0.0 < one_sided_alpha < 1.0 and one_sided_alpha < power < 1.0):
        raise InvalidInputError("the error and the power lie between 0 and 1, the power above")
    fixed = float(special.ndtri(power) - special.ndtri(one_sided_alpha))
    return (drift / fixed) ** 2


def expected_information(boundaries: Boundaries, drift: float) -> float:
    """The mean fraction of the information at which the trial stops, at the latest the last."""
    chances = crossing(boundaries, drift)
    stops = [up + low for up, low in zip(chances.upper, chances.lower, strict=True)]
    stops[-1] = 1.0 - sum(stops[:-1])
    return sum(t * stop for t, stop in zip(boundaries.information, stops, strict=True))


def futility_design(efficacy: Boundaries, beta: float, spending: Spending) -> FutilityDesign:
    """Add a non-binding futility boundary that spends the error beta to a one-sided test.

    The upper boundary keeps its error whether or not the trial heeds the lower one. The drift is
    the one at which the test, heeding it, has the power 1 − beta; there the lower boundary has
    spent by each look what the spending function says, and meets the upper one at the last.
    Source: Pampallona, Tsiatis & Kim (2001), Drug Inf J 35:1113-1121.
    """
    _check_futility(efficacy, beta)
    spent = spent_at_looks(efficacy.information, beta, spending)

    def excess(drift: float) -> float:
        return sum(crossing(_with_futility(efficacy, spent, drift), drift).lower) - beta

    least = drift_for_power(efficacy, 1 - beta)
    drift = root_between(excess, least - 1e-6, least + 5.0)
    return FutilityDesign(_with_futility(efficacy, spent, drift), drift)


def _with_futility(efficacy: Boundaries, spent: Sequence[float], drift: float) -> Boundaries:
    running, lower = trials_before(efficacy.information), list[float]()
    for upper, amount in zip(efficacy.upper[:-1], spent[:-1], strict=True):
        lower.append(_lower_spending(running, amount, upper, drift))
        running = running.after_next(lower[-1], upper, drift)
    return Boundaries(efficacy.information, (*lower, efficacy.upper[-1]), efficacy.upper)


def _lower_spending(running: RunningTrials, spent: float, upper: float, drift: float) -> float:
    if spent < SMALLEST_SPENT:
        return -math.inf
    highest = min(upper, drift + 10.0)
    if running.chance_below(highest, drift) <= spent:
        return highest
    return root_between(lambda z: running.chance_below(z, drift) - spent, -10.0, highest)


def _check_futility(efficacy: Boundaries, beta: float) -> None:
    if not 0.0 < beta < 0.5:
        raise InvalidInputError(f"beta lies between 0 and 0.5; found {beta}")
    if any(math.isfinite(z) for z in efficacy.lower):
        raise InvalidInputError("a futility boundary is added to a one-sided test without one")
    if not math.isclose(efficacy.information[-1], 1.0):
        raise InvalidInputError("a futility boundary needs all looks, up to the fraction 1")
