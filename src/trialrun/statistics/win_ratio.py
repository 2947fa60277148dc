"""Wins and losses of every participant against every one of a reference group.

A comparison is a matrix (participants x reference participants) of 1 (win), -1 (loss) and 0
(neither). Endpoints are compared one by one, the weightiest first, and a later one decides only
what those before it leave open. Refused: groups of nobody, and ratios without a loss or a win.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate, estimate_from
from trialrun.statistics.event_times import event_times
from trialrun.statistics.results import RatioEstimate, ratio_from

Comparison = npt.NDArray[np.int8]

# Shares that are all alike may still differ by rounding; that is no variance.
_ROUNDING = 1e-24


class Better(StrEnum):
    """Which of two values is the better one."""

    HIGHER = "higher"
    LOWER = "lower"


def compare_event_times(
    times: Numbers, events: Numbers, reference_times: Numbers, reference_events: Numbers
) -> Comparison:
    """Whoever is known to be without the event for longer wins (lengths n and m; result n x m).

    One with an event loses against all followed for strictly longer; a censored time loses against
    none. Source: Pocock, Ariti, Collier and Wang, Eur Heart J 2012;33:176. Raises InvalidInputError
    for times or marks that are none; NotEstimableError for a group of nobody.
    """
    own, other = event_times(times, events), event_times(reference_times, reference_events)
    wins = (own.times[:, None] > other.times) & other.events
    losses = (own.times[:, None] < other.times) & own.events[:, None]
    return wins.astype(np.int8) - losses.astype(np.int8)


def compare_values(
    values: Numbers,
    reference_values: Numbers,
    *,
    better: Better = Better.HIGHER,
    margin: float = 0.0,
) -> Comparison:
    """Whoever is better by more than the margin wins (lengths n and m; result n x m).

    A missing value (NaN) neither wins nor loses. Raises InvalidInputError for a negative margin or
    what is no list of values; NotEstimableError for a group of nobody.
    """
    own, other = np.asarray(values, dtype=float), np.asarray(reference_values, dtype=float)
    if own.ndim != 1 or other.ndim != 1 or not 0 <= margin < math.inf:
        raise InvalidInputError("expected a list of values per group and a margin not below 0")
    if len(own) == 0 or len(other) == 0:
        raise NotEstimableError(Reason.NO_DATA, "a group of nobody cannot be compared")
    gain = own[:, None] - other
    if better is Better.LOWER:
        gain = -gain
    return np.asarray((gain > margin).astype(np.int8) - (gain < -margin).astype(np.int8))


def in_order(first: Comparison, *later: Comparison) -> Comparison:
    """One comparison out of several: each decides what those before it leave open.

    Raises InvalidInputError unless all are of the same participants.
    """
    result = first.copy()
    for comparison in later:
        if comparison.shape != result.shape:
            raise InvalidInputError("comparisons are of the same participants in the same order")
        result = np.where(result == 0, comparison, result)
    return result


@dataclass(frozen=True)
class PairCounts:
    """How many of all pairs were won, lost, and neither."""

    wins: int
    losses: int
    ties: int


def pair_counts(comparison: Comparison) -> PairCounts:
    """The pairs of a comparison, counted."""
    wins, losses = int((comparison == 1).sum()), int((comparison == -1).sum())
    return PairCounts(wins, losses, comparison.size - wins - losses)


def win_ratio(comparison: Comparison, *, level: float = 0.95) -> RatioEstimate:
    """The wins divided by the losses.

    Variance: two-sample U-statistics and the delta method on the log scale, as Bebu and Lachin,
    Biostatistics 2016;17:178, and Luo, Tian, Mohanty and Tsai, Biometrics 2015;71:139; the
    components are sample variances of each participant's share of wins and losses (Sen 1960).
    Raises NotEstimableError without a win or a loss, or with fewer than two in a group.
    """
    return _ratio(*_shares(comparison), level)


def win_odds(comparison: Comparison, *, level: float = 0.95) -> RatioEstimate:
    """The wins and half the ties, divided by the losses and half the ties.

    Sources: Dong et al., J Biopharm Stat 2020;30:446; Brunner, Vandemeulebroecke and Mütze, Stat
    Med 2021;40:3367; variance and errors as `win_ratio`.
    """
    wins, losses = _shares(comparison)
    half_ties = (1 - wins - losses) / 2
    return _ratio(wins + half_ties, losses + half_ties, level)


def net_benefit(comparison: Comparison, *, level: float = 0.95) -> Estimate:
    """The share of pairs won less the share lost.

    Source: Buyse, Stat Med 2010;29:3245; variance as `win_ratio`. Raises NotEstimableError with
    fewer than two in a group, or where all participants fare alike.
    """
    wins, losses = _shares(comparison)
    benefit = wins - losses
    return estimate_from(float(benefit.mean()), math.sqrt(_variance(benefit)), level=level)


def _shares(comparison: Comparison) -> tuple[FloatArray, FloatArray]:
    if comparison.ndim != 2 or not np.all(np.isin(comparison, (-1, 0, 1))):
        raise InvalidInputError("a comparison is a matrix of 1, -1 and 0")
    if min(comparison.shape) == 0:
        raise NotEstimableError(Reason.NO_DATA, "a group of nobody cannot be compared")
    if min(comparison.shape) < 2:
        raise NotEstimableError(Reason.TOO_FEW, "one participant in a group shows no variation")
    return (comparison == 1).astype(float), (comparison == -1).astype(float)


def _variance(kernel: FloatArray) -> float:
    """The variance of the mean of a kernel over all pairs (n x m)."""
    rows, columns = kernel.shape
    of_rows = kernel.mean(axis=1).var(ddof=1) / rows
    variance = float(of_rows + kernel.mean(axis=0).var(ddof=1) / columns)
    return variance if variance > _ROUNDING * float(np.mean(kernel**2)) else 0.0


def _ratio(above: FloatArray, below: FloatArray, level: float) -> RatioEstimate:
    numerator, denominator = float(above.mean()), float(below.mean())
    if numerator == 0 or denominator == 0:
        raise NotEstimableError(Reason.NO_VARIATION, "without a win or a loss there is no ratio")
    # The delta method is the variance of the kernel that the logarithm makes linear.
    error = math.sqrt(_variance(above / numerator - below / denominator))
    return ratio_from(estimate_from(math.log(numerator / denominator), error, level=level))
