"""`trialrun demo`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from shutil import which

from trialrun.cli.output import bar, show, show_lines, warn
from trialrun.criteria.wording import Language
from trialrun.report.terminal import load_summary, screening_summary
from trialrun.report.voice import Voice
from trialrun.workflows.demo import DATABASE, ON, PROTOCOL, run_demo


def demo(out: Path, language: Language) -> None:
    """Generate, load and screen; print both summaries and what to look at next."""
    with bar() as progress:
        made = run_demo(out, language, progress)
    screening = made.screened.screening
    show(load_summary(made.loaded, language), "", screening_summary(screening, language))
    first = screening.opened[0].name if screening.opened else "PATIENT"
    words = [_program(), "explain", PROTOCOL, first, "--data", str(out / DATABASE), "--on", str(ON)]
    show_lines(
        "",
        f"Open {out / 'report.html'} in a browser, or look at one patient:",
        f"  {shlex.join(words)}",
    )
    warn(made.screened.caveats, Voice(language, {}))


def _program() -> str:
    """Return how the command was called where a shell does not find it by its name."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "trialrun" and not which("trialrun") else "trialrun"
