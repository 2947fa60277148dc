"""Writes a whole synthetic clinic: a FHIR bulk export in a folder, and its truth beside it.

Streams: of the clinic only one batch of patients is ever in memory. The same arguments give the
same bytes, on one core or on several. Refuses a folder that already holds something, so that no
row of another clinic is left among the new ones, and leaves no half of one: it is written beside
its place, and put there when it is whole.
"""

from __future__ import annotations

import csv
import gzip as gz
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from os import cpu_count, getpid
from pathlib import Path
from shutil import rmtree
from typing import IO

from trialrun.errors import Problem, UsageError
from trialrun.synthetic.codes import MEDICINES
from trialrun.synthetic.criteria import CRITERIA, PROCEDURES_SINCE
from trialrun.synthetic.patients import Patient, make_patient

_BATCH = 100
_PATIENTS_PER_OBSERVATION_FILE = 10_000
_TRUTH_HEADER = ("patient_id", "criterion", "truth", "because")


@dataclass(frozen=True)
class Generated:
    """What was written: where, how many patients, and how many rows per resource type."""

    folder: Path
    truth: Path
    patients: int
    rows: dict[str, int]


@dataclass(frozen=True)
class _Batch:
    """The lines of some patients in a row, by file, and their lines of the truth file."""

    patients: int
    lines: dict[str, str]
    rows: dict[str, int]
    truth: str


def generate(
    out: Path,
    *,
    patients: int,
    seed: int,
    on: date,
    gzip: bool = False,
    progress: Callable[[int], None] | None = None,
    truth: Path | None = None,
    workers: int = 1,
) -> Generated:
    """Write a clinic into a new folder, and what is true of it into a file outside of it.

    `progress` is told how many patients are done. `truth` is `<folder>-truth.csv` beside the
    folder if not named.
    """
    # `.` has no name of its own that the truth could be named after.
    out = out if out.name.strip(".") else out.resolve()
    truth = truth or out.with_name(f"{out.name}-truth.csv")
    _check(out, patients, truth, workers)
    rows: Counter[str] = Counter({"Medication": len(MEDICINES)})
    done = 0
    with _whole_or_not_at_all(out, truth) as (folder, answered), ExitStack() as stack:
        _write_frame(folder, on, gzip=gzip)
        answers = stack.enter_context(answered.open("w", encoding="utf-8", newline=""))
        answers.write(_csv([_TRUTH_HEADER]))
        files = _Files(folder, stack, gzip=gzip)
        for batch in stack.enter_context(_batches(patients, seed, on, workers)):
            for name, text in batch.lines.items():
                files.of(name).write(text)
            answers.write(batch.truth)
            rows.update(batch.rows)
            done += batch.patients
            if progress is not None:
                progress(done)
    return Generated(out, truth, patients, dict(sorted(rows.items())))


def _check(out: Path, patients: int, truth: Path, workers: int) -> None:
    problems = []
    if patients < 1:
        problems.append(Problem("patients", f"{patients} asked for", "ask for at least one"))
    if workers < 1:
        problems.append(Problem("workers", f"{workers} asked for", "ask for at least one"))
    if (out.exists() and not out.is_dir()) or (out.is_dir() and any(out.iterdir())):
        problems.append(Problem(str(out), "is not an empty folder", "name a new one"))
    if out.resolve() in truth.resolve().parents:
        problems.append(
            Problem(str(truth), "lies in the export's own folder", "name a place outside of it")
        )
    if problems:
        raise UsageError("The clinic cannot be generated.", problems)


