"""Screen a database against a protocol, and explain one patient.

Refuses a protocol with an error, and to leave some of the results where others could not be made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import duckdb

from trialrun.criteria.wording import Language
from trialrun.engine.export import export
from trialrun.engine.lost import lost_rows
from trialrun.engine.newest import newest_record
from trialrun.engine.patients import find_patient, read_patients
from trialrun.engine.store import open_store
from trialrun.engine.unasked import unasked_answers
from trialrun.errors import NotFoundError
from trialrun.protocol.checks import refuse_unsound
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import OWN_NAMES, Naming, pseudonyms
from trialrun.records.rows import Attestation
from trialrun.report.screening_page import screening_page
from trialrun.screening.agreement import Shown
from trialrun.screening.judging import judge_patient
from trialrun.screening.plan import plan, questions
from trialrun.screening.result import JudgedPatient, Screening
from trialrun.screening.screen import READY, screen
from trialrun.sources.rejections import UNNAMED_PATIENT, may_hold
from trialrun.sources.staging import Progress
from trialrun.workflows.caveats import caveats
from trialrun.workflows.files import results_in

Step = Callable[[str], None]

STEPS = 6
"""How many steps a screening says."""


def in_steps(progress: Progress) -> Step:
    """Return what moves a progress bar on by each step of a screening."""
    begun = count()
    return lambda doing: progress(doing, next(begun) / STEPS)


@dataclass(frozen=True)
class ScreenedHospital:
    """The result of a screening, and its caveats."""

    screening: Screening
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class ExplainedPatient:
    """One patient, opened, in the light of a protocol, and its caveats."""

    judged: JudgedPatient
    protocol: TrialProtocol
    caveats: tuple[str, ...]


def screen_hospital(
    protocol: str,
    data: Path,
    on: date,
    out: Path,
    *,
    language: Language,
    key_file: Path | None,
    step: Step,
) -> ScreenedHospital:
    """Judge every patient; write verdicts, judgements and the report into `out`."""
    trial = _sound(protocol, on)
    naming = _naming(key_file)
    with results_in(out) as folder, open_store(data, writes_to=folder) as connection:
        screened = screen(connection, trial, on, naming, Shown(), step)
        step("writing verdicts and judgements")
        export(
            screened.tally,
            [asked.criterion.id for asked in screened.screening.plan],
            READY,
            screened.dates,
            folder,
            naming,
        )
        unasked = unasked_answers(connection, questions(trial))
        found = _caveats(connection, screened.screening, language, unasked)
        step("writing the report")
        page = screening_page(screened.screening, language, found)
        (folder / "report.html").write_text(page, encoding="utf-8")
    return ScreenedHospital(screened.screening, found)


def explain_patient(
    protocol: str,
    patient: str,
    data: Path,
    on: date,
    *,
    language: Language,
    key_file: Path | None,
) -> ExplainedPatient:
    """Judge one patient by the reference interpreter, with all evidence.

    `patient` is the id, or with the key also the pseudonym.
    """
    trial = _sound(protocol, on)
    naming = _naming(key_file)
    with open_store(data) as connection:
        number = _number(connection, patient, naming)
        record = read_patients(connection, [number])[number]
        newest, lost = newest_record(connection, on), _lost(connection)
    judged = judge_patient(record, plan(trial), trial, on, naming)
    covered = [(coverage.kind, coverage.until) for coverage in record.coverage]
    known = questions(trial)
    unasked = sum(answer.question not in known for answer in record.of_type(Attestation))
    found = caveats(on, newest, covered, lost, language, unasked=unasked)
    return ExplainedPatient(judged, trial, found)


def _caveats(
    connection: duckdb.DuckDBPyConnection, screening: Screening, language: Language, unasked: int
) -> tuple[str, ...]:
    covered = [(declared.kind, declared.until) for declared in screening.coverage]
    newest, lost = newest_record(connection, screening.on), _lost(connection)
    is_empty = not screening.patients + screening.deceased
    return caveats(
        screening.on, newest, covered, lost, language, is_empty=is_empty, unasked=unasked
    )


def _lost(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return lost_rows(connection, apart_from=UNNAMED_PATIENT, may_hold=may_hold)


def _sound(protocol: str, on: date) -> TrialProtocol:
    trial = read_protocol(protocol)
    refuse_unsound(trial, on)
    return trial


def _naming(key_file: Path | None) -> Naming:
    return OWN_NAMES if key_file is None else pseudonyms(key_file)


def _number(connection: duckdb.DuckDBPyConnection, patient: str, naming: Naming) -> int:
    # A name that is no text at all (bytes that the shell could not read) is nobody's.
    written = patient.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    number = find_patient(connection, written, naming)
    if number is None:
        raise NotFoundError(
            f"there is no patient {patient!r} in the database; write the id as the hospital does,"
            " capitals included, and without `Patient/`; or give the pseudonym with its key"
        )
    return number
