"""The demonstration: a clinic of 2,000 patients, from nothing to a report."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trialrun.criteria.wording import Language
from trialrun.screening.result import Screening
from trialrun.sources.intake import LoadSummary
from trialrun.sources.staging import Progress
from trialrun.workflows.files import private_folder
from trialrun.workflows.generating import generate_clinic
from trialrun.workflows.loading import load_hospital
from trialrun.workflows.screening import screen_hospital

PROTOCOL = "ld-il2-immune-als"
PATIENTS = 2000
SEED = 1
ON = date(2022, 1, 15)


@dataclass(frozen=True)
class Demo:
    """What the demonstration made."""

    loaded: LoadSummary
    screening: Screening


def run_demo(out: Path, language: Language, progress: Progress) -> Demo:
    """Generate, load and screen into `out`, replacing an earlier demonstration's files."""
    clinic, database = private_folder(out) / "clinic", out / "hospital.duckdb"
    for earlier in (clinic, database):
        shutil.rmtree(earlier) if earlier.is_dir() else earlier.unlink(missing_ok=True)
    generate_clinic(
        clinic, patients=PATIENTS, seed=SEED, on=ON, gzip=False, workers=1, progress=progress
    )
    loaded = load_hospital(
        clinic,
        database,
        name=None,
        form="fhir",
        mapping=None,
        coverage=None,
        time_zone=None,
        whole=False,
        loaded_on=ON,
        progress=progress,
    )
    screening = screen_hospital(
        PROTOCOL,
        database,
        ON,
        out,
        language=language,
        key_file=None,
        step=lambda doing: progress(doing, 1.0),
    )
    return Demo(loaded, screening)
