"""Every row of the manual, answered by DuckDB: as the manual says, and as the interpreter does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from tests.engine.database import write_records
from tests.spec.cases import cases
from tests.spec.tables import Case

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import Leaf
from trialrun.criteria.interpreter import answer as interpret_leaf
from trialrun.criteria.truth import Truth
from trialrun.engine.duckdb import Answers, Question, answer


def _numbered(number: int, case: Case) -> Case:
    """Give the case's coverage numbers that no other case has, as one database demands."""
    coverage = tuple(
        replace(c, coverage_id=100 * number + c.coverage_id) for c in case.patient.coverage
    )
    return replace(case, patient=replace(case.patient, coverage=coverage))


CASES = [_numbered(number, case) for number, case in enumerate(cases(), 1)]
Said = dict[tuple[Leaf, Truth], LeafAnswer]


@pytest.fixture(scope="module")
def answered() -> Iterator[dict[str, tuple[Truth, Said]]]:
    """All patients of the manual in one database, asked all questions of each index date."""
    with duckdb.connect() as connection:
        write_records(connection, [case.patient for case in CASES])
        yield dict(_answered(connection))


def _answered(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[tuple[str, tuple[Truth, Said]]]:
    by_day: dict[date, list[tuple[int, Case]]] = {}
    for number, case in enumerate(CASES, 1):
        by_day.setdefault(case.setting.index, []).append((number, case))
    for asked in by_day.values():
        questions = [Question(case.name, case.expression, case.adverse) for _, case in asked]
        answers = answer(connection, questions, asked[0][1].setting)
        truths = answers.truths(number for number, _ in asked)
        said = answers.leaf_answers(number for number, _ in asked)
        for number, case in asked:
            yield case.name, (truths[number][case.name], _own(answers, case, said[number]))


def _own(answers: Answers, case: Case, said: Said) -> Said:
    return {key: said[key] for key in answers.leaves(case.name)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_duckdb_answers_as_the_manual_says(
    case: Case, answered: dict[str, tuple[Truth, Said]]
) -> None:
    truth, said = answered[case.name]
    assert truth is case.truth, case.statement
    assert said == {
        (leaf, adverse): interpret_leaf(leaf, case.patient, case.setting, adverse)
        for leaf, adverse in said
    }, case.statement
