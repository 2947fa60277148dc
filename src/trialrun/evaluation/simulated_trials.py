"""Invented trials, drawn and analysed thousands at a time: no loop over trials or participants.

Who drops out leaves at a constant rate, so that the stated share has left before the last visit;
a visit after that is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trialrun.errors import Problem, UsageError
from trialrun.protocol.analysis import DAYS_PER_MONTH, Variable
from trialrun.protocol.analysis_methods import SlopeDifference
from trialrun.protocol.analysis_simulation import ParallelTruth, SlopesTruth
from trialrun.protocol.model import TrialProtocol
from trialrun.statistics.adjusted_differences import adjusted_differences
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.change_of_slope import slope_changes


@dataclass(frozen=True)
class Drawn:
    """The estimates of some trials, all (trials,); NaN where a trial has none."""

    values: FloatArray
    standard_errors: FloatArray
    dfs: FloatArray
    participants: FloatArray


Draw = Callable[[int, float, float, np.random.Generator], Drawn]
"""Draws and analyses so many trials of a true effect and a dropout, by a random stream."""


def draw_slopes(
    protocol: TrialProtocol, truth: SlopesTruth, analysis: SlopeDifference, participants: int
) -> Draw:
    """Return what draws one-arm trials and takes the difference of slopes, before less after.

    Values are rounded and bounded as the variable's are.
    """
    days = protocol.design.visit_days
    months = np.array([days[visit] for visit in analysis.visits]) / DAYS_PER_MONTH
    turn = days[analysis.turn] / DAYS_PER_MONTH
    variable = _variable(protocol, analysis.estimand)

    def draw(trials: int, effect: float, dropout: float, generator: np.random.Generator) -> Drawn:
        shape = (trials, participants, 1)
        normal = generator.standard_normal
        start = float(truth.baseline) + float(truth.baseline_spread) * normal(shape)
        after = float(truth.slope) + float(truth.slope_spread) * normal(shape)
        before = after + effect + float(truth.effect_spread) * normal(shape)
        course = start + before * np.minimum(months, turn) + after * np.maximum(months - turn, 0.0)
        seen = course + float(truth.noise) * normal((trials, participants, len(months)))
        values = _as_measured(seen, variable)
        values[_left(shape, dropout, months[-1], generator) < months] = np.nan
        found = slope_changes(values, months, change_at=turn)
        # `slope_changes` is after less before; the plan asks for before less after.
        return Drawn(
            -found.values, found.standard_errors, found.dfs, found.n_participants.astype(np.float64)
        )

    return draw


def draw_parallel(protocol: TrialProtocol, truth: ParallelTruth, participants: int) -> Draw:
    """Return what draws trials of two arms, and compares the changes adjusted for the baseline.

    The design's first arm is the comparator; every other arm is like the second, which is compared.

    Raises:
        UsageError: the design has fewer than two arms.
    """
    arms = len(protocol.design.arms)
    if arms < 2:
        raise UsageError(
            f"the plan of {protocol.name} cannot be simulated",
            [
                Problem(
                    str(protocol.path), "parallel arms need two arms", "write them in the design"
                )
            ],
        )
    each = participants // arms

    def draw(trials: int, effect: float, dropout: float, generator: np.random.Generator) -> Drawn:
        shape = (trials, 2 * each)
        normal = generator.standard_normal
        treated = np.repeat([0.0, 1.0], each)
        above = float(truth.baseline_spread) * normal(shape)
        change = float(truth.change) + float(truth.regression) * above + effect * treated
        change += float(truth.change_spread) * normal(shape)
        change[generator.random(shape) < dropout] = np.nan
        found = adjusted_differences(change, above, treated)
        return Drawn(found.values, found.standard_errors, found.dfs, found.n_participants)

    return draw


def _variable(protocol: TrialProtocol, estimand: str) -> Variable:
    assert protocol.analysis is not None
    of = next(one.variable for one in protocol.analysis.estimands if one.id == estimand)
    return next(one for one in protocol.analysis.variables if one.id == of)


def _as_measured(values: FloatArray, variable: Variable) -> FloatArray:
    lowest = -math.inf if variable.lowest is None else float(variable.lowest)
    highest = math.inf if variable.highest is None else float(variable.highest)
    return np.clip(np.round(values, variable.decimals), lowest, highest)


def _left(
    shape: tuple[int, ...], dropout: float, last: float, generator: np.random.Generator
) -> FloatArray:
    """Return the month in which each participant leaves, exponentially distributed."""
    waits = generator.standard_exponential(shape)
    if dropout == 0:
        return np.full(shape, math.inf)
    return np.asarray(waits * last / -math.log1p(-dropout))
