"""`trialrun simulate`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trialrun.cli.output import bar, note, show, show_json
from trialrun.report.evaluation.terminal import table_in_terminal, table_json
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.workflows.evaluating import REPORT
from trialrun.workflows.simulating import SimulationOrder, simulate_plan


def simulate(order: SimulationOrder, out: Path | None, on: date, *, as_json: bool) -> None:
    """Simulate, and print the operating characteristics."""
    voice = EvaluationVoice(order.language)
    with bar() as progress:
        report = simulate_plan(order, out, on, progress)
    (table,) = report.tables
    if as_json:
        show_json(table_json(table))
    else:
        show(table_in_terminal(table, voice))
        note(voice.say("simulation_means"))
    if out is not None:
        note(voice.say("written_to", file=str(out / REPORT)))
