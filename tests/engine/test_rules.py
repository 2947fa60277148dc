"""The faults that rules make: a table of what each makes of a line, and that all can be read."""

from __future__ import annotations

import ast

import pytest
from tests.engine.rules_for_python import python_edits
from tests.engine.rules_for_sql import Edit, sql_edits
from tests.engine.systematic import sample, systematic


def _applied(text: str, edits: list[Edit]) -> list[str]:
    assert all(text.startswith(before, at) for at, before, _ in edits)
    changed = (text[:at] + after + text[at + len(before) :] for at, before, after in edits)
    return [" ".join(line.split()) for line in changed]


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("a < b -- c > d", ["a <= b -- c > d"]),
        ("a = 'x AND y'", ["a <> 'x AND y'"]),
        ("a AND b", ["a OR b", "a"]),
        ("a BETWEEN b AND c AND d", ["a BETWEEN b AND c OR d", "a BETWEEN b AND c"]),
        (
            "(a OR b) AND f(c)",
            ["(a AND b) AND f(c)", "(a ) AND f(c)", "(a OR b) OR f(c)", "(a OR b)"],
        ),
        ("x IS NOT NULL", ["x IS NULL"]),
        ("NOT x", ["x"]),
        ("CASE WHEN x THEN y END", ["CASE WHEN NULL THEN y END"]),
        ("min(x) FILTER (WHERE f(y)), z", ["max(x) FILTER (WHERE f(y)), z", "min(x) , z"]),
        ("r.start_lo", ["r.start_hi"]),
        ("asked.first", ["asked.last"]),
        ("least(x)", ["greatest(x)"]),
        ("least_scale", ["most_scale"]),
        ("THEN gap_no_value()", ["THEN gap_out_of_window()"]),
        ("x AS low", []),
        ("FULL JOIN t", ["JOIN t"]),
        ("x - 1", ["x + 1", "x - 2"]),
        ("CREATE OR REPLACE MACRO", []),
        ("$first_patient", []),
    ],
)
def test_what_becomes_of_a_statement(line: str, changed: list[str]) -> None:
    assert sorted(_applied(line, list(sql_edits(line)))) == sorted(changed)


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("x = a < b", ["x = (a <= b)"]),
        ("x = a is not b", ["x = (a is b)"]),
        ("x = a and b", ["x = (a or b)", "x = (a)", "x = (b)"]),
        ("x = not a", ["x = (a)"]),
        ("x = -a", ["x = (a)"]),
        ("x = a if b else c", ["x = (c if b else a)"]),
        ("x = f(True)", ["x = f((False))"]),
        ("x = 7", ["x = (8)"]),
        ("x = max(a)", ["x = (min)(a)"]),
        ("x = d.first", ["x = (d.last)"]),
        ("x = Truth.UNKNOWN", ["x = (Truth.FALSE)"]),
        ("x = f'{a < b}'", []),
        ("assert a < b", []),
        ('"""1 < 2"""', []),
        ("x = '片' if a else 3", ["x = (3 if a else '片')", "x = '片' if a else (4)"]),
    ],
)
def test_what_becomes_of_a_module(line: str, changed: list[str]) -> None:
    assert sorted(_applied(line, list(python_edits(line)))) == sorted(changed)


def test_every_fault_can_be_planted_and_changes_the_file() -> None:
    for fault in systematic():
        assert fault.stands
        assert fault.broken != fault.text
        if fault.file.endswith(".py"):
            ast.parse(fault.broken)


def test_a_draw_is_the_same_for_the_same_seed() -> None:
    assert sample(20, 3) == sample(20, 3)
    assert sample(20, 3) != sample(20, 4)
