"""What a group sequential test does under an effect: its power, its information, its futility.

The drift δ is the mean of Z at the fraction 1 of the information: under it, look k has the mean
δ√t_k. For an effect θ it is θ √(largest information).

Source: Jennison & Turnbull (2000), Group Sequential Methods, ch. 2.2, 4.2 and 19.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.group_sequential import (
    SMALLEST_SPENT,
    Boundaries,
    root_between,
    spending_boundaries,
    spent_at_looks,
    upper_spending,
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


def binding_futility_design(
    information: Sequence[float],
    *,
    alpha: float,
    alpha_spending: Spending,
    beta: float,
    beta_spending: Spending,
) -> FutilityDesign:
    """A one-sided design whose upper boundary takes for granted that the lower one is heeded.

    It needs less information than a `futility_design` of the same spending, and does not keep
    alpha if a trial goes on beyond its lower boundary. Source: Pampallona, Tsiatis & Kim (2001),
    Drug Inf J 35:1113-1121 (gsDesign's test.type = 3).
    """
    start = spending_boundaries(information, alpha, alpha_spending)
    _check_futility(start, beta)
    spent = (
        spent_at_looks(information, alpha, alpha_spending),
        spent_at_looks(information, beta, beta_spending),
    )

    def excess(drift: float) -> float:
        return sum(crossing(_both_spending(information, spent, drift), drift).lower) - beta

    most = futility_design(start, beta, beta_spending).drift
    drift = root_between(excess, special.ndtri(1 - beta) + special.ndtri(1 - alpha), most + 1e-6)
    return FutilityDesign(_both_spending(information, spent, drift), drift)


def _both_spending(
    information: Sequence[float], spent: tuple[list[float], list[float]], drift: float
) -> Boundaries:
    """Each boundary spends by its own hypothesis; at the last look the lower one is the upper."""
    null = under_drift = trials_before(information)
    lower, upper = list[float](), list[float]()
    for look, (alpha, beta) in enumerate(zip(*spent, strict=True), start=1):
        upper.append(upper_spending(null, alpha))
        last = look == len(information)
        lower.append(upper[-1] if last else _lower_spending(under_drift, beta, upper[-1], drift))
        null = null.after_next(lower[-1], upper[-1], 0.0)
        under_drift = under_drift.after_next(lower[-1], upper[-1], drift)
    return Boundaries(tuple(information), tuple(lower), tuple(upper))


def conditional_power(boundaries: Boundaries, *, look: int, z: float, drift: float) -> float:
    """The chance, after Z = z at this look (from 1), to cross the upper boundary at a later one.

    The drift may be that of the plan, 0, or the one observed: z / √t. Source: Lan, Simon &
    Halperin (1982), Sequential Analysis 1:207-219; Jennison & Turnbull, ch. 10. Raises
    InvalidInputError for the last look, after which nothing is to come.
    """
    if not 1 <= look < len(boundaries.information):
        raise InvalidInputError(
            f"a look with one to come is 1 to {len(boundaries.information) - 1}; found {look}"
        )
    if not (math.isfinite(z) and math.isfinite(drift)):
        raise InvalidInputError("the statistic and the drift are finite numbers")
    t = boundaries.information[look - 1]
    ahead = tuple(boundaries.information[look:])
    running = RunningTrials(t, np.array([z * math.sqrt(t)]), np.ones(1), ahead)
    chance = 0.0
    for low, high in zip(boundaries.lower[look:], boundaries.upper[look:], strict=True):
        chance += running.chance_above(high, drift)
        running = running.after_next(low, high, drift)
    return chance


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
