"""The demonstration: a clinic of 2,000 patients, from nothing to a report.

Refuses a folder that a demonstration did not make: its files are replaced.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trialrun.criteria.wording import Language
from trialrun.errors import Problem, UsageError
from trialrun.sources.intake import LoadSummary
from trialrun.sources.staging import Progress
from trialrun.workflows.files import private_folder, writing_into
from trialrun.workflows.generating import generate_clinic
from trialrun.workflows.loading import ExportToLoad, load_hospital
from trialrun.workflows.screening import ScreenedHospital, in_steps, screen_hospital

PROTOCOL = "ld-il2-immune-als"
PATIENTS = 2000
SEED = 1
ON = date(2022, 1, 15)
DATABASE = "hospital.duckdb"

_CLINIC = "clinic"
_MARK = ".trialrun-demo"
"""The file that says that a folder is a demonstration's, and may be emptied by the next one."""


@dataclass(frozen=True)
class Demo:
    """What the demonstration made."""

    loaded: LoadSummary
    screened: ScreenedHospital


def run_demo(
    out: Path, language: Language, progress: Progress, *, patients: int = PATIENTS
) -> Demo:
    """Generate, load and screen into `out`, replacing an earlier demonstration's files.

    Raises:
        UsageError: the folder holds something else.
    """
    clinic, database = _cleared(out)
    generate_clinic(
        clinic, patients=patients, seed=SEED, on=ON, gzip=False, workers=1, progress=progress
    )
    loaded = load_hospital(ExportToLoad(clinic, database, loaded_on=ON, form="fhir"), progress)
    screened = screen_hospital(
        PROTOCOL,
        database,
        ON,
        out,
        language=language,
        key_file=None,
        step=in_steps(progress),
    )
    return Demo(loaded, screened)


def _cleared(out: Path) -> tuple[Path, Path]:
    """Return the places of the clinic and the database, with nothing there."""
    if out.is_dir() and any(out.iterdir()) and not (out / _MARK).exists():
        found = "it holds something that no demonstration is known to have made"
        remedy = f"name a new folder with --out, or move {out} away"
        raise UsageError(
            "the demonstration needs a folder of its own, because it replaces what is there",
            [Problem(str(out), found, remedy)],
        )
    clinic, database = private_folder(out) / _CLINIC, out / DATABASE
    with writing_into(out):
        (out / _MARK).touch()
        database.unlink(missing_ok=True)
        if clinic.exists():
            shutil.rmtree(clinic)
    return clinic, database
