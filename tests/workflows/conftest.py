"""A trial's database, for workflows that read and write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.clinic_records import make_hospital, trial_on
from tests.conduct.safety_world import World, world
from tests.quick_hashes import quick_hashes
from tests.trial_file import fresh_trial, new_trial, opened_trial

from trialrun.conduct.database import Database
from trialrun.workflows.running import RunningTrial

__all__ = ["fresh_trial", "new_trial", "opened_trial", "quick_hashes"]


@pytest.fixture
def database(fresh_trial: Database) -> Database:
    return fresh_trial


@pytest.fixture
def trial(database: Database) -> World:
    """A trial with two participants, and a person in each role."""
    return world(database)


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hospital(tmp_path_factory.mktemp("clinic"))


@pytest.fixture
def running(fresh_trial: Database, records: Path) -> RunningTrial:
    return trial_on(fresh_trial, records)
