"""A trial's database to act upon, on SQLite and (where the machine has one) on PostgreSQL.

Each is made once, by the migrations; for every test the one is copied, the other emptied. It keeps
its address, and the engine what it has compiled.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conduct.safety_world import World, world
from tests.postgresql import Server, server
from tests.trial_file import fresh_trial, new_trial, opened_trial

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect

__all__ = ["fresh_trial", "new_trial", "opened_trial"]


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
def opened_postgresql(postgresql: Server, made_postgresql: str) -> Database:
    return connect(postgresql.url(made_postgresql))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("fresh_trial")
        return
    running: Server = request.getfixturevalue("postgresql")
    running.empty(request.getfixturevalue("made_postgresql"))
    opened: Database = request.getfixturevalue("opened_postgresql")
    yield opened
    opened.close()


@pytest.fixture
def database_url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def trial(database: Database) -> World:
    return world(database)
