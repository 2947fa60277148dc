"""Make a synthetic clinic."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trialrun.sources.staging import Progress
from trialrun.synthetic.clinic import Generated, generate


def generate_clinic(
    out: Path, *, patients: int, seed: int, on: date, gzip: bool, workers: int, progress: Progress
) -> Generated:
    """Write a FHIR bulk export into `out`, and its truth beside it."""
    return generate(
        out,
        patients=patients,
        seed=seed,
        on=on,
        gzip=gzip,
        workers=workers,
        progress=lambda done: progress("generating patients", done / patients),
    )
