"""A trial's database to act upon, on SQLite and (where the machine has one) on PostgreSQL.

Each is made once, by the migrations; for every test the one is copied, the other emptied.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conduct.safety_world import World, world
from tests.postgresql import Server, server

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "trial.db"
    _create(private_sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def made_postgresql(postgresql: Server) -> str:
    name = postgresql.new_database()
    _create(postgresql.url(name))
    return name


def _create(url: str) -> None:
    database = connect(url)
    create(database)
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_sqlite"), tmp_path / "trial.db")
        yield private_sqlite_url(tmp_path / "trial.db")
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
