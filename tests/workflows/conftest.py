"""A trial's database, for workflows that read and write it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.clinic_records import make_hospital, trial_on
from tests.conduct.safety_world import World, world
from tests.quick_hashes import quick_hashes
from tests.trial_file import NewTrial, new_trial

from trialrun.conduct.database import Database, connect
from trialrun.workflows.running import RunningTrial

__all__ = ["new_trial", "quick_hashes"]


@pytest.fixture
def database(new_trial: NewTrial, tmp_path: Path) -> Iterator[Database]:
    opened = connect(new_trial(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def trial(database: Database) -> World:
    """A trial with two participants, and a person in each role."""
    return world(database)


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hospital(tmp_path_factory.mktemp("clinic"))


@pytest.fixture
def running(new_trial: NewTrial, tmp_path: Path, records: Path) -> Iterator[RunningTrial]:
    database = connect(new_trial(tmp_path))
    yield trial_on(database, records)
    database.close()
