from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conduct.safety_world import World, world

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[World]:
    """A trial with two participants, and a person in each role."""
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(database)
    yield world(database)
    database.close()
