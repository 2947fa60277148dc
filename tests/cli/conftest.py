from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.cli.loading import load_quietly, silent
from tests.cli.shell import ON, Shell

from trialrun.workflows.generating import generate_clinic


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic of 60 patients, as FHIR."""
    folder = tmp_path_factory.mktemp("generated") / "export"
    generate_clinic(
        folder,
        patients=60,
        seed=1,
        on=date.fromisoformat(ON),
        gzip=False,
        workers=1,
        progress=silent,
    )
    return folder


@pytest.fixture(scope="session")
def hospital(clinic: Path) -> Path:
    """The database of that clinic."""
    database = clinic.with_name("hospital.duckdb")
    load_quietly(clinic, database)
    return database


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Shell:
    """A shell in a fresh folder, with a wide terminal that nobody watches."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return Shell(tmp_path, capfd)
