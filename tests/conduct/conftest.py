"""A trial's database to act upon, on SQLite and (where the machine has one) on PostgreSQL.

Each is made once, by the migrations; for every test the one is copied, the other emptied. It keeps
its address, and the engine what it has compiled.
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


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        for last in folder.iterdir():
            last.unlink()
        new: NewTrial = request.getfixturevalue("new_trial")
        yield new(folder)
        return
    running: Server = request.getfixturevalue("postgresql")
    name = request.getfixturevalue("made_postgresql")
    running.empty(name)
    yield running.url(name)


@pytest.fixture(scope="session")
def engines() -> dict[str, Database]:
    return {}


@pytest.fixture
def database(database_url: str, engines: dict[str, Database]) -> Iterator[Database]:
    if database_url not in engines:
        engines[database_url] = connect(database_url)
    yield engines[database_url]
    engines[database_url].close()


@pytest.fixture
def trial(database: Database) -> World:
    return world(database)
