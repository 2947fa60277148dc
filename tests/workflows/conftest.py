from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.clinic_records import make_hospital, trial_on

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url
from trialrun.workflows.running import RunningTrial


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hospital(tmp_path_factory.mktemp("clinic"))


@pytest.fixture
def running(tmp_path: Path, records: Path) -> Iterator[RunningTrial]:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(database)
    yield trial_on(database, records)
    database.close()
