"""What a simulation of the plan puts in: a stated truth, and the grid over which it is varied.

All spreads are standard deviations between participants, but for `noise`, which is that of one
measurement. Slopes are per month (`analysis.DAYS_PER_MONTH`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field


@dataclass(frozen=True, kw_only=True)
class SlopesTruth:
    """One arm, its own control: a line for each participant whose slope changes at the turn.

    The slope after the turn is drawn from `slope`, `slope_spread`; before it, it is higher by the
    effect, which itself varies by `effect_spread`.
    """

    model: Literal["slopes"]
    baseline: Decimal
    baseline_spread: Decimal
    slope: Decimal
    slope_spread: Decimal
    effect_spread: Decimal
    noise: Decimal


@dataclass(frozen=True, kw_only=True)
class ParallelTruth:
    """Parallel arms of equal size: a baseline, and a change of which part follows the baseline.

    The effect is the mean difference of every arm but the first from the first. `regression` is
    how much of a point of baseline, above its mean, is added to the change.
    """

    model: Literal["parallel arms"]
    baseline: Decimal
    baseline_spread: Decimal
    change: Decimal
    change_spread: Decimal
    regression: Decimal = Decimal(0)


Truth: TypeAlias = SlopesTruth | ParallelTruth


@dataclass(frozen=True)
class Simulation:
    """Which analysis is carried out on invented trials, and of which truth.

    `effects` and `dropout` (shares of participants who leave before the end) span the grid.
    """

    analysis: str
    truth: Annotated[Truth, Field(discriminator="model")]
    effects: tuple[Decimal, ...]
    dropout: tuple[Decimal, ...] = (Decimal(0),)
    source: str = ""
