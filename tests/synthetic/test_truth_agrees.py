"""The main proof: what the program finds in the rows is what the generator meant by them.

The generator decided each answer before it wrote a row; here the rows go the whole way (FHIR,
canonical tables, compiled statements) and every patient × criterion must come back the same.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.engine.answers import Answers, Question
from trialrun.engine.duckdb import answer
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import TrialProtocol
from trialrun.screening.plan import confirmation
from trialrun.sources.intake import coverage_beside, load
from trialrun.synthetic.clinic import generate
from trialrun.synthetic.criteria import CRITERIA

Truths = dict[tuple[str, str], tuple[str, str]]

PATIENTS = 2000
# A day in the middle of a month, the end of a short month, the start of a year, a leap day.
INDEX_DATES = [date(2022, 1, 15), date(2021, 4, 30), date(2023, 1, 1), date(2024, 2, 29)]


@pytest.fixture(scope="module")
def protocol() -> TrialProtocol:
    return read_protocol("ld-il2-immune-als")


@dataclass(frozen=True)
class Compared:
    """One clinic: what was planned, what was found, and the reasons of what stayed open."""

    planned: Truths
    found: dict[tuple[str, str], str]
    gaps: set[Gap]


@pytest.fixture(scope="module", params=INDEX_DATES, ids=str)
def compared(
    request: pytest.FixtureRequest,
    protocol: TrialProtocol,
    tmp_path_factory: pytest.TempPathFactory,
) -> Compared:
    on: date = request.param
    folder = tmp_path_factory.mktemp("made")
    made = generate(folder / "clinic", patients=PATIENTS, seed=on.toordinal(), on=on)
    load(
        made.folder,
        folder / "clinic.duckdb",
        time_zone="Asia/Shanghai",
        coverage=coverage_beside(made.folder),
        loaded_on=on,
    )
    with duckdb.connect(str(folder / "clinic.duckdb"), read_only=True) as connection:
        answers = answer(connection, _questions(protocol), protocol.setting(on))
        return Compared(_planned(made.truth), dict(_found(answers)), _gaps(answers))


def test_every_judgement_is_what_was_planned(compared: Compared) -> None:
    planned, found = compared.planned, compared.found
    assert planned.keys() == found.keys()
    wrong = Counter(
        f"{key[1]}: planned {truth}, found {found[key]}: {because}"
        for key, (truth, because) in planned.items()
        if truth != found[key]
    )
    assert not wrong, "\n".join(f"{number} × {what}" for what, number in wrong.most_common(40))


def test_every_answer_is_compared_several_times(compared: Compared) -> None:
    """A criterion whose answer never varies would test nothing. (I3 rests on an open list.)"""
    seen = Counter((criterion, truth) for (_, criterion), (truth, _) in compared.planned.items())
    words = ("true", "false", "unknown")
    rare = {(c, word): seen[c, word] for c in CRITERIA for word in words if seen[c, word] < 10}
    assert rare == {("I3", "false"): 0}


def test_every_reason_of_an_open_answer_occurs(compared: Compared) -> None:
    assert set(Gap) - compared.gaps == set()


def _planned(path: Path) -> Truths:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["patient_id"], row["criterion"]): (row["truth"], row["because"])
            for row in csv.DictReader(file)
        }


def _questions(protocol: TrialProtocol) -> list[Question]:
    """Ask the criteria by their logic alone, and the confirmations apart from it."""
    asked = [Question(c.id, c.expression, c.category.adverse) for c in protocol.screening_criteria]
    confirmed = [
        Question(f"{c.id} confirmed", confirmation(c), Truth.FALSE)
        for c in protocol.screening_criteria
        if c.confirm
    ]
    return asked + confirmed


def _found(answers: Answers) -> Iterator[tuple[tuple[str, str], str]]:
    patients = answers.connection.execute("SELECT patient_no, patient_id FROM patient").fetchall()
    truths = answers.truths([number for number, _ in patients])
    for number, patient_id in patients:
        for criterion, truth in truths[number].items():
            yield (patient_id, criterion), truth.value


def _gaps(answers: Answers) -> set[Gap]:
    found = answers.connection.execute(
        f"SELECT DISTINCT gap FROM {answers.leaf_table} WHERE gap IS NOT NULL"
    ).fetchall()
    default = {default.gap for default in answers.defaults.values()}
    return {Gap(gap) for (gap,) in found} | {gap for gap in default if gap is not None}
