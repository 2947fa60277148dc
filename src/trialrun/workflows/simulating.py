"""Simulate the analysis plan of a protocol, and write what comes out as a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trialrun.criteria.wording import Language
from trialrun.evaluation.results import Evaluation
from trialrun.evaluation.simulation import simulate
from trialrun.evaluation.simulation_section import simulation_report
from trialrun.protocol.checks import refuse_unsound
from trialrun.protocol.file import read_protocol
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.workflows.evaluating import evaluation_files
from trialrun.workflows.export_folders import put_into, refuse_foreign

Progress = Callable[[str, float], None]
"""Is told what is going on, and which part of it is done."""


@dataclass(frozen=True)
class SimulationOrder:
    """What is to be simulated: so many trials, each of so many participants, from a seed."""

    protocol: str
    participants: int
    trials: int
    seed: int
    language: Language = "en"


def simulate_plan(order: SimulationOrder, out: Path | None, on: date, step: Progress) -> Evaluation:
    """Simulate, and write a report into a folder if one is named.

    Raises:
        StoreError: the folder holds something else, or cannot be written.
        NotFoundError, ProtocolError, UsageError: the protocol cannot be used, or not for this.
    """
    if out is not None:
        refuse_foreign(out)
    protocol = read_protocol(order.protocol)
    refuse_unsound(protocol, on)
    voice = EvaluationVoice(order.language)
    done = simulate(
        protocol,
        participants=order.participants,
        trials=order.trials,
        seed=order.seed,
        step=_told(step, voice.say("simulation")),
    )
    report = simulation_report(done)
    if out is not None:
        files = evaluation_files(
            report, protocol, order.language, source=voice.say("invented", seed=str(order.seed))
        )
        with put_into(out, files) as let_out:
            let_out()
    return report


def _told(step: Progress, doing: str) -> Callable[[int, int], None]:
    """Return what tells a progress bar how many trials of all are done."""
    done = [0]

    def told(some: int, of: int) -> None:
        done[0] += some
        step(doing, done[0] / of)

    return told
