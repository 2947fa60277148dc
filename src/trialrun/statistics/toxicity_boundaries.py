"""How many toxic events of how many participants stop a trial, by repeated exact binomial tests.

A look is significant if as many events or more have at most the pointwise level at the acceptable
rate. Many looks err more often than one: the error of the whole design is computed exactly.

Source: Ivanova, Qaqish & Schell (2005), Biometrics 61:540-545 (the boundary of Pocock's type).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.exact_binomial import StagedDesign, one_sided_design, stopping


@dataclass(frozen=True)
class ToxicityBoundary:
    """A design, its pointwise level, and the true chance that it stops at the acceptable rate."""

    design: StagedDesign
    pointwise_level: float
    error: float


def pointwise_boundary(
    participants: Sequence[int], *, acceptable_rate: float, level: float
) -> ToxicityBoundary:
    """Stop at the fewest events whose exact one-sided p-value is at most the level.

    `participants` (K,) counts those so far at each look. A look that no number of events can stop
    has a boundary of one more than its participants.
    """
    _check(participants, acceptable_rate, level)
    upper = [_fewest_events(n, acceptable_rate, level) for n in participants]
    design = one_sided_design(participants, upper)
    return ToxicityBoundary(design, level, sum(stopping(design, acceptable_rate).upper))


def overall_boundary(
    participants: Sequence[int], *, acceptable_rate: float, error: float
) -> ToxicityBoundary:
    """The pointwise boundary of the largest level whose design errs with at most this chance.

    Raises NotEstimableError if no boundary at all errs so rarely.
    """
    _check(participants, acceptable_rate, error)
    tails = [_tails(n, acceptable_rate) for n in participants]
    levels = np.unique(np.concatenate([tail[(tail > 0) & (tail <= error)] for tail in tails]))
    found, low, high = None, 0, len(levels)
    while low < high:
        middle = (low + high) // 2
        boundary = pointwise_boundary(
            participants, acceptable_rate=acceptable_rate, level=float(levels[middle])
        )
        if boundary.error <= error:
            found, low = boundary, middle + 1
        else:
            high = middle
    if found is None:
        raise NotEstimableError(
            Reason.TOO_FEW, "with so few participants no number of events keeps this error"
        )
    return found


def _tails(n: int, rate: float) -> FloatArray:
    """The chance of at least 0..n events."""
    return np.asarray(stats.binom.sf(np.arange(n + 1) - 1, n, rate))


def _fewest_events(n: int, rate: float, level: float) -> int:
    # A chance that is the level itself, but for rounding, is at most the level.
    return int((_tails(n, rate) > level * (1 + 1e-12)).sum())


def _check(participants: Sequence[int], rate: float, level: float) -> None:
    if len(participants) == 0 or min(participants) < 1:
        raise InvalidInputError("participants are at least 1 at every look")
    if not 0.0 < rate < 1.0:
        raise InvalidInputError(f"the acceptable rate lies between 0 and 1; found {rate}")
    if not 0.0 < level < 1.0:
        raise InvalidInputError(f"the error lies between 0 and 1; found {level}")
