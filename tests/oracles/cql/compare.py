"""The record-stage criteria of the shipped protocol, answered twice: by us, and by a CQL engine.

    python -m tests.oracles.cql.compare --patients 500 --seed 7

Generates a clinic, answers every criterion of every patient with the program and with the CQL
library beside this file, and compares TRUE, FALSE and UNKNOWN one by one. Ends with an error if
they disagree anywhere, and with a message if there is no Node to ask.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rich.console import Console
from rich.table import Table
from tests.oracles.cql.question import CRITERIA, write_question

from trialrun.criteria.truth import Truth
from trialrun.engine.answers import Question
from trialrun.engine.duckdb import answer
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import Stage
from trialrun.sources.intake import coverage_beside, load
from trialrun.synthetic.clinic import generate

PROTOCOL = "ld-il2-immune-als"
HERE = Path(__file__).parent
LIBRARY_OF_PROTOCOLS = Path(__file__).parents[3] / "src/trialrun/protocol/library"
OLDEST_NODE = 20

_TRUTHS: dict[bool | None, Truth] = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}

Answers = Mapping[str, Mapping[str, Truth]]
"""Patient -> criterion -> truth."""


@dataclass
class Comparison:
    """One criterion: what both said alike, where they differ, and who was left out and why."""

    alike: Counter[Truth] = field(default_factory=Counter)
    differ: list[tuple[str, Truth, Truth]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def main(arguments: Sequence[str]) -> int:
    """Run the whole comparison and return the exit code."""
    asked = _arguments(arguments)
    console = Console(highlight=False, width=120)
    missing = why_not(shutil.which("node"), shutil.which("npm"))
    if missing:
        console.print(f"The CQL oracle is skipped: {missing}.")
        return 0
    if subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=False).returncode != 0:
        console.print("npm ci could not install the engine: nothing was compared.")
        return 1
    with TemporaryDirectory() as scratch:
        clinic = Path(scratch) / "clinic"
        generate(clinic, patients=asked.patients, seed=asked.seed, on=asked.on)
        ours = _ours(clinic, asked.on)
        theirs, unread = _theirs(clinic, asked.on)
    compared = compare(ours, theirs, unread)
    console.print(_table(compared, asked))
    for line in _differences(compared):
        console.print(line)
    return 1 if any(found.differ for found in compared.values()) else 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.oracles.cql.compare")
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--on", type=date.fromisoformat, default=date(2022, 1, 15))
    return parser.parse_args(arguments)


def why_not(node: str | None, npm: str | None) -> str | None:
    """Say why the engine cannot be asked on this machine, if it cannot."""
    if node is None or npm is None:
        return "node or npm is not installed"
    written = subprocess.run([node, "--version"], check=True, capture_output=True, text=True)
    if int(written.stdout.lstrip("v").split(".")[0]) < OLDEST_NODE:
        return f"Node {OLDEST_NODE} or later is needed, and this is {written.stdout.strip()}"
    return None


def _ours(clinic: Path, on: date) -> Answers:
    """Answer with the program: load, compile, ask; the logic alone, without confirmations."""
    database = clinic.with_suffix(".duckdb")
    load(
        clinic,
        database,
        time_zone="Asia/Shanghai",
        coverage=coverage_beside(clinic),
        loaded_on=on,
    )
    protocol = read_protocol(PROTOCOL)
    questions = [
        Question(c.id, c.expression, c.category.adverse)
        for c in protocol.screening_criteria
        if c.stage is Stage.RECORD
    ]
    with duckdb.connect(str(database), read_only=True) as connection:
        answers = answer(connection, questions, protocol.setting(on), evidence=False)
        ids = dict(connection.execute("SELECT patient_no, patient_id FROM patient").fetchall())
        return {ids[number]: truths for number, truths in answers.truths(ids).items()}


def _theirs(clinic: Path, on: date) -> tuple[Answers, dict[str, list[str]]]:
    """Answer with the CQL engine; also return the elements that the library does not read."""
    question = clinic.with_suffix(".json")
    folders = (LIBRARY_OF_PROTOCOLS / "value_sets", LIBRARY_OF_PROTOCOLS / PROTOCOL / "value_sets")
    write_question(question, clinic, folders, on)
    ran = subprocess.run(
        ["node", str(HERE / "run.mjs"), str(clinic), str(question)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    answers = {
        line["id"]: {criterion: _TRUTHS[truth] for criterion, truth in line["answers"].items()}
        for line in lines
    }
    return answers, {line["id"]: line["unread"] for line in lines}


def compare(
    ours: Answers, theirs: Answers, unread: Mapping[str, Sequence[str]]
) -> dict[str, Comparison]:
    """Compare patient by patient; whoever only one side knows differs, and is never dropped."""
    asked = {criterion for truths in ours.values() for criterion in truths}
    if asked != set(CRITERIA):
        odd = ", ".join(sorted(asked ^ set(CRITERIA)))
        raise ValueError(f"the protocol and the CQL library do not ask the same criteria: {odd}")
    if ours.keys() != theirs.keys():
        odd = ", ".join(sorted(ours.keys() ^ theirs.keys()))
        raise ValueError(f"only one side knows these patients: {odd}")
    compared = {criterion: Comparison() for criterion in CRITERIA}
    for patient in sorted(ours, key=lambda name: (len(name), name)):
        for criterion, found in compared.items():
            _compare_one(
                found, patient, ours[patient][criterion], theirs[patient][criterion], unread
            )
    return compared


def _compare_one(
    found: Comparison, patient: str, our: Truth, their: Truth, unread: Mapping[str, Sequence[str]]
) -> None:
    reasons = unread.get(patient)
    if reasons:
        found.left_out[", ".join(reasons)] += 1
    elif our is their:
        found.alike[our] += 1
    else:
        found.differ.append((patient, our, their))


def _table(compared: Mapping[str, Comparison], asked: argparse.Namespace) -> Table:
    table = Table(title=f"{asked.patients} patients, seed {asked.seed}, on {asked.on}")
    table.add_column("criterion")
    for name in ("compared", "agree", "of these TRUE", "FALSE", "UNKNOWN", "disagree"):
        table.add_column(name, justify="right")
    table.add_column("not compared, and why")
    for criterion, found in compared.items():
        agree = found.alike.total()
        counts = (agree + len(found.differ), agree, *(found.alike[t] for t in _TRUTHS.values()))
        table.add_row(
            criterion, *map(str, counts), str(len(found.differ)), _why(found.left_out.items())
        )
    return table


def _why(left_out: Iterable[tuple[str, int]]) -> str:
    return "; ".join(f"{number}: {reason}" for reason, number in left_out) or "0"


def _differences(compared: Mapping[str, Comparison]) -> Iterator[str]:
    for criterion, found in compared.items():
        for patient, our, their in found.differ:
            yield f"{criterion}, patient {patient}: we say {our.name}, CQL says {their.name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
