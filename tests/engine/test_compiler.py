"""The compiler knows every type of expression, and lets nothing of a protocol into its SQL."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from typing import get_args

import pytest
import sqlglot
from tests.engine.worlds import END_OF_FOLLOW_UP, VALUE_SETS

from trialrun.criteria.expressions import (
    Active,
    Anchor,
    AtAnyTime,
    Attested,
    Between,
    Connective,
    Leaf,
    Window,
    Within,
)
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine.catalog import Catalog
from trialrun.engine.compiler import MEANINGS, compile_leaves
from trialrun.engine.compiler.person import last_birth
from trialrun.engine.compiler.relation import AskedLeaf, Context
from trialrun.engine.compiler.windows import Days, days_of, exit_of
from trialrun.records.dates import EARLIEST, DateUnit, add

FILES = sorted(
    path.name
    for path in resources.files("trialrun.engine").joinpath("sql").iterdir()
    if path.name.endswith(".sql")
)


def test_every_type_of_expression_has_a_meaning() -> None:
    assert set(MEANINGS) == {*get_args(Leaf), *get_args(Connective)}


@pytest.mark.parametrize("name", FILES)
def test_every_statement_is_read_by_the_dialect_translator(name: str) -> None:
    text = resources.files("trialrun.engine").joinpath("sql", name).read_text("utf-8")
    filled = re.sub(r"\{(\w+)\}", r"\1", text)
    assert all(sqlglot.parse(filled, dialect="duckdb"))


def test_the_words_of_a_protocol_are_values_and_never_part_of_a_statement() -> None:
    words = "'; DROP TABLE patient; --"
    context = Context(Setting(date(2022, 1, 15), {}), Catalog({}, {}, ()))
    plan = compile_leaves([AskedLeaf(0, Attested(words), Truth.TRUE)], context)
    statements = [relation.sql for relation in plan.relations] + [s.sql for s in plan.steps]
    assert not any("DROP" in statement for statement in statements)
    assert any(words in row for parameters in plan.parameters for row in parameters.rows)


INDEX = date(2022, 4, 30)


@pytest.mark.parametrize(
    ("window", "days"),
    [
        (AtAnyTime(), Days(EARLIEST, INDEX)),
        (Active(), Days(INDEX, INDEX)),
        (Within(2, DateUnit.MONTHS), Days(date(2022, 2, 28), INDEX)),
        (Within(0, DateUnit.DAYS), Days(INDEX, INDEX)),
        (Within(1, DateUnit.WEEKS), Days(date(2022, 4, 23), INDEX)),
        (Within(9999, DateUnit.YEARS), Days(EARLIEST, INDEX)),
        (Within(1, DateUnit.MONTHS, after=True), Days(INDEX, date(2022, 5, 30))),
        (Between(Anchor.INDEX, Anchor.END), Days(INDEX, END_OF_FOLLOW_UP)),
        (Between(date(2022, 1, 1), Anchor.INDEX), Days(date(2022, 1, 1), INDEX)),
    ],
)
def test_days_of_a_window(window: Window, days: Days) -> None:
    assert days_of(window, Setting(INDEX, VALUE_SETS, END_OF_FOLLOW_UP)) == days


@pytest.mark.parametrize("unit", DateUnit)
@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_a_day_leaves_a_window_on_the_day_after_its_exit(count: int, unit: DateUnit) -> None:
    window = Within(count, unit)
    for month in range(1, 13):
        for day in (1, 27, 28, 29, 30, 31):
            if month == 2 and day > 28:
                continue
            if day == 31 and month in (4, 6, 9, 11):
                continue
            recorded = date(2021, month, day)
            last = _exit(recorded, window)
            assert _holds(recorded, last, window)
            assert not _holds(recorded, add(last, 1, DateUnit.DAYS), window)


def _exit(day: date, window: Within) -> date:
    leaving = exit_of(window, Setting(day, {}))
    if leaving.months is None:
        assert leaving.days is not None
        return add(day, leaving.days, DateUnit.DAYS)
    moved = add(day, leaving.months, DateUnit.MONTHS)
    ends_its_month = add(day, 1, DateUnit.DAYS).day == 1
    return _end_of_month(moved) if ends_its_month else moved


def _end_of_month(day: date) -> date:
    return add(add(day.replace(day=1), 1, DateUnit.MONTHS), -1, DateUnit.DAYS)


def _holds(day: date, index: date, window: Within) -> bool:
    days = days_of(window, Setting(index, {}))
    return days.first <= day <= days.last


@pytest.mark.parametrize(
    ("index", "years", "born"),
    [
        (date(2022, 2, 28), 18, date(2004, 2, 29)),
        (date(2022, 2, 27), 18, date(2004, 2, 27)),
        (date(2024, 2, 29), 18, date(2006, 2, 28)),
        (date(2022, 1, 15), 71, date(1951, 1, 15)),
    ],
)
def test_the_last_day_of_birth_of_an_age(index: date, years: int, born: date) -> None:
    assert last_birth(index, years) == born
