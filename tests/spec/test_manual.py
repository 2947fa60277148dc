"""The manual that is committed is the one that the tables make."""

from __future__ import annotations

import pytest
from tests.spec.cases import CHAPTERS, cases
from tests.spec.manual import PATH, manual
from tests.spec.record_text import read_record
from tests.spec.tables import Table

from trialrun.criteria import expressions as e
from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Expression, children
from trialrun.criteria.interpreter import MEANINGS


def test_the_manual_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == manual(), "run `make manual`"


def test_every_thing_that_can_be_said_is_in_the_manual() -> None:
    assert {type(node) for case in cases() for node in _nodes(case.expression)} == set(MEANINGS)


def test_every_reason_for_a_gap_is_in_the_manual() -> None:
    assert {case.stated.get("gap") for case in cases()} >= set(Gap)


@pytest.mark.parametrize("enum", [e.Comparator, e.Quality, e.Selector, e.Formula, e.Spread])
def test_every_word_is_in_the_manual(enum: type[e.Comparator]) -> None:
    said = " ".join(case.statement for case in cases())
    assert [word.value for word in enum if word.value not in said] == []


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "line",
    [
        "#1 condition ALS",
        "#1 condition scurvy from 2020-01-01",
        "#1 condition ALS from 2020-13-01",
        "#1 condition ALS from 2020-01-01, severe",
        "#1 measurement CRP on 2022-01-05: much",
        "C1 covers everything",
    ],
)
def test_a_record_that_cannot_be_read_is_never_skipped(line: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        read_record(line)


def test_a_table_with_a_strange_column_or_a_short_row_is_refused() -> None:
    with pytest.raises(ValueError, match="no such column: verdict"):
        Table("", "verdict\nTRUE").body()
    with pytest.raises(ValueError, match="shorter"):
        Table("", "record | answer\nTRUE").body()


def test_chapters_have_titles_of_their_own() -> None:
    assert len({chapter.title for chapter in CHAPTERS}) == len(CHAPTERS)


def _nodes(expression: Expression) -> list[Expression]:
    return [expression, *(node for part in children(expression) for node in _nodes(part))]
