"""A trial's database, for workflows that read and write it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.clinic_records import make_hospital, trial_on
from tests.conduct.safety_world import World, world
from tests.quick_hashes import quick_hashes

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.workflows.running import RunningTrial

__all__ = ["quick_hashes"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(opened)
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
def running(tmp_path: Path, records: Path) -> Iterator[RunningTrial]:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(database)
    yield trial_on(database, records)
    database.close()
