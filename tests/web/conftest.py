from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.quick_hashes import quick_hashes
from tests.web.site import Site

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url

__all__ = ["quick_hashes"]


@pytest.fixture
def site(tmp_path: Path, quick_hashes: None) -> Iterator[Site]:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(database)
    yield Site(database)
    database.close()
