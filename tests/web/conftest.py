from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.clinic_records import make_hospital
from tests.quick_hashes import quick_hashes
from tests.web.site import Site

from trialrun.conduct.creation import create
from trialrun.conduct.database import connect, private_sqlite_url

__all__ = ["quick_hashes"]


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a small hospital."""
    return make_hospital(tmp_path_factory.mktemp("clinic"))


@pytest.fixture
def clinic(site: Site, records: Path) -> Site:
    """The pages of a trial whose server has that hospital's records, screened by nobody yet."""
    return replace(site, data=records)


@pytest.fixture
def site(tmp_path: Path, quick_hashes: None) -> Iterator[Site]:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    create(database)
    yield Site(database)
    database.close()
