"""DuckDB and the reference interpreter give every patient of a complete small world one answer.

Truth, rows, gap, coverage and end are compared, for every type of leaf. Only the questions are
drawn at random; a set-based engine pays per question, not per patient.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.database import write_records
from tests.engine.questions import QUESTIONS
from tests.engine.worlds import END_OF_FOLLOW_UP, INDEXES, VALUE_SETS, WORLDS, World

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import Leaf
from trialrun.criteria.interpreter import answer as interpret
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine.duckdb import Question, answer

EXAMPLES, AT_ONCE = 20, 8
"""Draws per type of leaf, and questions per draw."""


@cache
def _loaded(node: type) -> tuple[World, duckdb.DuckDBPyConnection]:
    world, connection = WORLDS[node](), duckdb.connect()
    write_records(connection, world.patients, world.shared)
    return world, connection


def _differences(
    node: type, asked: list[tuple[Leaf, Truth]], setting: Setting
) -> list[tuple[str, Leaf, Truth, LeafAnswer, LeafAnswer]]:
    world, connection = _loaded(node)
    questions = [Question(f"{n}", leaf, adverse) for n, (leaf, adverse) in enumerate(asked)]
    answers = answer(connection, questions, setting)
    numbers = range(1, len(world.patients) + 1)
    said, truths = answers.leaf_answers(numbers), answers.truths(numbers)
    answers.drop()
    found = []
    for number, patient in zip(numbers, world.patients, strict=True):
        for question, key in zip(questions, asked, strict=True):
            meant = interpret(key[0], patient, setting, key[1])
            given_ = said[number][key]
            if given_ != meant or truths[number][question.id] is not meant.truth:
                found.append((patient.patient_id, *key, given_, meant))
    return found


@pytest.mark.parametrize("node", WORLDS, ids=lambda node: node.__name__)
def test_every_patient_is_answered_as_the_interpreter_answers(node: type) -> None:
    asked = st.tuples(QUESTIONS[node], st.sampled_from((Truth.TRUE, Truth.FALSE)))

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
    @given(st.lists(asked, min_size=1, max_size=AT_ONCE, unique=True), st.sampled_from(INDEXES))
    def agrees(questions: list[tuple[Leaf, Truth]], index: date) -> None:
        setting = Setting(index, VALUE_SETS, END_OF_FOLLOW_UP)
        assert _differences(node, questions, setting)[:3] == []

    agrees()
