"""A trial's database to act upon, on SQLite and (where the machine has one) on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conduct.safety_world import World, world

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(opened)
    yield opened
    opened.close()


@pytest.fixture
def trial(database: Database) -> World:
    return world(database)
