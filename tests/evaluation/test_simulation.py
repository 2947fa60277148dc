"""Simulated trials behave as the theory of their analysis says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from tests.evaluation.made import il2_protocol

from trialrun.errors import UsageError
from trialrun.evaluation import simulation
from trialrun.evaluation.simulated_trials import draw_parallel
from trialrun.evaluation.simulation import GridPoint, simulate
from trialrun.evaluation.simulation_section import simulation_report
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.protocol.analysis_simulation import ParallelTruth, SlopesTruth
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.statistics.ancova import contrast, fit_linear
from trialrun.statistics.sample_size import paired_t_power

MONTHS = 168 / DAYS_PER_MONTH
"""Both periods last 24 weeks."""


def protocol_with(*, effects: str, dropout: str, **truth: object) -> TrialProtocol:
    protocol = il2_protocol()
    assert protocol.analysis is not None
    plan = protocol.analysis.simulation
    assert plan is not None
    changed = replace(
        plan,
        effects=tuple(map(Decimal, effects.split())),
        dropout=tuple(map(Decimal, dropout.split())),
        truth=replace(plan.truth, **truth),  # type: ignore[arg-type]
    )
    return replace(protocol, analysis=replace(protocol.analysis, simulation=changed))


def simulated(protocol: TrialProtocol, trials: int = 20_000, **how: int) -> tuple[GridPoint, ...]:
    said = {"participants": 13, "seed": 1, "workers": 1} | how
    return simulate(protocol, trials=trials, step=lambda _some, _of: None, **said).points


def test_power_is_that_of_the_paired_t_test() -> None:
    """The spread of a difference follows from what is put in; rounding adds a twelfth."""
    protocol = protocol_with(effects="0 0.3 0.5", dropout="0", baseline=Decimal(30))
    # (V1 - 2 V7 + V13) / months: the variance of one measurement six times.
    spread = math.sqrt(0.2**2 + 6 * (0.8**2 + 1 / 12) / MONTHS**2)
    for point in simulated(protocol):
        found, effect = point.found, point.effect
        expected = paired_t_power(13, effect / spread, alpha=0.05)
        assert abs(found.rejected - expected) < 4 * found.rejected_error
        assert abs(found.coverage - 0.95) < 4 * math.sqrt(0.95 * 0.05 / found.trials)
        assert abs(found.bias) < 4 * found.bias_error
        assert found.spread == pytest.approx(spread / math.sqrt(13), rel=0.02)


def test_who_drops_out_is_not_in_the_analysis() -> None:
    protocol = protocol_with(effects="0", dropout="0 0.3")
    none, some = simulated(protocol)
    assert none.found.mean_participants == 13
    assert some.found.mean_participants == pytest.approx(13 * 0.7, rel=0.01)


def test_a_trial_without_an_estimate_rejects_nothing_and_is_counted() -> None:
    protocol = protocol_with(effects="0.5", dropout="0.9")
    (point,) = simulated(protocol, participants=3)
    assert 0 < point.found.estimable < point.found.trials / 2
    assert point.found.rejected < point.found.estimable / point.found.trials
    cells = (
        simulation_report(
            simulate(protocol, participants=3, trials=500, seed=1, step=lambda *_: None)
        )
        .tables[0]
        .rows[0]
        .cells
    )
    assert cells[-1].value is not None
    assert cells[-1].value > 0.5


def test_nobody_stays_and_no_number_is_shown() -> None:
    protocol = protocol_with(effects="0.5", dropout="0.9999999")
    done = simulate(protocol, participants=2, trials=50, seed=1, step=lambda *_: None)
    cells = simulation_report(done).tables[0].rows[0].cells
    assert [cell.value for cell in cells[3:6]] == [None] * 3


def test_the_seed_fixes_the_result_however_many_work_at_it() -> None:
    protocol = protocol_with(effects="0 0.4", dropout="0.15")
    alone = simulated(protocol, trials=12_001)
    assert simulated(protocol, trials=12_001, workers=4) == alone
    assert simulated(protocol, trials=12_001, seed=2) != alone


def test_as_many_are_at_work_as_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two blocks wait for each other: whoever drew one after the other would wait in vain."""
    drawing, both = simulation._drawing, Barrier(2)

    def meeting(*of: Any) -> Any:
        draw = drawing(*of)

        def met(*how: Any) -> Any:
            both.wait(timeout=60)
            return draw(*how)

        return met

    monkeypatch.setattr(simulation, "_drawing", meeting)
    monkeypatch.setattr(simulation, "_DRAWN_AT_ONCE", 13)
    protocol = protocol_with(effects="0.4", dropout="0")
    simulated(protocol, trials=4, workers=2)


