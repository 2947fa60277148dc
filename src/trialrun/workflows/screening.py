"""Screen a database against a protocol, and explain one patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from trialrun.criteria.wording import Language
from trialrun.engine.export import export
from trialrun.engine.patients import find_patient, read_patients
from trialrun.engine.store import open_store
from trialrun.errors import NotFoundError
from trialrun.protocol.checks import refuse_unsound
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.records.pseudonyms import Naming, own_name, pseudonyms
from trialrun.report.screening_page import screening_page
from trialrun.screening.plan import plan
from trialrun.screening.result import Candidate, Screening
from trialrun.screening.screen import READY, Shown, open_candidate, screen
from trialrun.workflows.files import owner_only, private_folder, write_private

Step = Callable[[str], None]


def screen_hospital(
    protocol: str,
    data: Path,
    on: date,
    out: Path,
    *,
    language: Language,
    key_file: Path | None,
    step: Step,
) -> Screening:
    """Judge every patient; write verdicts, judgements and the report into `out`."""
    trial = _sound(protocol, on)
    naming = _naming(key_file)
    folder = private_folder(out)
    with open_store(data, writes_to=folder) as connection:
        screened = screen(connection, trial, on, naming, Shown(), step)
        step("writing verdicts and judgements")
        with owner_only():
            export(
                screened.tally,
                [asked.criterion.id for asked in screened.screening.plan],
                READY,
                screened.dates,
                folder,
                naming,
            )
        step("writing the report")
        write_private(folder / "report.html", screening_page(screened.screening, language))
    return screened.screening


def explain_patient(
    protocol: str, patient: str, data: Path, on: date, *, key_file: Path | None
) -> Candidate:
    """Judge one patient by the reference interpreter, with all evidence.

    `patient` is the id, or with the key also the pseudonym.
    """
    trial = _sound(protocol, on)
    naming = _naming(key_file)
    with open_store(data) as connection:
        number = _number(connection, patient, naming)
        record = read_patients(connection, [number])[number]
    return open_candidate(record, plan(trial), trial, on, naming)


def _sound(protocol: str, on: date) -> TrialProtocol:
    trial = read_protocol(protocol)
    refuse_unsound(trial, on)
    return trial


def _naming(key_file: Path | None) -> Naming:
    return own_name if key_file is None else pseudonyms(key_file)


def _number(connection: duckdb.DuckDBPyConnection, patient: str, naming: Naming) -> int:
    number = find_patient(connection, patient, naming)
    if number is None:
        raise NotFoundError(f"there is no patient {patient!r} in the database")
    return number
