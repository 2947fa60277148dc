"""Exact staged designs: against R's gsDesign, and every sequence of outcomes counted one by one."""

import itertools
import math

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.exact_binomial import (
    StagedDesign,
    one_sided_design,
    staged_estimate,
    stagewise_p_value,
    stopping,
)

TWO_SIDED = StagedDesign((3, 5, 9), (3, 4, 6), (-1, 0, 3))


def _ends(design: StagedDesign, rate: float) -> dict[tuple[int, int], float]:
    """The chance of every (stage, events) at which the design ends, by counting all sequences."""
    ends = dict[tuple[int, int], float]()
    last = len(design.participants) - 1
    for sequence in itertools.product((0, 1), repeat=design.participants[-1]):
        for k, n in enumerate(design.participants):
            events = sum(sequence[:n])
            if events >= design.upper[k] or events <= design.lower[k] or k == last:
                chance = rate ** sum(sequence) * (1 - rate) ** (len(sequence) - sum(sequence))
                ends[k, events] = ends.get((k, events), 0.0) + chance
                break
    return ends


def _height(design: StagedDesign, end: tuple[int, int]) -> tuple[int, int, int]:
    stage, events = end
    if events >= design.upper[stage] and stage < len(design.participants) - 1:
        return 2, -stage, events
    if events <= design.lower[stage] and stage < len(design.participants) - 1:
        return 0, stage, events
    return 1, 0, events


def test_gs_binomial_exact() -> None:
    # R, gsDesign: gsBinomialExact(k=2, theta=c(.1,.2), n.I=c(50,100), a=c(-1,-1), b=c(13,17)):
    # the chances to cross the upper boundary first at each stage, and the expected number.
    design = one_sided_design((50, 100), (13, 17))
    low, high = stopping(design, 0.1), stopping(design, 0.2)
    assert low.upper == pytest.approx((0.00100462, 0.01979986), abs=5e-9)
    assert low.expected_participants == pytest.approx(99.94977, abs=5e-6)
    assert high.upper == pytest.approx((0.1860570, 0.6221024), abs=5e-8)
    assert low.upper[0] == pytest.approx(stats.binom.sf(12, 50, 0.1))


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.55, 1.0])
def test_every_sequence_counted(rate: float) -> None:
    ends = _ends(TWO_SIDED, rate)
    found = stopping(TWO_SIDED, rate)
    for k in range(3):
        at = {events: chance for (stage, events), chance in ends.items() if stage == k}
        above = sum(chance for events, chance in at.items() if events >= TWO_SIDED.upper[k])
        below = sum(chance for events, chance in at.items() if events <= TWO_SIDED.lower[k])
        assert (found.upper[k], found.lower[k]) == pytest.approx((above, below), abs=1e-14)
    assert found.expected_participants == pytest.approx(
        sum(TWO_SIDED.participants[stage] * chance for (stage, _), chance in ends.items())
    )
    assert found.expected_events == pytest.approx(
        sum(events * chance for (_, events), chance in ends.items())
    )


def test_p_values_sum_the_outcomes_at_least_as_high() -> None:
    ends = _ends(TWO_SIDED, 0.4)
    for stage, events in ends:
        expected = sum(
            chance
            for end, chance in ends.items()
            if _height(TWO_SIDED, end) >= _height(TWO_SIDED, (stage, events))
        )
        found = stagewise_p_value(TWO_SIDED, stage=stage + 1, events=events, rate=0.4)
        assert found == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize("rate", [0.15, 0.5, 0.8])
def test_the_estimate_is_unbiased_and_the_interval_covers(rate: float) -> None:
    mean, covered = 0.0, 0.0
    for (stage, events), chance in _ends(TWO_SIDED, rate).items():
        found = staged_estimate(TWO_SIDED, stage=stage + 1, events=events, null_rate=0.3)
        mean += chance * found.unbiased
        covered += chance * (found.interval.lower <= rate <= found.interval.upper)
    assert mean == pytest.approx(rate, abs=1e-12)
    assert covered >= 0.95


def test_one_stage_is_clopper_and_pearson() -> None:
    design = one_sided_design((20,), (8,))
    found = staged_estimate(design, stage=1, events=6, null_rate=0.2)
    usual = stats.binomtest(6, 20, 0.2, alternative="greater")
    interval = stats.binomtest(6, 20).proportion_ci(0.95, "exact")
    assert found.unbiased == pytest.approx(0.3)
    assert found.p_value == pytest.approx(usual.pvalue)
    assert (found.interval.lower, found.interval.upper) == pytest.approx(
        (interval.low, interval.high)
    )


def test_no_event_and_nothing_but_events() -> None:
    design = one_sided_design((10,), (5,))
    none = staged_estimate(design, stage=1, events=0, null_rate=0.2)
    every = staged_estimate(design, stage=1, events=10, null_rate=0.2)
    assert (none.unbiased, none.interval.lower) == (0.0, 0.0)
    assert none.p_value == pytest.approx(1.0)
    assert (every.unbiased, every.interval.upper) == (1.0, 1.0)


def test_more_events_stop_more_often() -> None:
    design = one_sided_design(range(1, 31), [n // 3 + 2 for n in range(1, 31)])
    chances = [round(sum(stopping(design, rate / 20).upper), 12) for rate in range(21)]
    assert chances == sorted(chances)
    assert (chances[0], chances[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("participants", "upper", "lower", "found"),
    [
        ((), (), (), "has stages"),
        ((10, 20), (3,), (-1, -1), "has stages"),
        ((10, 10), (3, 4), (-1, -1), "grow from stage to stage"),
        ((0, 10), (3, 4), (-1, -1), "grow from stage to stage"),
        ((10, 20), (3, 4), (3, -1), "below the upper one"),
        ((10, 20), (3, 4), (-2, -1), "at least"),
    ],
)
def test_designs_that_contradict_themselves_are_refused(
    participants: tuple[int, ...], upper: tuple[int, ...], lower: tuple[int, ...], found: str
) -> None:
    with pytest.raises(InvalidInputError, match=found):
        StagedDesign(participants, upper, lower)


def test_outcomes_that_there_are_not_are_refused() -> None:
    for stage, events, found in [
        (0, 1, "stages are"),
        (4, 1, "stages are"),
        (1, 4, "events are"),
        (3, -1, "events are"),
        (2, 2, "does not stop"),
    ]:
        with pytest.raises(InvalidInputError, match=found):
            stagewise_p_value(TWO_SIDED, stage=stage, events=events, rate=0.3)
    for rate in (-0.1, 1.1, math.nan):
        with pytest.raises(InvalidInputError, match="a rate lies"):
            stopping(TWO_SIDED, rate)
    with pytest.raises(InvalidInputError, match="level"):
        staged_estimate(TWO_SIDED, stage=1, events=3, null_rate=0.3, level=0.0)
