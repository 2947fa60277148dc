"""Evaluate a trial by the plan in its protocol: a report, and every table as a file.

The data are those of the trial's own database, or CDISC datasets. What is taken out of the trial's
own database is recorded in its trail before it is let out, as every export is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from trialrun.conduct.actions.exports import HandedOut, record_export
from trialrun.conduct.acts import PROGRAM
from trialrun.conduct.database import open_database
from trialrun.conduct.reading.flow import flow
from trialrun.conduct.reading.whole import whole_trial
from trialrun.criteria.wording import Language
from trialrun.errors import Problem, UsageError
from trialrun.evaluation.evaluate import evaluate
from trialrun.evaluation.from_conduct import from_conduct
from trialrun.evaluation.results import Evaluation, Words, phrase
from trialrun.evaluation.truth import KnownTruth
from trialrun.exchange.cdisc.read import read_cdisc
from trialrun.protocol.checks import refuse_unsound
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import AnalysisData, LeftOut
from trialrun.records.trial_data import TrialData
from trialrun.report.evaluation.files import table_files
from trialrun.report.evaluation.page import evaluation_page
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.workflows.export_folders import MANIFEST, put_into, refuse_foreign
from trialrun.workflows.exporting import demographics, refuse_other_trial
from trialrun.workflows.running import RunningTrial

REPORT = "report.html"
_ADDRESS = re.compile(r"sqlite:|postgresql:|[a-z]+://", re.IGNORECASE)
"""How the address of a database begins, ours or another."""
_FILES_OF_DATABASES = (".db", ".sqlite", ".sqlite3")


@dataclass(frozen=True)
class Evaluated:
    """A finished evaluation, and the files that it was written to, by their names."""

    evaluation: Evaluation
    data: AnalysisData
    files: tuple[str, ...]


@dataclass(frozen=True)
class EvaluationOrder:
    """What is to be evaluated: a protocol, the data of a trial, and the hospital's records.

    `data` is the address of the trial's own database, or a folder (or a file) of CDISC datasets.
    `records` is the database that `load` made, for age and sex; None: they stay unknown. `truth`
    is what was put into an invented trial.
    """

    protocol: str
    data: str
    records: Path | None = None
    language: Language = "en"
    truth: KnownTruth | None = None


def evaluate_to_folder(
    order: EvaluationOrder, out: Path, *, at: datetime, zone: ZoneInfo
) -> Evaluated:
    """Evaluate, and write the report and its tables into a folder.

    Raises:
        StoreError: the folder holds something else, or cannot be written.
        NotFoundError, ProtocolError, SourceError, UsageError: what was named cannot be used.
    """
    refuse_foreign(out)
    protocol = read_protocol(order.protocol)
    refuse_unsound(protocol, at.astimezone(zone).date())
    if _ADDRESS.match(order.data):
        return _of_own_database(order, protocol, out, at, zone)
    return _of_datasets(order, protocol, out)


def _of_datasets(order: EvaluationOrder, protocol: TrialProtocol, out: Path) -> Evaluated:
    """Evaluate CDISC datasets, which have no trail that could say so."""
    _refuse_misfits(order)
    data = read_cdisc(Path(order.data), protocol)
    evaluation = evaluate(protocol, data, order.truth)
    files = evaluation_files(
        evaluation, protocol, order.language, source=data.source, left_out=data.left_out
    )
    with put_into(out, files) as let_out:
        let_out()
    return Evaluated(evaluation, data, tuple(files))


def _refuse_misfits(order: EvaluationOrder) -> None:
    """Refuse records beside datasets, and a database that is named as a file."""
    if order.records is not None:
        found = "CDISC datasets say age and sex themselves"
        problem = Problem("--records", found, "leave it out, or name the trial's own database")
        raise UsageError("the hospital's records are not used with datasets", [problem])
    if Path(order.data).suffix in _FILES_OF_DATABASES:
        remedy = f"write --data sqlite:///{order.data}"
        found = "it is named like a database, and is no address of one"
        raise UsageError("the data cannot be used", [Problem(order.data, found, remedy)])


def _of_own_database(
    order: EvaluationOrder, protocol: TrialProtocol, out: Path, at: datetime, zone: ZoneInfo
) -> Evaluated:
    opened = open_database(order.data, must_exist=True)
    try:
        trial = RunningTrial(opened, protocol, order.records, zone)
        taken, screened = _taken(trial, at)
        data = from_conduct(taken, protocol, trial.day(at), screened)
        evaluation = evaluate(protocol, data, order.truth)
        files = evaluation_files(
            evaluation, protocol, order.language, source=_own(taken), left_out=data.left_out
        )
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        numbers = tuple(subject.number for subject in taken.subjects)
        with put_into(out, files) as let_out:
            handed_out = HandedOut(("evaluation",), numbers, hashes, taken.head)
            record_export(opened, PROGRAM, at, handed_out)
            let_out()
        return Evaluated(evaluation, data, tuple(files))
    finally:
        opened.close()


def _own(taken: TrialData) -> Words:
    return phrase("own_database", at=f"{taken.taken_at:%Y-%m-%d %H:%M} UTC")


def _taken(trial: RunningTrial, at: datetime) -> tuple[TrialData, int]:
    """Return the whole trial, and how many patients the last screening looked at."""
    people = demographics(trial)
    with trial.database.reading() as session:
        refuse_other_trial(session, trial)
        whole = whole_trial(session, trial.protocol, trial.zone, at, people)
        return whole, flow(session).assessed


def evaluation_files(
    evaluation: Evaluation,
    protocol: TrialProtocol,
    language: Language,
    *,
    source: Words,
    left_out: Sequence[LeftOut] = (),
) -> Mapping[str, bytes]:
    """Return every file of an evaluation by its name, with one that says what they are."""
    voice = EvaluationVoice(language)
    page = evaluation_page(evaluation, protocol, voice, source=source, left_out=left_out)
    files = {REPORT: page.encode()}
    for name, content in table_files(evaluation, voice).items():
        files[f"tables/{name}"] = content
    said = {
        "program": "trialrun",
        "protocol": protocol.name,
        "protocol_version": protocol.version,
        "data": EvaluationVoice("en").words(source),
        "files": {n: hashlib.sha256(content).hexdigest() for n, content in files.items()},
    }
    files[MANIFEST] = json.dumps(said, ensure_ascii=False, indent=1).encode()
    return files
