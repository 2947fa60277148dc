"""Boundaries of group sequential tests: where a trial may stop early, and keep its error.

Looks are fractions of the planned information, increasing, at most 1. Boundaries are on the scale
of Z. A one-sided test rejects at or above `upper`; a two-sided one also at or below
`lower` = −`upper`, and its `alpha` is of both sides together.

Source: Jennison & Turnbull (2000), Group Sequential Methods, ch. 2, 4, 7 and 19.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from scipy import optimize, special

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.recursive_integration import (
    RunningTrials,
    check_information,
    crossing_probabilities,
    trials_before,
)
from trialrun.statistics.spending import Spending

Sides = Literal[1, 2]

# What is spent at a later look below this cannot be told from the error of the quadrature.
SMALLEST_SPENT = 1e-18


@dataclass(frozen=True)
class Boundaries:
    """Per look (K,): fraction of the information, and where Z stops the trial.

    `lower` is −inf where nothing stops the trial from below.
    """

    information: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    @property
    def nominal_p_values(self) -> tuple[float, ...]:
        """The one-sided p-value (K,) of one look alone that reaches the upper boundary."""
        return tuple(float(special.ndtr(-z)) for z in self.upper)


def equal_looks(looks: int) -> tuple[float, ...]:
    """The fractions 1/K, 2/K, ..., 1."""
    if looks < 1:
        raise InvalidInputError(f"a trial has at least one look; found {looks}")
    return tuple((k + 1) / looks for k in range(looks))


def wang_tsiatis_boundaries(
    information: Sequence[float], alpha: float, *, delta: float, sides: Sides = 1
) -> Boundaries:
    """Upper boundary c t^{δ − 1/2}, c so that the test has the error alpha.

    Source: Wang & Tsiatis (1987), Biometrics 43:193-199.
    """
    _check(information, alpha, sides)
    if not math.isfinite(delta):
        raise InvalidInputError(f"delta is a finite number; found {delta}")
    shape = [t ** (delta - 0.5) for t in information]

    def of(constant: float) -> Boundaries:
        return _with_sides(information, [constant * at for at in shape], sides)

    def excess(constant: float) -> float:
        return _null_crossing(of(constant)) - alpha / sides

    # Between the constant of one look alone and that of the Bonferroni inequality at every look.
    least = float(special.ndtri(1 - alpha / sides)) / max(shape)
    most = -float(special.ndtri(alpha / sides / len(shape))) / min(shape)
    return of(root_between(excess, least - 0.1, most + 0.1))


def obrien_fleming_boundaries(
    information: Sequence[float], alpha: float, *, sides: Sides = 1
) -> Boundaries:
    """Upper boundary c / √t: O'Brien & Fleming (1979), Biometrics 35:549-556."""
    return wang_tsiatis_boundaries(information, alpha, delta=0.0, sides=sides)


def pocock_boundaries(
    information: Sequence[float], alpha: float, *, sides: Sides = 1
) -> Boundaries:
    """The same upper boundary at every look: Pocock (1977), Biometrika 64:191-199."""
    return wang_tsiatis_boundaries(information, alpha, delta=0.5, sides=sides)


def haybittle_peto_boundaries(
    information: Sequence[float], alpha: float, *, interim: float = 3.0, sides: Sides = 1
) -> Boundaries:
    """The same high boundary at all looks but the last, and there what is left of alpha.

    Sources: Haybittle (1971), Br J Radiol 44:793-797; Peto et al. (1976), Br J Cancer 34:585-612.
    Their own last look took the boundary of one look alone, and erred a little more than alpha.
    Raises NotEstimableError if the looks before the last spend all of alpha.
    """
    _check(information, alpha, sides)
    before = [interim] * (len(information) - 1)

    def excess(last: float) -> float:
        return _null_crossing(_with_sides(information, [*before, last], sides)) - alpha / sides

    last = root_between(excess, float(special.ndtri(1 - alpha / sides)) - 1e-9, 10.0)
    return _with_sides(information, [*before, last], sides)


def spending_boundaries(
    information: Sequence[float], alpha: float, spending: Spending, *, sides: Sides = 1
) -> Boundaries:
    """Boundaries by which the error spent up to each look is what the spending function says.

    Source: Lan & DeMets (1983), Biometrika 70:659-663. Looks need not reach the fraction 1: the
    boundaries of the looks so far do not depend on those to come. A look that may spend next to
    nothing has an infinite boundary.
    """
    _check(information, alpha, sides)
    running, upper = trials_before(information), list[float]()
    for spent in spent_at_looks(information, alpha / sides, spending):
        upper.append(upper_spending(running, spent))
        running = running.after_next(-upper[-1] if sides == 2 else -math.inf, upper[-1], 0.0)
    return _with_sides(information, upper, sides)


def spent_at_looks(information: Sequence[float], total: float, spending: Spending) -> list[float]:
    """What each look (K,) may spend of the total."""
    spent = [0.0, *(spending(total, t) for t in information)]
    return [max(after - before, 0.0) for before, after in pairwise(spent)]


def root_between(function: Callable[[float], float], low: float, high: float) -> float:
    """The root in the bracket; NotEstimableError if the function does not change sign there."""
    try:
        return float(optimize.brentq(function, low, high, xtol=1e-12, rtol=1e-12))
    except ValueError as error:
        raise NotEstimableError(
            Reason.NOT_CONVERGED, "no boundary of this kind keeps the errors asked for"
        ) from error


def upper_spending(running: RunningTrials, spent: float) -> float:
    """The upper boundary of the next look that trials without an effect cross with this chance."""
    if running.information == 0.0:
        return -float(special.ndtri(spent))
    if spent < SMALLEST_SPENT:
        return math.inf
    return root_between(lambda z: running.chance_above(z, 0.0) - spent, -10.0, 10.0)


def _with_sides(information: Sequence[float], upper: Sequence[float], sides: Sides) -> Boundaries:
    lower = [-z if sides == 2 else -math.inf for z in upper]
    return Boundaries(tuple(information), tuple(lower), tuple(upper))


def _check(information: Sequence[float], alpha: float, sides: int) -> None:
    check_information(information)
    if information[-1] > 1.0 + 1e-9:
        raise InvalidInputError(f"fractions of the information end at 1; found {information[-1]}")
    if not 0.0 < alpha < 0.5:
        raise InvalidInputError(f"alpha lies between 0 and 0.5; found {alpha}")
    if sides not in (1, 2):
        raise InvalidInputError(f"a test has one side or two; found {sides}")


def _null_crossing(boundaries: Boundaries) -> float:
    return sum(
        crossing_probabilities(
            boundaries.information, boundaries.lower, boundaries.upper, theta=0.0
        ).upper
    )
