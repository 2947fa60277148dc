"""A trial's database to act upon, on SQLite and (where the machine has one) on PostgreSQL.

Each is made once, by the migrations; for every test the one is copied, the other emptied.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conduct.safety_world import World, world
from tests.postgresql import Server, server
from tests.trial_file import NewTrial, new_trial

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect

__all__ = ["new_trial"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def made_postgresql(postgresql: Server) -> str:
    name = postgresql.new_database()
    database = connect(postgresql.url(name))
    create(database)
    database.close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        new: NewTrial = request.getfixturevalue("new_trial")
        yield new(tmp_path)
        return
    running: Server = request.getfixturevalue("postgresql")
    name = request.getfixturevalue("made_postgresql")
    running.empty(name)
    yield running.url(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = connect(database_url)
    yield opened
    opened.close()


@pytest.fixture
def trial(database: Database) -> World:
    return world(database)