@contextmanager
def _whole_or_not_at_all(out: Path, truth: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder and a file beside the two that are asked for; at the end they take their place.

    Whatever stops the work, nothing of it is left.
    """
    folder, answers = _beside(out), _beside(truth)
    try:
        folder.mkdir(parents=True)
        truth.parent.mkdir(parents=True, exist_ok=True)
        yield folder, answers
        _put_in_place(folder, out)
        answers.replace(truth)
    except OSError as error:
        if error.filename == str(folder):
            error.filename = str(out)
        raise
    finally:
        rmtree(folder, ignore_errors=True)
        answers.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part-{getpid()}")


def _put_in_place(folder: Path, out: Path) -> None:
    """Rename the folder; an empty one that is there already stays what it was, and is filled."""
    if not out.exists():
        folder.rename(out)
        return
    for path in sorted(folder.iterdir()):
        path.replace(out / path.name)


@contextmanager
def _batches(patients: int, seed: int, on: date, workers: int) -> Iterator[Iterator[_Batch]]:
    """Give the batches in order, made here or by other processes."""
    make = partial(_make_batch, patients=patients, seed=seed, on=on)
    firsts = range(1, patients + 1, _BATCH)
    # Processes beyond the cores or the batches would only cost memory.
    workers = min(workers, len(firsts), cpu_count() or 1)
    if workers == 1:
        yield map(make, firsts)
        return
    with get_context("spawn").Pool(workers) as pool:
        yield pool.imap(make, firsts)


def _make_batch(first: int, *, patients: int, seed: int, on: date) -> _Batch:
    lines: dict[str, list[str]] = {}
    rows: Counter[str] = Counter()
    truths: list[tuple[str, str, str, str]] = []
    numbers = range(first, min(first + _BATCH, patients + 1))
    for number in numbers:
        patient = make_patient(number, seed, on)
        for resource, line in patient.rows:
            lines.setdefault(_file_of(resource, number), []).append(line)
            rows[resource] += 1
        truths.extend(_truths(patient))
    joined = {name: "".join(texts) for name, texts in lines.items()}
    return _Batch(len(numbers), joined, dict(rows), _csv(truths))


def _file_of(resource: str, number: int) -> str:
    """Name the file of a row: a bulk export cuts its largest files into parts."""
    if resource != "Observation":
        return f"{resource}.ndjson"
    return f"Observation.{(number - 1) // _PATIENTS_PER_OBSERVATION_FILE + 1}.ndjson"


def _truths(patient: Patient) -> Iterator[tuple[str, str, str, str]]:
    for criterion in CRITERIA:
        fact = patient.facts[criterion]
        yield patient.patient_id, criterion, fact.planned.word, fact.because


class _Files:
    """The open files of the export, each opened when its first row comes."""

    def __init__(self, out: Path, stack: ExitStack, *, gzip: bool) -> None:
        self._out, self._stack, self._gzip = out, stack, gzip
        self._open: dict[str, IO[str]] = {}

    def of(self, name: str) -> IO[str]:
        if name not in self._open:
            opened = open_text(self._out / name, gzip=self._gzip)
            self._open[name] = self._stack.enter_context(opened)
        return self._open[name]


def open_text(path: Path, *, gzip: bool) -> IO[str]:
    """Open a file for writing text; a compressed one carries no time, so that bytes repeat."""
    if not gzip:
        return path.open("w", encoding="utf-8", newline="")
    packed = gz.GzipFile(f"{path}.gz", "wb", compresslevel=6, mtime=0)
    return io.TextIOWrapper(packed, encoding="utf-8", newline="")


def _write_frame(out: Path, on: date, *, gzip: bool) -> None:
    """Write what is no patient's: the medicines, the export's log, and the coverage."""
    with open_text(out / "Medication.ndjson", gzip=gzip) as file:
        file.writelines(
            f'{{"resourceType":"Medication","id":"{name}","status":"active","code":{code}}}\n'
            for name, code in MEDICINES.items()
        )
    with open_text(out / "log.ndjson", gzip=gzip) as file:
        for number, message in enumerate(("export started", "export completed")):
            entry = {"timestamp": f"{on}T02:0{number}:00+08:00", "level": "info", "msg": message}
            file.write(f"{json.dumps(entry)}\n")
    (out / "coverage.yaml").write_text(_coverage(on), encoding="utf-8")


def _coverage(on: date) -> str:
    """Say what the hospital knows completely: results are never, and operations since a day."""
    recent = date(on.year - 7, 1, 1)
    since = {
        "condition": "whole life",
        "finding": "whole life",
        "procedure": PROCEDURES_SINCE.isoformat(),
        "allergy": "whole life",
        "immunisation": recent.isoformat(),
        "medication": recent.isoformat(),
        "study participation": recent.isoformat(),
        "consent": recent.isoformat(),
        "encounter": recent.isoformat(),
    }
    lines = "".join(f"  - {{kind: {kind}, since: {day}}}\n" for kind, day in since.items())
    return f"source: 合成神经肌肉门诊\ntime_zone: Asia/Shanghai\ncomplete:\n{lines}"


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
