"""What a trial that runs asks the hospital's records, and how long the answer is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import utime
from pathlib import Path

import duckdb
import pytest
from tests.clinic_records import make_hospital

from trialrun.engine import store
from trialrun.errors import StoreError
from trialrun.workflows.hospital import hospital_record, sex_of


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_hospital(tmp_path_factory.mktemp("clinic"))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each time that the database is opened."""
    times: list[Path] = []

    @contextmanager
    def attached_store(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        times.append(data)
        with store.attached_store(data) as connection:
            yield connection

    monkeypatch.setattr("trialrun.workflows.hospital.attached_store", attached_store)
    return times


def written_later(hospital: Path) -> None:
    """Let the file be newer than it was, though the clock of some disks is coarse."""
    utime(hospital, ns=(0, hospital.stat().st_mtime_ns + 1))


def test_the_sex_is_what_the_hospital_has_recorded(hospital: Path) -> None:
    with duckdb.connect(str(hospital), read_only=True) as connection:
        recorded = connection.execute("SELECT patient_id, sex FROM patient").fetchall()
    assert {sex for _, sex in recorded} >= {"female", "male"}
    assert [(name, sex_of(hospital, name)) for name, _ in recorded[:20]] == recorded[:20]
    assert sex_of(hospital, "nobody") is None


def test_without_records_nobody_is_known(tmp_path: Path) -> None:
    missing = tmp_path / "missing.duckdb"
    assert (sex_of(None, "1"), sex_of(missing, "1"), hospital_record(None, "1")) == (None,) * 3
    with pytest.raises(StoreError, match="there is no such file"):
        hospital_record(missing, "1")


def test_a_record_is_kept_until_new_ones_are_loaded(hospital: Path, opened: list[Path]) -> None:
    written_later(hospital)
    first = hospital_record(hospital, "1")
    assert first is not None
    assert hospital_record(hospital, "1") is first
    assert len(opened) == 1
    assert [sex_of(hospital, "1") for _ in range(3)] == [first.sex] * 3
    assert len(opened) == 2, "everybody's sex is read at once"
    with duckdb.connect(str(hospital)) as connection:
        connection.execute("UPDATE patient SET sex = NULL WHERE patient_id = '1'")
    written_later(hospital)
    changed = hospital_record(hospital, "1")
    assert changed is not None
    assert (changed.sex, sex_of(hospital, "1"), len(opened)) == (None, None, 4)
