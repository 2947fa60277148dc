"""The chance to cross the boundaries of a group sequential test, look by look.

The statistics Z_1..Z_K have the canonical joint distribution: E Z_k = theta √I_k and, for j <= k,
Cov(Z_j, Z_k) = √(I_j / I_k). The score Z_k √I_k then moves by independent normal increments, and
its density among the trials that still run is integrated from look to look.

Source: Armitage, McPherson & Rowe (1969), J R Stat Soc A 132:235-244; Jennison & Turnbull (2000),
Group Sequential Methods, ch. 19. The quadrature is Gauss-Legendre in panels that the spread of one
increment makes short enough; its error is below 1e-12.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_PANEL_IN_INCREMENT_SDS = 3.0
_REACH_IN_SDS = 10.0
_SMALLEST_STEP = 2e-3


@dataclass(frozen=True)
class RunningTrials:
    """The trials that still run at some information: mass (m,) at scores (m,).

    `ahead` is the information of the looks to come.
    """

    information: float
    scores: FloatArray
    mass: FloatArray
    ahead: tuple[float, ...]

    def chance_above(self, z: float, theta: float) -> float:
        """The chance to run until the next look and then have Z >= z."""
        return float(self.mass @ special.ndtr(-self._deviates(z, theta)))

    def chance_below(self, z: float, theta: float) -> float:
        """The chance to run until the next look and then have Z < z."""
        return float(self.mass @ special.ndtr(self._deviates(z, theta)))

    def after_next(self, lower: float, upper: float, theta: float) -> "RunningTrials":
        """The trials that still run after the next look, which goes on for lower < Z < upper."""
        information, *ahead = self.ahead
        step, spread = information - self.information, math.sqrt(information)
        low = max(lower * spread, theta * information - _REACH_IN_SDS * spread)
        high = min(upper * spread, theta * information + _REACH_IN_SDS * spread)
        # The panels must resolve the increment that led here, and the one that follows.
        shortest = min([step, *(level - information for level in ahead[:1])])
        scores, weights = _quadrature(low, high, _PANEL_IN_INCREMENT_SDS * math.sqrt(shortest))
        moves = (scores[:, None] - self.scores[None, :] - theta * step) / math.sqrt(step)
        density = np.exp(-0.5 * moves**2) @ self.mass / math.sqrt(2 * math.pi * step)
        return RunningTrials(information, scores, weights * density, tuple(ahead))

    def _deviates(self, z: float, theta: float) -> FloatArray:
        information = self.ahead[0]
        step = information - self.information
        reached = z * math.sqrt(information)
        return np.asarray((reached - self.scores - theta * step) / math.sqrt(step))


def trials_before(information: Sequence[float]) -> RunningTrials:
    """All trials, before the first of the looks (K,) at this information."""
    check_information(information)
    return RunningTrials(0.0, np.zeros(1), np.ones(1), tuple(information))


@dataclass(frozen=True)
class Crossing:
    """Per look, the chance that the test stops there, at or above `upper`, or below `lower`."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]


def crossing_probabilities(
    information: Sequence[float], lower: Sequence[float], upper: Sequence[float], theta: float
) -> Crossing:
    """The chance of each look (K,) to be the one that stops; looks at `information`, increasing.

    A boundary may be infinite. Raises InvalidInputError for looks that do not increase, for
    lengths that differ, and for a lower boundary above the upper one.
    """
    _check_boundaries(information, lower, upper)
    running, above, below = trials_before(information), list[float](), list[float]()
    for low, high in zip(lower, upper, strict=True):
        above.append(running.chance_above(high, theta))
        below.append(running.chance_below(low, theta))
        running = running.after_next(low, high, theta)
    return Crossing(tuple(above), tuple(below))


def check_information(information: Sequence[float]) -> None:
    """Refuse looks without information, and looks too near to each other to be told apart."""
    levels = np.asarray(information, dtype=float)
    if levels.ndim != 1 or levels.size == 0 or not np.isfinite(levels).all() or levels[0] <= 0:
        raise InvalidInputError("information is one finite positive number per look")
    if (np.diff(levels) < _SMALLEST_STEP * levels[1:]).any():
        raise InvalidInputError(
            f"information must grow from look to look, by at least {_SMALLEST_STEP:.1%}"
        )


def _check_boundaries(
    information: Sequence[float], lower: Sequence[float], upper: Sequence[float]
) -> None:
    if not len(information) == len(lower) == len(upper):
        raise InvalidInputError(
            f"one boundary of each kind per look; found {len(information)} looks, "
            f"{len(lower)} lower and {len(upper)} upper boundaries"
        )
    if not all(low <= high for low, high in zip(lower, upper, strict=True)):
        raise InvalidInputError("at every look the lower boundary is at most the upper one")


def _quadrature(low: float, high: float, panel: float) -> tuple[FloatArray, FloatArray]:
    if low >= high:
        return np.empty(0), np.empty(0)
    edges = np.linspace(low, high, math.ceil((high - low) / panel) + 1)
    half = (edges[1:] - edges[:-1]) / 2
    nodes = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    return nodes.ravel(), (half[:, None] * _WEIGHTS).ravel()
