"""How the plan's analysis behaves: invented trials by a stated truth, each analysed as planned.

The truth, and the grid over which it is varied, stand in the protocol. Trials are drawn in blocks,
each from a random stream of its own that follows from the seed, so that the result does not depend
on how many of them are computed at once.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from trialrun.errors import Problem, UsageError
from trialrun.evaluation.simulated_trials import Draw, Drawn, draw_parallel, draw_slopes
from trialrun.protocol.analysis import AnalysisPlan
from trialrun.protocol.analysis_methods import Analysis, Ancova, SlopeDifference
from trialrun.protocol.analysis_simulation import ParallelTruth, Simulation, SlopesTruth
from trialrun.protocol.model import TrialProtocol
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.simulated import OperatingCharacteristics, operating_characteristics

_DRAWN_AT_ONCE = 65_000
"""Participants that are drawn at once: few enough for little memory, many enough to be fast."""
_WAITING = 64
"""Blocks that are lined up: enough to keep every core busy."""

Step = Callable[[int, int], None]
"""Is told how many trials have just been done, and how many there are in all."""


@dataclass(frozen=True)
class GridPoint:
    """One truth of the grid, and how the analysis behaves there."""

    effect: float
    dropout: float
    found: OperatingCharacteristics


@dataclass(frozen=True)
class Simulated:
    """A finished simulation: what was put in, and what came out at each point of the grid."""

    plan: AnalysisPlan
    simulation: Simulation
    analysis: Analysis
    participants: int
    trials: int
    seed: int
    points: tuple[GridPoint, ...]


def simulate(
    protocol: TrialProtocol,
    *,
    participants: int,
    trials: int,
    seed: int,
    step: Step,
    workers: int | None = None,
) -> Simulated:
    """Simulate the plan's analysis at every point of its grid.

    `participants` are those of a whole trial; `workers` None: one for each core.

    Raises:
        UsageError: the plan states no truth, or one by which its analysis cannot be simulated.
    """
    plan, simulation = _planned(protocol)
    analysis = next(one for one in plan.analyses if one.id == simulation.analysis)
    draw = _drawing(protocol, simulation, analysis, participants)
    grid = [(float(e), float(d)) for e in simulation.effects for d in simulation.dropout]
    level = float(plan.level) / 100
    points = []
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for place, (effect, dropout) in enumerate(grid):
            blocks = _blocks(trials, max(1, _DRAWN_AT_ONCE // participants), seed, place)
            done = []
            for one in _in_order(pool, partial(_drawn, draw, effect, dropout), blocks):
                done.append(one)
                step(one.values.size, trials * len(grid))
            points.append(GridPoint(effect, dropout, _characteristics(done, effect, level)))
    return Simulated(plan, simulation, analysis, participants, trials, seed, tuple(points))


Block = tuple[int, np.random.Generator]
"""How many trials are drawn at once, and their random stream."""


def _drawn(draw: Draw, effect: float, dropout: float, block: Block) -> Drawn:
    trials, generator = block
    return draw(trials, effect, dropout, generator)


def _in_order(
    pool: ThreadPoolExecutor, work: Callable[[Block], Drawn], blocks: Iterator[Block]
) -> Iterator[Drawn]:
    """Yield what is drawn of each block, in their order; few blocks wait at any time.

    `pool.map` would line up all of them first: millions, where each holds a single large trial.
    """
    waiting: deque[Future[Drawn]] = deque()
    for block in blocks:
        waiting.append(pool.submit(work, block))
        if len(waiting) > _WAITING:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _planned(protocol: TrialProtocol) -> tuple[AnalysisPlan, Simulation]:
    plan = protocol.analysis
    if plan is None or plan.simulation is None:
        found = "no key 'analysis'" if plan is None else "no key 'simulation' in the analysis plan"
        raise UsageError(
            f"the plan of {protocol.name} cannot be simulated",
            [Problem(str(protocol.path), found, "state the truth that is to be put in")],
        )
    return plan, plan.simulation


def _drawing(
    protocol: TrialProtocol, simulation: Simulation, analysis: Analysis, participants: int
) -> Draw:
    """Return what draws and analyses trials by the plan's truth."""
    truth = simulation.truth
    if isinstance(truth, SlopesTruth) and isinstance(analysis, SlopeDifference):
        return draw_slopes(protocol, truth, analysis, participants)
    if isinstance(truth, ParallelTruth) and isinstance(analysis, Ancova):
        return draw_parallel(protocol, truth, participants)
    found = f"the truth '{truth.model}' says nothing about the analysis '{analysis.method}'"
    remedy = "slopes go with slope difference, parallel arms with ancova"
    raise UsageError(
        f"the plan of {protocol.name} cannot be simulated",
        [Problem(str(protocol.path), found, remedy)],
    )


def _blocks(trials: int, size: int, seed: int, place: int) -> Iterator[Block]:
    """Yield the trials of each block and its own random stream."""
    for block, first in enumerate(range(0, trials, size)):
        stream = np.random.SeedSequence(seed, spawn_key=(place, block))
        yield min(size, trials - first), np.random.default_rng(stream)


def _characteristics(done: list[Drawn], effect: float, level: float) -> OperatingCharacteristics:
    def joined(part: Callable[[Drawn], FloatArray]) -> FloatArray:
        return np.concatenate([part(one) for one in done])

    return operating_characteristics(
        joined(lambda one: one.values),
        joined(lambda one: one.standard_errors),
        joined(lambda one: one.dfs),
        joined(lambda one: one.participants),
        truth=effect,
        level=level,
    )
