from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.clinic_records import make_hospital
from tests.quick_hashes import quick_hashes
from tests.trial_file import NewTrial, new_trial
from tests.web.site import Site

from trialrun.conduct.database import connect

__all__ = ["new_trial", "quick_hashes"]


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a small hospital."""
    return make_hospital(tmp_path_factory.mktemp("clinic"))


@pytest.fixture
def clinic(site: Site, records: Path) -> Site:
    """The pages of a trial whose server has that hospital's records, screened by nobody yet."""
    return replace(site, data=records)


@pytest.fixture
def site(new_trial: NewTrial, tmp_path: Path, quick_hashes: None) -> Iterator[Site]:
    database = connect(new_trial(tmp_path))
    yield Site(database)
    database.close()
