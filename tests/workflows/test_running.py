"""What a trial that runs asks the hospital's records."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.clinic_records import make_hospital, trial_on

from trialrun.conduct.database import connect, private_sqlite_url
from trialrun.workflows.running import sex_of


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hospital(tmp_path_factory.mktemp("clinic"))


def test_the_sex_is_what_the_hospital_has_recorded(hospital: Path, tmp_path: Path) -> None:
    trial = trial_on(connect(private_sqlite_url(tmp_path / "trial.db")), hospital)
    with duckdb.connect(str(hospital), read_only=True) as connection:
        recorded = connection.execute("SELECT patient_id, sex FROM patient").fetchall()
    assert {sex for _, sex in recorded} >= {"female", "male"}
    assert [(name, sex_of(trial, name)) for name, _ in recorded[:20]] == recorded[:20]
    assert sex_of(trial, "nobody") is None
    trial.database.close()


def test_without_records_nobodys_sex_is_known(tmp_path: Path) -> None:
    database = connect(private_sqlite_url(tmp_path / "trial.db"))
    for data in (None, tmp_path / "missing.duckdb"):
        assert sex_of(trial_on(database, data), "1") is None
    database.close()
