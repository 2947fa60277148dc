"""The conducted trial, made once: exports only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conduct.clinic import ZONE
from tests.exchange.world import LAST, PROTOCOL, conducted

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.reading.whole import whole_trial
from trialrun.records.trial_data import TrialData


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database of the conducted trial."""
    opened = connect(private_sqlite_url(tmp_path_factory.mktemp("trial") / "trial.db"))
    create(opened)
    conducted(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def data(held: Database) -> TrialData:
    with held.reading() as session:
        return whole_trial(session, PROTOCOL, ZONE, LAST)
