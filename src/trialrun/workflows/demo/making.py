"""The demonstration: a clinic of 2,000 patients, its screening report, and a trial in its middle.

Refuses a folder that a demonstration did not make: its files are replaced.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from trialrun.conduct.database import open_database
from trialrun.criteria.wording import Language
from trialrun.errors import Problem, UsageError
from trialrun.sources.intake import LoadSummary
from trialrun.sources.staging import Progress
from trialrun.workflows.demo.trial import AS_OF, DemoTrial, make_demo_trial
from trialrun.workflows.files import owner_only, private_folder, writing_into
from trialrun.workflows.generating import generate_clinic
from trialrun.workflows.loading import ExportToLoad, load_hospital
from trialrun.workflows.screening import ScreenedHospital, in_steps, screen_hospital

PROTOCOL = "ld-il2-immune-als"
PATIENTS = 2000
SEED = 1
DATABASE = "hospital.duckdb"
TRIAL = "trial.db"
TRUTH = "trial-truth.json"

_CLINIC = "clinic"
_MARK = ".trialrun-demo"
"""The file that says that a folder is a demonstration's, and may be emptied by the next one."""


@dataclass(frozen=True)
class Demo:
    """What the demonstration made."""

    loaded: LoadSummary
    screened: ScreenedHospital
    trial: DemoTrial


def run_demo(
    out: Path,
    language: Language,
    progress: Progress,
    *,
    as_of: date,
    patients: int = PATIENTS,
    days: int = AS_OF,
) -> Demo:
    """Generate, load and screen into `out`, and run a trial there for `days` up to the day `as_of`.

    An earlier demonstration's files are replaced.

    Raises:
        UsageError: the folder holds something else.
    """
    on = as_of - timedelta(days=days)
    clinic, database = _cleared(out)
    generate_clinic(
        clinic, patients=patients, seed=SEED, on=on, gzip=False, workers=1, progress=progress
    )
    loaded = load_hospital(ExportToLoad(clinic, database, loaded_on=on, form="fhir"), progress)
    screened = screen_hospital(
        PROTOCOL,
        database,
        on,
        out,
        language=language,
        key_file=None,
        step=in_steps(progress),
    )
    progress("running the trial", 0.0)
    trial = _run_trial(out, screened, days, language)
    progress("running the trial", 1.0)
    return Demo(loaded, screened, trial)


def _run_trial(out: Path, screened: ScreenedHospital, days: int, language: Language) -> DemoTrial:
    """Make the trial's database, and write what was put into it beside it."""
    with owner_only(), writing_into(out):
        database = open_database(f"sqlite:///{out / TRIAL}", must_exist=False)
        try:
            trial = make_demo_trial(
                database, screened.screening, seed=SEED, days=days, language=language
            )
        finally:
            database.close()
        truth = json.dumps(trial.truth(), indent=1, ensure_ascii=False)
        (out / TRUTH).write_text(truth + "\n", encoding="utf-8")
    return trial


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
        for old in (database, *out.glob(f"{TRIAL}*")):
            old.unlink(missing_ok=True)
        if clinic.exists():
            shutil.rmtree(clinic)
    return clinic, database
