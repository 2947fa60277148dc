"""An empty trial on SQLite: made once by the migrations, and copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url

NewTrial = Callable[[Path], str]
"""Makes an empty trial in a folder, and returns its address."""


@pytest.fixture(scope="session")
def new_trial(tmp_path_factory: pytest.TempPathFactory) -> NewTrial:
    made = tmp_path_factory.mktemp("made") / "trial.db"
    database = connect(private_sqlite_url(made))
    create(database)
    database.close()

    def copied(folder: Path) -> str:
        shutil.copy(made, folder / "trial.db")
        return private_sqlite_url(folder / "trial.db")

    return copied
