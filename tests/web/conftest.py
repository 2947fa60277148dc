from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.clinic_records import make_hospital
from tests.quick_hashes import quick_hashes
from tests.trial_file import fresh_trial, new_trial, opened_trial
from tests.web.site import Site

from trialrun.conduct.database import Database

__all__ = ["fresh_trial", "new_trial", "opened_trial", "quick_hashes"]


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a small hospital."""
    return make_hospital(tmp_path_factory.mktemp("clinic"))


@pytest.fixture
def clinic(site: Site, records: Path) -> Site:
    """The pages of a trial whose server has that hospital's records, screened by nobody yet."""
    return replace(site, data=records)


@pytest.fixture
def site(fresh_trial: Database, quick_hashes: None) -> Site:
    return Site(fresh_trial)