def test_few_of_the_trials_are_lined_up_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten million trials of 100,000 participants would fill the memory before the first is done."""
    lined_up, done, most = 0, 0, 0
    blocks = simulation._blocks

    def counted(*of: int) -> Iterator[tuple[int, np.random.Generator]]:
        nonlocal lined_up
        for block in blocks(*of):
            lined_up += 1
            yield block

    def step(_some: int, _of: int) -> None:
        nonlocal done, most
        most, done = max(most, lined_up - done), done + 1

    monkeypatch.setattr(simulation, "_blocks", counted)
    monkeypatch.setattr(simulation, "_DRAWN_AT_ONCE", 3)
    protocol = protocol_with(effects="0", dropout="0")
    simulate(protocol, participants=3, trials=500, seed=1, step=step, workers=2)
    assert done == 500
    assert most < 100


def test_parallel_arms_are_compared_as_by_analysis_of_covariance() -> None:
    """The batched closed form against the linear model fitted trial by trial."""
    truth = ParallelTruth(
        model="parallel arms",
        baseline=Decimal(24),
        baseline_spread=Decimal(12),
        change=Decimal(2),
        change_spread=Decimal(5),
        regression=Decimal("-0.1"),
    )
    draw = draw_parallel(read_protocol("cdisc-pilot"), truth, 45)
    drawn = draw(20, -1.5, 0.2, np.random.default_rng(7))
    generator = np.random.default_rng(7)
    above = 12 * generator.standard_normal((20, 30))
    change = 2 - 0.1 * above + -1.5 * np.repeat([0.0, 1.0], 15)
    change += 5 * generator.standard_normal((20, 30))
    change[generator.random((20, 30)) < 0.2] = np.nan
    for trial in range(20):
        variables = {"treated": np.repeat([0.0, 1.0], 15), "baseline": above[trial]}
        fit = fit_linear(change[trial], variables, [("treated",), ("baseline",)])
        by_itself = contrast(fit, np.array([0.0, 1.0, 0.0]))
        assert drawn.values[trial] == pytest.approx(by_itself.value, rel=1e-9)
        assert drawn.standard_errors[trial] == pytest.approx(by_itself.standard_error, rel=1e-9)
        assert drawn.dfs[trial] == by_itself.df


def test_a_truth_that_does_not_fit_the_analysis_is_refused() -> None:
    protocol = il2_protocol()
    assert protocol.analysis is not None
    assert protocol.analysis.simulation is not None
    assert isinstance(protocol.analysis.simulation.truth, SlopesTruth)
    wrong = replace(protocol.analysis.simulation, analysis="ventilation-free")
    changed = replace(protocol, analysis=replace(protocol.analysis, simulation=wrong))
    with pytest.raises(UsageError, match="cannot be simulated"):
        simulated(changed)
    with pytest.raises(UsageError, match="cannot be simulated"):
        simulated(read_protocol("cdisc-pilot"))


def test_the_truth_is_written_with_signs_as_every_other_number() -> None:
    """The shipped plan has a slope of -1.0: a hyphen is no minus, and a search misses it."""
    done = simulate(il2_protocol(), participants=4, trials=20, seed=1, step=lambda *_: None)
    (section,) = simulation_report(done).sections
    told = " ".join(EvaluationVoice("en").words(words) for words in section.said)
    assert "slope after the change point −1.0," in told
    assert "-1.0" not in told
