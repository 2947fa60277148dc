"""An empty trial on SQLite: made once by the migrations, and copied for every test.

`fresh_trial` stands at one address all the time, so that its engine keeps what it has compiled.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url

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


@pytest.fixture(scope="session")
def opened_trial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Database]:
    folder = tmp_path_factory.mktemp("fresh")
    return folder, connect(private_sqlite_url(folder / "trial.db"))


@pytest.fixture
def fresh_trial(new_trial: NewTrial, opened_trial: tuple[Path, Database]) -> Iterator[Database]:
    folder, database = opened_trial
    for last in folder.iterdir():
        last.unlink()
    new_trial(folder)
    yield database
    database.close()
