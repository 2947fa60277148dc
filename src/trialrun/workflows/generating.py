"""Make a synthetic clinic.

Refuses a folder that holds something already.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trialrun.sources.staging import Progress
from trialrun.synthetic.clinic import Generated, generate
from trialrun.workflows.files import writing_into


def generate_clinic(
    out: Path, *, patients: int, seed: int, on: date, gzip: bool, workers: int, progress: Progress
) -> Generated:
    """Write a FHIR bulk export into `out`, and its truth beside it.

    Raises:
        UsageError: the folder already holds something.
        StoreError: it cannot be written.
    """
    with writing_into(out):
        return generate(
            out,
            patients=patients,
            seed=seed,
            on=on,
            gzip=gzip,
            workers=workers,
            progress=lambda done: progress("generating patients", done / patients),
        )
