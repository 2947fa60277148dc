"""What answering leaves on the connection, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest
from tests.engine.database import write_records
from tests.engine.worlds import END_OF_FOLLOW_UP, INDEXES, VALUE_SETS, measured, recorded

from trialrun.criteria.expressions import And, Not, Or, Recorded, SexIs
from trialrun.criteria.parse import parse
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine import duckdb as engine
from trialrun.engine.duckdb import Question, answer
from trialrun.errors import ProtocolError
from trialrun.records.schema import Kind

SETTING = Setting(INDEXES[0], VALUE_SETS, END_OF_FOLLOW_UP)
LOGIC = (
    "age from 18 to 70 years",
    "condition in [closed] within 2 months",
    "immunisation in [partial] within 2 months and not condition in [open]",
    "at least 2 records of immunisation in [closed] within 2 months",
    "latest any of [count], [other] within 2 months < 80 10*9/L",
)


def _questions(*logic: str) -> list[Question]:
    return [Question(f"C{n}", parse(text), Truth.TRUE) for n, text in enumerate(logic)]


QUESTIONS = _questions(*LOGIC)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        others = (replace(p, patient_id=f"M{p.patient_id}") for p in measured().patients[:400])
        patients = (*recorded().patients[:400], *others)
        write_records(opened, patients, recorded().shared)
        yield opened


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()


def test_answers_do_not_depend_on_how_patients_are_batched(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = answer(connection, QUESTIONS, SETTING)
    monkeypatch.setattr(engine, "patients_at_a_time", lambda leaves: 7)
    in_batches = answer(connection, QUESTIONS, SETTING)
    assert _rows(connection, at_once.truth_table) == _rows(connection, in_batches.truth_table)
    assert _rows(connection, at_once.leaf_table) == _rows(connection, in_batches.leaf_table)


@pytest.mark.parametrize("leaves", [0, 1, 52, 140, 10_000])
def test_more_leaves_are_asked_of_fewer_patients_at_a_time(leaves: int) -> None:
    patients = engine.patients_at_a_time(leaves)
    assert patients > 0
    assert patients * leaves < 11_000_000


def test_without_evidence_the_truths_are_the_same(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    explained = answer(connection, QUESTIONS, SETTING)
    briefly = answer(connection, QUESTIONS, SETTING, evidence=False)
    numbers = range(1, 801)
    assert explained.truths(numbers) == briefly.truths(numbers)
    evidence = f"SELECT count(rows) + count(gap) + count(until) FROM {briefly.leaf_table}"
    assert connection.execute(evidence).fetchone() == (0,)


def test_answers_stand_beside_each_other_until_they_are_dropped(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    first = answer(connection, QUESTIONS[:1], SETTING)
    before = _rows(connection, first.truth_table)
    second = answer(connection, QUESTIONS[1:2], SETTING)
    second.drop()
    third = answer(connection, QUESTIONS[2:], SETTING)
    assert first.truth_table != third.truth_table
    assert _rows(connection, first.truth_table) == before
    with pytest.raises(duckdb.CatalogException):
        connection.execute(f"SELECT * FROM {first.truth_table.replace('truth', 'nothing')}")


def test_every_patient_has_a_truth_for_every_question(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    answers = answer(connection, QUESTIONS, SETTING)
    assert len(answers.truths(range(1, 801))) == 800
    column = answers.truth_column("C1")
    counted = connection.execute(f"SELECT count(*) FROM {answers.truth_table} WHERE NOT {column}")
    assert counted.fetchone() != (0,)


def test_a_leaf_asked_twice_is_answered_once(connection: duckdb.DuckDBPyConnection) -> None:
    one, other = Recorded(Kind.CONDITION, "closed"), SexIs("female")
    questions = [
        Question("a", And((one, other)), Truth.TRUE),
        Question("b", Or((other, one)), Truth.TRUE),
        Question("c", Not(one), Truth.TRUE),
    ]
    answers = answer(connection, questions, SETTING)
    assert [(a.leaf, a.adverse) for a in answers.asked] == [
        (one, Truth.TRUE),
        (other, Truth.TRUE),
        (one, Truth.FALSE),
    ]
    assert answers.leaves("b") == ((other, Truth.TRUE), (one, Truth.TRUE))


def test_the_database_is_left_as_it_was(connection: duckdb.DuckDBPyConnection) -> None:
    tables = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE NOT temporary ORDER BY 1"
    before = connection.execute(tables).fetchall()
    answer(connection, QUESTIONS, SETTING)
    assert connection.execute(tables).fetchall() == before


@pytest.mark.parametrize(
    ("logic", "said"),
    [
        ("condition in [unheard-of]", "the value set [unheard-of] is not defined"),
        ("creatinine clearance < 30 kg", "creatinine clearance is not measured in 'kg'"),
        ("prednisone-equivalent dose > 1 mg", "a prednisone-equivalent dose is not in 'mg'"),
    ],
)
def test_what_the_type_check_should_have_refused_is_refused(
    connection: duckdb.DuckDBPyConnection, logic: str, said: str
) -> None:
    with pytest.raises(ProtocolError) as error:
        answer(connection, _questions(logic), SETTING)
    assert error.value.message == said


def test_a_window_needs_an_end_of_follow_up(connection: duckdb.DuckDBPyConnection) -> None:
    questions = _questions("condition in [closed] from enrolment to end of follow-up")
    with pytest.raises(ProtocolError, match="end of follow-up"):
        answer(connection, questions, Setting(INDEXES[0], VALUE_SETS))


def test_no_question_at_all_is_answered(connection: duckdb.DuckDBPyConnection) -> None:
    answers = answer(connection, [], SETTING)
    assert len(answers.truths([1, 2])) == 2
