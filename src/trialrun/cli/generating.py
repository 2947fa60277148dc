"""`trialrun generate`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

from trialrun.cli.output import bar, show_json, show_lines
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
        show_json(asdict(made) | {"folder": str(made.folder), "truth": str(made.truth)})
        return
    show_lines(
        f"{made.patients:,} patients in {made.folder}",
        *(f"{count:>12,} {name}" for name, count in sorted(made.rows.items())),
        f"What is true of them: {made.truth}",
    )
