"""DuckDB and the reference interpreter give every patient of a complete small world one answer.

Truth, rows, gap, coverage and end are compared, for every type of leaf. Only the questions are
drawn at random; a set-based engine pays per question, not per patient. What is drawn is the same in
every run, and nothing is shrunk: the first differences are shown as they are.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.engine.database import write_records
from tests.engine.questions import QUESTIONS
from tests.engine.worlds import END_OF_FOLLOW_UP, INDEXES, VALUE_SETS, WORLDS, World
from tests.strategies import expressions

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import (
    Age,
    Attested,
    AttestedThroughout,
    Change,
    Derived,
    DoseUnchanged,
    Expression,
    Leaf,
    Measured,
    PrednisoneEquivalent,
    Recorded,
    RecordedThroughout,
    SexIs,
)
from trialrun.criteria.interpreter import answer as interpret_leaf
from trialrun.criteria.interpreter import interpret
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine import duckdb as engine
from trialrun.engine.answers import Answers
from trialrun.engine.duckdb import Question, answer

DRAWS = {
    Age: 15,
    SexIs: 5,
    Recorded: 40,
    Measured: 32,
    Change: 18,
    Derived: 25,
    PrednisoneEquivalent: 15,
    DoseUnchanged: 20,
    Attested: 10,
    RecordedThroughout: 15,
    AttestedThroughout: 12,
}
"""How often questions are drawn for each type of leaf; a draw asks up to `AT_ONCE` of them."""
AT_ONCE, MANY = 8, 40
ADVERSE = st.sampled_from((Truth.TRUE, Truth.FALSE))

Asked = list[tuple[Leaf, Truth]]
Difference = tuple[str, Leaf, Truth, LeafAnswer, LeafAnswer]


def _settings(draws: int) -> settings:
    return settings(
        max_examples=draws,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
    )


def _setting(index: date) -> Setting:
    return Setting(index, VALUE_SETS, END_OF_FOLLOW_UP)


@pytest.fixture(autouse=True)
def in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every larger world be answered in several batches, which must not mix."""
    monkeypatch.setattr(engine, "patients_at_a_time", lambda leaves: 500)


@cache
def _loaded(node: type) -> tuple[World, duckdb.DuckDBPyConnection]:
    world, connection = WORLDS[node](), duckdb.connect()
    write_records(connection, world.patients, world.shared)
    return world, connection


def interpreted(node: type, asked: Asked, index: date) -> list[list[LeafAnswer]]:
    """Return what the interpreter answers to each patient of a world, question by question."""
    world, _ = _loaded(node)
    setting = _setting(index)
    return [
        [interpret_leaf(leaf, patient, setting, adverse) for leaf, adverse in asked]
        for patient in world.patients
    ]


def _differences(node: type, asked: Asked, index: date) -> list[Difference]:
    world, connection = _loaded(node)
    questions = [Question(f"{n}", leaf, adverse) for n, (leaf, adverse) in enumerate(asked)]
    answers = answer(connection, questions, _setting(index))
    numbers = range(1, len(world.patients) + 1)
    said, truths = answers.leaf_answers(numbers), answers.truths(numbers)
    assert _answered_twice(answers) == []
    answers.drop()
    found = []
    for number, meant in enumerate(interpreted(node, asked, index), 1):
        for question, key, one in zip(questions, asked, meant, strict=True):
            engines = said[number][key]
            if engines != one or truths[number][question.id] is not one.truth:
                found.append((f"P{number}", *key, engines, one))
    return found


def _answered_twice(answers: Answers) -> list[tuple[int, int]]:
    return answers.connection.execute(
        f"SELECT leaf, patient_no FROM {answers.leaf_table} GROUP BY ALL HAVING count(*) > 1"
    ).fetchall()


@pytest.mark.parametrize("node", WORLDS, ids=lambda node: node.__name__)
def test_every_patient_is_answered_as_the_interpreter_answers(node: type) -> None:
    asked = st.lists(st.tuples(QUESTIONS[node], ADVERSE), min_size=1, max_size=AT_ONCE, unique=True)

    @_settings(DRAWS[node])
    @given(asked, st.sampled_from(INDEXES))
    def agrees(questions: Asked, index: date) -> None:
        assert _differences(node, questions, index)[:3] == []

    agrees()


def test_many_look_ups_are_answered_at_once() -> None:
    asked = st.tuples(QUESTIONS[Measured], ADVERSE)

    @_settings(1)
    @given(st.lists(asked, min_size=MANY, max_size=MANY, unique=True))
    def agrees(questions: Asked) -> None:
        assert _differences(Measured, questions, INDEXES[0])[:3] == []

    agrees()


@pytest.mark.parametrize("node", [Recorded, Measured], ids=lambda node: node.__name__)
def test_connectives_are_kleenes(node: type) -> None:
    leaf = QUESTIONS[node] | QUESTIONS[Age] | QUESTIONS[SexIs]

    @_settings(10)
    @given(expressions(leaf, max_leaves=6), ADVERSE)
    def agrees(expression: Expression, adverse: Truth) -> None:
        world, connection = _loaded(node)
        answers = answer(
            connection, [Question("q", expression, adverse)], _setting(INDEXES[0]), evidence=False
        )
        truths = answers.truths(range(1, len(world.patients) + 1))
        answers.drop()
        for number, patient in enumerate(world.patients[::3]):
            meant = interpret(expression, patient, _setting(INDEXES[0]), adverse)
            assert truths[3 * number + 1]["q"] is meant, patient.patient_id

    agrees()
