"""A trial's database, for workflows that read and write it."""

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
    """A trial with two participants, and a person in each role."""
    return world(database)
