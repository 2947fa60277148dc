"""`trialrun demo` and `trialrun demo-trial`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from shutil import which

from trialrun.cli.output import bar, show, show_lines, warn
from trialrun.criteria.wording import Language
from trialrun.report.evaluation.terminal import table_in_terminal
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.report.terminal import load_summary, screening_summary
from trialrun.report.voice import Voice
from trialrun.workflows.demo import DATABASE, PROTOCOL, TRIAL, run_demo
from trialrun.workflows.demo_finished import EVALUATION, run_finished_demo
from trialrun.workflows.demo_team import Team
from trialrun.workflows.evaluating import REPORT


def demo(out: Path, language: Language, today: date) -> None:
    """Generate, load, screen, run a trial until today; print what was made and how to open it."""
    with bar() as progress:
        made = run_demo(out, language, progress, as_of=today)
    screening = made.screened.screening
    show(load_summary(made.loaded, language), "", screening_summary(screening, language))
    first = screening.opened[0].name if screening.opened else "PATIENT"
    hospital = str(out / DATABASE)
    show_lines(
        "",
        f"Open {out / 'report.html'} in a browser, or look at one patient:",
        _command("explain", PROTOCOL, first, "--data", hospital, "--on", str(screening.on)),
        "",
        f"The trial stands in its middle, with {len(made.trial.participants)} participants:",
        _command("serve", "--database", f"sqlite:///{out / TRIAL}", "--data", hospital),
        "Sign in by one of these names; each password is for one use:",
        *_people(made.trial.team),
    )
    warn(made.screened.caveats, Voice(language, {}))


def demo_trial(out: Path, language: Language, now: datetime) -> None:
    """Run the trial to its end, evaluate it, and say where the report is."""
    with bar() as progress:
        made = run_finished_demo(out, language, progress, at=now)
    voice = EvaluationVoice(language)
    of_trial = ("--data", f"sqlite:///{out / TRIAL}", "--records", str(out / DATABASE))
    truth = next(table for table in made.evaluated.evaluation.tables if table.id == "truth")
    show(table_in_terminal(truth, voice))
    show_lines(
        "",
        f"{len(made.demo.trial.participants)} invented participants through 48 weeks, evaluated:",
        f"  open {out / EVALUATION / REPORT}",
        "Their trial can be opened, and evaluated again:",
        _command("evaluate", PROTOCOL, *of_trial, "--out", "report"),
    )


def _command(*words: str) -> str:
    return f"  {shlex.join([_program(), *words])}"


def _people(team: Team) -> Iterator[str]:
    for role, actor in team.actors.items():
        yield f"  {actor.name:6} {team.passwords[actor.name]}  {role}"


def _program() -> str:
    """Return how the command was called where a shell does not find it by its name."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "trialrun" and not which("trialrun") else "trialrun"
