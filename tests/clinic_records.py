"""A small synthetic clinic in a database, and a trial that runs on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.cli.loading import load_quietly, silent

from trialrun.conduct.database import Database
from trialrun.protocol.file import read_protocol
from trialrun.workflows.generating import generate_clinic
from trialrun.workflows.running import RunningTrial

ON = date(2022, 1, 15)
ZONE = ZoneInfo("Asia/Shanghai")
PATIENTS = 120
PROTOCOL = read_protocol("ld-il2-immune-als")


def make_hospital(folder: Path) -> Path:
    """Generate a clinic, load it, and return its database."""
    export = folder / "export"
    generate_clinic(
        export, patients=PATIENTS, seed=1, on=ON, gzip=False, workers=1, progress=silent
    )
    load_quietly(export, folder / "hospital.duckdb")
    return folder / "hospital.duckdb"


def trial_on(database: Database, data: Path | None) -> RunningTrial:
    return RunningTrial(database, PROTOCOL, data, ZONE)
