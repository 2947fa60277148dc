"""`trialrun generate` and `trialrun demo`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

from trialrun.cli.output import bar, show, show_json
from trialrun.criteria.wording import Language
from trialrun.report.terminal import load_summary, screening_summary
from trialrun.workflows.demo import ON, PATIENTS, PROTOCOL, run_demo
from trialrun.workflows.generating import generate_clinic


def generate(
    out: Path, *, patients: int, seed: int, on: date, gzip: bool, workers: int, as_json: bool
) -> None:
    """Make a clinic and say what is in it."""
    with bar() as progress:
        made = generate_clinic(
            out, patients=patients, seed=seed, on=on, gzip=gzip, workers=workers, progress=progress
        )
    if as_json:
        show_json({key: str(v) if isinstance(v, Path) else v for key, v in asdict(made).items()})
        return
    rows = ", ".join(f"{count:,} {name}" for name, count in sorted(made.rows.items()))
    show(f"{made.patients:,} patients in {made.folder}: {rows}", f"Truth: {made.truth}")


def demo(out: Path, language: Language) -> None:
    """Generate, load and screen; print both summaries and what to look at next."""
    with bar() as progress:
        made = run_demo(out, language, progress)
    show(load_summary(made.loaded, language), "", screening_summary(made.screening, language))
    first = made.screening.candidates[0].name if made.screening.candidates else "PATIENT"
    show(
        "",
        f"{PATIENTS:,} synthetic patients were generated, loaded and screened as of {ON}.",
        f"Open {out / 'report.html'} in a browser, or look at one patient:",
        f"  trialrun explain {PROTOCOL} {first} --data {out / 'hospital.duckdb'} --on {ON}",
    )
