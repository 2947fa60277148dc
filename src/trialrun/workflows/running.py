"""A trial that runs: its protocol, its own database, and the hospital's, read when it is needed.

The hospital's database is opened for one question and closed again, so that new records can be
loaded while the pages are served; one question at a time, because a process can open it in one way
only. Refuses to wait longer for it than somebody waits for a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

import duckdb
from sqlalchemy.orm import Session

from trialrun.conduct.actions.candidates import Judge, ScreenedPatient
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.reading.candidacy import facts_of
from trialrun.conduct.record import Person, participant_record
from trialrun.conduct.tables import candidates as tables
from trialrun.criteria.formulas import Sex
from trialrun.criteria.truth import Truth
from trialrun.engine.patients import find_patient, read_patients
from trialrun.engine.store import open_store
from trialrun.errors import Problem, StoreError
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import OWN_NAMES
from trialrun.records.rows import Attestation, PatientRecord
from trialrun.screening.judging import judge_patient
from trialrun.screening.plan import consent_statements, plan
from trialrun.screening.result import JudgedPatient

LONGEST_WAIT = 30.0
"""Seconds for which a question waits for the one before it."""

WORDS = {Truth.TRUE: "permits", Truth.FALSE: "refuses", Truth.UNKNOWN: "unknown"}
"""What the trial's database calls a permission."""

_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class RunningTrial:
    """What every question about a trial needs; `data` None: the server lacks hospital records."""

    database: Database
    protocol: TrialProtocol
    data: Path | None
    zone: ZoneInfo

    def day(self, at: datetime) -> date:
        """Return the hospital's day of a moment."""
        return day_of(at, self.zone)


@contextmanager
def hospital(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the hospital's database for one question.

    Raises:
        StoreError: it cannot be read, or others keep it for too long.
    """
    if not _ONE_AT_A_TIME.acquire(timeout=LONGEST_WAIT):
        found = "others are reading the hospital's records for too long"
        raise StoreError("the database cannot be used", [Problem(str(data), found, "try again")])
    try:
        with open_store(data) as connection:
            yield connection
    finally:
        _ONE_AT_A_TIME.release()


def hospital_record(trial: RunningTrial, patient_id: str) -> PatientRecord | None:
    """Return what the hospital knows of a patient; None: nothing, or nobody can be asked."""
    return None if trial.data is None else _record_of(trial.data, patient_id)


def _record_of(data: Path, patient_id: str) -> PatientRecord | None:
    with hospital(data) as connection:
        number = find_patient(connection, patient_id)
        return None if number is None else read_patients(connection, [number])[number]


def sex_of(trial: RunningTrial, patient_id: str) -> Sex | None:
    """Return the sex that the hospital has recorded; None: it has not, or cannot be asked now.

    It is kept until new records are loaded, so that pages do not wait for the database each time.
    """
    if trial.data is None:
        return None
    try:
        return _sex_of(trial.data, patient_id, trial.data.stat().st_mtime_ns)
    except (OSError, StoreError):
        return None


@lru_cache(maxsize=4096)
def _sex_of(data: Path, patient_id: str, _written_at: int) -> Sex | None:
    record = _record_of(data, patient_id)
    return None if record is None else record.sex


def judged(
    trial: RunningTrial,
    session: Session,
    candidate: tables.Candidate,
    held: PatientRecord | None,
    on: date,
) -> JudgedPatient:
    """Judge a candidate on a day, by the interpreter, with all that the trial knows by now."""
    record = participant_record(
        _without_consents(held, trial.protocol),
        Person(patient_id=candidate.patient_id),
        facts_of(session, candidate.id, trial.protocol, trial.zone),
        enrolled=on,
        asked_until={},
        own_study=_own_names(trial.protocol),
    )
    return judge_patient(record, plan(trial.protocol), trial.protocol, on, OWN_NAMES)


def _without_consents(held: PatientRecord | None, protocol: TrialProtocol) -> PatientRecord | None:
    """Leave out what the hospital says of the trial's consent: only its own signatures count."""
    if held is None:
        return None
    only_signed = consent_statements(protocol)
    kept = tuple(
        row
        for row in held.rows
        if not (isinstance(row, Attestation) and row.question in only_signed)
    )
    return replace(held, rows=kept)


def judge_on(trial: RunningTrial, held: PatientRecord | None, on: date) -> Judge:
    """Return how acts judge a candidate again; the hospital's record is read before them."""

    def judge(session: Session, candidate: tables.Candidate) -> ScreenedPatient:
        opened = judged(trial, session, candidate, held, on)
        return ScreenedPatient(
            candidate.patient_id,
            opened.verdict,
            {j.asked.criterion.id: WORDS[j.permission] for j in opened.judgements},
            opened.opens_on,
            opened.lapses_on,
        )

    return judge


def _own_names(protocol: TrialProtocol) -> frozenset[str]:
    """Return by which numbers a hospital may record this trial, which is no other study."""
    registry = protocol.registry
    return frozenset(name for name in (registry.id, registry.organisation_study_id) if name)
