"""Exact multi-stage designs for one proportion: where they stop, how likely, and what it means.

At stage k, after n_k participants in all, the trial stops if the events so far are at least
`upper[k]` (too many, or enough) or at most `lower[k]` (too few). No normal approximation: the
number of events among the trials that still run is convolved from stage to stage.

Source: Jennison & Turnbull (2000), Group Sequential Methods, ch. 12.1; Schultz, Nichol, Elfring &
Weed (1973), Biometrics 29:293-300.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.counts import check_rate
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.estimates import Interval, check_level


@dataclass(frozen=True)
class StagedDesign:
    """Per stage (K,): participants so far, and the events so far that stop the trial.

    `upper` above the participants, and `lower` of −1, never stop it. After the last stage the trial
    ends in any case.
    """

    participants: tuple[int, ...]
    upper: tuple[int, ...]
    lower: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_design(self)


@dataclass(frozen=True)
class Stopping:
    """How a design behaves at one true rate.

    `upper` and `lower` (K,) are the chances that stage k is the first to stop the trial, at that
    boundary: not the chance to be beyond the boundary at that stage.
    """

    rate: float
    upper: tuple[float, ...]
    lower: tuple[float, ...]
    expected_participants: float
    expected_events: float


@dataclass(frozen=True)
class StagedEstimate:
    """What a stopped trial says: unbiased estimate, exact interval, one-sided p-value.

    The p-value is against rates of at most the null rate; it and the interval order outcomes by
    the stage that stopped, then by events.
    """

    unbiased: float
    interval: Interval
    p_value: float


def one_sided_design(participants: Sequence[int], upper: Sequence[int]) -> StagedDesign:
    """A design that only too many (or enough) events stop."""
    return StagedDesign(tuple(participants), tuple(upper), (-1,) * len(participants))


def stopping(design: StagedDesign, rate: float) -> Stopping:
    """The chance of each stage to stop the trial, and what is expected until then, at this rate.

    The expected events are the rate times the expected participants (Wald's identity).
    """
    check_rate(rate)
    above, below = [], []
    for k, events in enumerate(_running(design, rate, len(design.participants))):
        above.append(float(events[design.upper[k] :].sum()))
        below.append(float(events[: design.lower[k] + 1].sum()))
    stops = np.add(above, below)
    stops[-1] = 1.0 - stops[:-1].sum()
    expected = float(stops @ np.asarray(design.participants))
    return Stopping(rate, tuple(above), tuple(below), expected, rate * expected)


def stagewise_p_value(design: StagedDesign, *, stage: int, events: int, rate: float) -> float:
    """The chance, at this rate, of an outcome at least as high as these events at this stage.

    Outcomes rise from the lower boundary at stage 1, 2, ... to the upper boundary at ..., 2, 1
    (Jennison & Turnbull, ch. 12.1.3). Stages count from 1. Raises InvalidInputError for an outcome
    at which the design goes on.
    """
    _check_outcome(design, stage, events)
    check_rate(rate)
    running = _running(design, rate, stage)
    before = sum(
        float(at[high:].sum())
        for at, high in zip(running[:-1], design.upper[: stage - 1], strict=True)
    )
    return before + float(running[-1][events:].sum())


def staged_estimate(
    design: StagedDesign, *, stage: int, events: int, null_rate: float, level: float = 0.95
) -> StagedEstimate:
    """The rate after the stop at this stage (from 1) with this number of events in all.

    The estimate is the uniformly minimum-variance unbiased one: Jung & Kim (2004), Stat Med
    23:881-896. The interval inverts the stage-wise test, as Clopper & Pearson do for one stage.
    """
    check_level(level)
    p_value = stagewise_p_value(design, stage=stage, events=events, rate=null_rate)
    tail = (1.0 - level) / 2

    def at_least(rate: float) -> float:
        return stagewise_p_value(design, stage=stage, events=events, rate=rate)

    def more(rate: float) -> float:
        here = _running(design, rate, stage)[-1]
        return at_least(rate) - float(here[events])

    interval = Interval(_rate_with(at_least, tail), _rate_with(more, 1.0 - tail), level)
    return StagedEstimate(_unbiased(design, stage, events), interval, p_value)


def _running(design: StagedDesign, rate: float, stages: int) -> list[FloatArray]:
    """At each of the first stages, the chance of 0..n events in a trial that has run until then."""
    events, before, found = np.ones(1), 0, list[FloatArray]()
    for n, high, low in zip(
        design.participants[:stages], design.upper[:stages], design.lower[:stages], strict=True
    ):
        events = np.convolve(events, stats.binom.pmf(np.arange(n - before + 1), n - before, rate))
        found.append(events)
        events, before = _going_on(events, low, high), n
    return found


def _going_on(events: FloatArray, low: int, high: int) -> FloatArray:
    counts = np.arange(events.size)
    return np.where((counts > low) & (counts < high), events, 0.0)


def _unbiased(design: StagedDesign, stage: int, events: int) -> float:
    """The mean rate of the first stage over all ways to this outcome, which are equally likely."""
    first = design.participants[0]
    ways = stats.binom.pmf(np.arange(first + 1), first, 0.5)
    weighted = ways * np.arange(first + 1) / first
    for k in range(stage - 1):
        more = design.participants[k + 1] - design.participants[k]
        step = stats.binom.pmf(np.arange(more + 1), more, 0.5)
        ways, weighted = (
            np.convolve(_going_on(part, design.lower[k], design.upper[k]), step)
            for part in (ways, weighted)
        )
    return float(weighted[events] / ways[events])


def _rate_with(chance: Callable[[float], float], wanted: float) -> float:
    """The rate at which a chance that grows with it is as wanted; 0 or 1 where it is never."""
    if chance(0.0) >= wanted:
        return 0.0
    if chance(1.0) <= wanted:
        return 1.0
    return float(optimize.brentq(lambda rate: chance(rate) - wanted, 0.0, 1.0, xtol=1e-13))


def _check_design(design: StagedDesign) -> None:
    sizes = np.asarray(design.participants)
    if not len(design.participants) == len(design.upper) == len(design.lower) > 0:
        raise InvalidInputError("a design has stages, each with participants and two boundaries")
    if sizes[0] < 1 or (np.diff(sizes) < 1).any():
        raise InvalidInputError(f"participants grow from stage to stage; found {sizes.tolist()}")
    if any(low >= high for low, high in zip(design.lower, design.upper, strict=True)):
        raise InvalidInputError("at every stage the lower boundary is below the upper one")
    if min(design.lower) < -1 or min(design.upper) < 0:
        raise InvalidInputError("upper boundaries are at least 0, lower ones at least -1")


def _check_outcome(design: StagedDesign, stage: int, events: int) -> None:
    if not 1 <= stage <= len(design.participants):
        raise InvalidInputError(f"stages are 1 to {len(design.participants)}; found {stage}")
    if not 0 <= events <= design.participants[stage - 1]:
        raise InvalidInputError("events are at least 0 and at most the participants")
    last = stage == len(design.participants)
    if not last and design.lower[stage - 1] < events < design.upper[stage - 1]:
        raise InvalidInputError("at this stage, with these events, the design does not stop")
