"""Screen the hospital's records for a trial that runs, and take in who may qualify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import sleep
from zoneinfo import ZoneInfo

import duckdb

from trialrun.conduct.actions.candidates import ScreenedPatient
from trialrun.conduct.actions.screenings import TakenIn, last_act, take_in_screening
from trialrun.conduct.acts import PROGRAM, Actor
from trialrun.conduct.creation import bring_up_to_date, create
from trialrun.conduct.database import open_database
from trialrun.conduct.reading.candidates import spoken_of
from trialrun.conduct.reading.worklist import LastScreening, last_screening
from trialrun.conduct.tables.candidates import Candidate
from trialrun.engine.patients import find_patient, read_patients
from trialrun.errors import Problem, RefusedError
from trialrun.protocol.checks import refuse_unsound
from trialrun.protocol.file import read_protocol
from trialrun.records.rows import PatientRecord
from trialrun.screening.everyone import Judged, judge_everyone
from trialrun.screening.plan import by_own_consents
from trialrun.screening.screen import Step
from trialrun.screening.verdict import Verdict
from trialrun.workflows.files import owner_only
from trialrun.workflows.hospital import hospital
from trialrun.workflows.running import WORDS, RunningTrial, judge_on

BETWEEN_BATCHES = 0.12
"""Seconds: who waits for SQLite looks every tenth of a second whether it is free (`delays` in
sqliteDefaultBusyCallback of its main.c); a shorter pause could pass unseen."""


@dataclass(frozen=True)
class Enlisted:
    """What was taken in: of which day, and what it changed."""

    trial: str
    screening: LastScreening


def enlist_from_command(
    protocol: str, data: Path, url: str, on: date, at: datetime, zone: ZoneInfo, step: Step
) -> Enlisted:
    """Screen as of a day and take in who may qualify; the trial's database is made if it is new.

    Raises:
        TrialrunError: the protocol or a database cannot be used, or a later day was taken in.
    """
    trial = read_protocol(protocol)
    with owner_only():
        database = open_database(url, must_exist=False)
        try:
            create(database)
            bring_up_to_date(database, at)
            running = RunningTrial(database, trial, data, zone)
            return enlist(running, PROGRAM, at, on, step)
        finally:
            database.close()


def enlist(trial: RunningTrial, actor: Actor, at: datetime, on: date, step: Step) -> Enlisted:
    """Screen the hospital's records as of a day, and take in who may qualify.

    Of whom people have answered something, or who has consented, the interpreter judges again with
    what they said.

    Raises:
        RefusedError: the server has no hospital records, or a later day was taken in.
    """
    if trial.data is None:
        found = "this server was started without the hospital's records"
        remedy = "ask whoever runs it to name them with --data"
        raise RefusedError("this cannot be done: screen", [Problem("data", found, remedy)])
    refuse_unsound(trial.protocol, on)
    with trial.database.reading() as session:
        knows_until = last_act(session)
        told = {candidate.patient_id: candidate for candidate in spoken_of(session)}
    with hospital(trial.data) as connection:
        everyone = judge_everyone(connection, by_own_consents(trial.protocol), on, step)
        records = _records(connection, told)
    step("writing who may qualify")
    patients = tuple(_with_answers(trial, everyone, told, records, on))
    screening = TakenIn(
        on,
        trial.protocol.name,
        trial.protocol.version,
        _counts(everyone),
        patients,
        knows_until,
    )
    take_in_screening(trial.database, actor, at, screening, between=lambda: sleep(BETWEEN_BATCHES))
    with trial.database.reading() as session:
        taken = last_screening(session)
    assert taken is not None
    return Enlisted(trial.protocol.name, taken)


def _records(
    connection: duckdb.DuckDBPyConnection, told: Mapping[str, Candidate]
) -> dict[str, PatientRecord]:
    found = {name: find_patient(connection, name) for name in told}
    numbers = {number: name for name, number in found.items() if number is not None}
    records = read_patients(connection, numbers)
    return {numbers[number]: record for number, record in records.items()}


def _with_answers(
    trial: RunningTrial,
    everyone: Sequence[Judged],
    told: Mapping[str, Candidate],
    records: Mapping[str, PatientRecord],
    on: date,
) -> Iterator[ScreenedPatient]:
    """Yield what is said of every patient, what people said of them included."""
    with trial.database.reading() as session:
        for one in everyone:
            candidate = told.get(one.patient_id)
            if candidate is None:
                yield _screened(one)
            else:
                yield judge_on(trial, records.get(one.patient_id), on)(session, candidate)


def _screened(judged: Judged) -> ScreenedPatient:
    return ScreenedPatient(
        judged.patient_id,
        judged.verdict,
        {criterion: WORDS[truth] for criterion, truth in judged.permissions.items()},
        judged.opens_on,
        judged.lapses_on,
    )


def _counts(everyone: Sequence[Judged]) -> dict[str, int]:
    """Count the patients alive, and their verdicts by the record alone."""
    alive = [one for one in everyone if one.permissions]
    verdicts = Counter(one.verdict for one in alive)
    counts = {str(verdict): verdicts[verdict] for verdict in Verdict}
    return {"patients": len(alive), **counts, "deceased": len(everyone) - len(alive)}
