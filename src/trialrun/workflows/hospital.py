"""The hospital's database as a trial that runs asks it.

It is opened for one question and closed again, so that new records can be loaded while pages are
served. One long question at a time (who may qualify), and beside it one small one (about one
patient, or a participant or two hundred). What was read of a patient is kept until new records are
loaded: whoever opens a candidate soon asks again. Refuses to wait longer for the database than
somebody waits for a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock

import duckdb

from trialrun.criteria.formulas import Sex
from trialrun.engine.patients import find_patient, read_patients
from trialrun.engine.store import attached_store, open_store
from trialrun.errors import Problem, StoreError
from trialrun.records.rows import PatientRecord

LONGEST_WAIT = 30.0
"""Seconds for which a question waits for the one before it."""

_KEPT_RECORDS = 2048
"""A record of 75 rows takes some 36 kB: together some 80 MB."""
_LONG, _SMALL = Lock(), Lock()


@contextmanager
def hospital(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the hospital's database for a long question.

    Raises:
        StoreError: it cannot be read, or others keep it for too long.
    """
    with _alone(_LONG, data), open_store(data) as connection:
        yield connection


@contextmanager
def hospital_briefly(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the hospital's database for a small question.

    Raises:
        StoreError: it cannot be read, or others keep it for too long.
    """
    with _alone(_SMALL, data), attached_store(data) as connection:
        yield connection


@contextmanager
def _alone(lock: Lock, data: Path) -> Iterator[None]:
    if not lock.acquire(timeout=LONGEST_WAIT):
        found = "others are reading the hospital's records for too long"
        raise StoreError("the database cannot be used", [Problem(str(data), found, "try again")])
    try:
        yield
    finally:
        lock.release()


def hospital_record(data: Path | None, patient_id: str) -> PatientRecord | None:
    """Return what the hospital knows of a patient; None: nothing, or nobody can be asked.

    Raises:
        StoreError: the database cannot be read.
    """
    return None if data is None else _record_of(data, patient_id, _written_at(data))


def sex_of(data: Path | None, patient_id: str) -> Sex | None:
    """Return the sex that the hospital has recorded; None: it has not, or cannot be asked now."""
    if data is None:
        return None
    loaded_at = _written_at(data)
    try:
        known = _sexes(data, loaded_at)
        if patient_id in known:
            return known[patient_id]
        record = _record_of(data, patient_id, loaded_at)  # perhaps replaced by another's
    except StoreError:
        return None
    return None if record is None else record.sex


def _written_at(data: Path) -> int:
    """Return when records were last loaded; 0: there is no database, as asking it will say."""
    try:
        return data.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=_KEPT_RECORDS)
def _record_of(data: Path, patient_id: str, _loaded_at: int) -> PatientRecord | None:
    with hospital_briefly(data) as connection:
        number = find_patient(connection, patient_id)
        return None if number is None else read_patients(connection, [number])[number]


@lru_cache(maxsize=1)
def _sexes(data: Path, _loaded_at: int) -> dict[str, Sex | None]:
    """Return everybody's sex at once: a list of participants asks for that of each."""
    with hospital_briefly(data) as connection:
        return dict(connection.execute("SELECT patient_id, sex FROM patient").fetchall())
