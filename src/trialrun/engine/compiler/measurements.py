"""Tests of measurements: latest, first, lowest, highest, any, every.

A leaf is one or several tests: one per value set, and two where the lowest or highest value is to
lie in a range. Tests are answered together; those of one leaf are then joined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import (
    Comparator,
    Measured,
    Range,
    Selector,
    Spread,
    Test,
    Threshold,
    TimesLimit,
)
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.parts import Lookup
from trialrun.engine.compiler.relation import (
    AskedLeaf,
    Default,
    Relation,
    statement,
    table,
    with_tables,
)
from trialrun.engine.compiler.shared import Shared
from trialrun.engine.compiler.value_tests import ValueTest, test_parameters

NOTHING = Default(Truth.UNKNOWN, Gap.NO_RECORD)
"""What a measurement answers where there is none: it is never presumed."""

_PARENT = (
    ("test", "INTEGER"),
    ("parent", "INTEGER"),
    ("siblings", "INTEGER"),
    ("conjunction", "BOOLEAN"),
)
_SAID = "SELECT test AS leaf, patient_no, truth, rows, gap, NULL::INTEGER[] AS coverage, until"


def measurements(asked: Sequence[AskedLeaf[Measured]], shared: Shared) -> list[Relation]:
    """Return the relation of leaves that are one test, and that of leaves that are several."""
    tests = [list(_tests(question)) for question in asked]
    alone = [found[0] for found in tests if len(found) == 1]
    several = [found for found in tests if len(found) > 1]
    return [
        *([_alone(alone, shared)] if alone else []),
        *([_joined(several, shared)] if several else []),
    ]


def _alone(tests: Sequence[ValueTest], shared: Shared) -> Relation:
    """Return the relation of leaves of one test: a test has its leaf's number."""
    return Relation(
        with_tables(_tested(tests, "test_alone"), f"{_SAID} FROM tested"),
        test_parameters("test_alone", [(test.asked.number, test) for test in tests], shared),
        tuple((test.asked.number, NOTHING) for test in tests),
    )


def _joined(leaves: Sequence[Sequence[ValueTest]], shared: Shared) -> Relation:
    """Return the relation of leaves of several tests: joined per value set, then per leaf."""
    tests = [test for found in leaves for test in found]
    per_statement = Counter(map(_statement, tests))
    statements = {key: number for number, key in enumerate(per_statement)}
    test_of = [(n, statements[key], per_statement[key], True) for n, key in _numbered(tests)]
    statement_of = [
        (number, asked.number, len(asked.leaf.value_sets), asked.leaf.spread is Spread.EACH)
        for (asked, _), number in statements.items()
    ]
    return Relation(
        with_tables(
            {
                **_tested(tests, "test_joined"),
                "stated": _join("tested", "test_of", test_of),
                "spread": _join("stated", "statement_of", statement_of),
            },
            f"{_SAID} FROM spread",
        ),
        (
            *test_parameters("test_joined", list(enumerate(tests)), shared),
            table("test_of", _PARENT, test_of),
            table("statement_of", _PARENT, statement_of),
        ),
        tuple((found[0].asked.number, NOTHING) for found in leaves),
    )


def _join(answers: str, parents: str, rows: Sequence[tuple[int, int, int, bool]]) -> str:
    """Return the statement that joins answers; where nobody has siblings, that renames them."""
    if all(siblings == 1 for _, _, siblings, _ in rows):
        return f"SELECT * REPLACE (parent AS test) FROM {answers} JOIN {parents} USING (test)"
    return statement("joined").format(answers=answers, parents=parents)


def _numbered(tests: Sequence[ValueTest]) -> Iterator[tuple[int, tuple[AskedLeaf[Measured], int]]]:
    return enumerate(map(_statement, tests))


def _tested(tests: Sequence[ValueTest], name: str) -> dict[str, str]:
    """Return the statements that answer the tests of a table, the last of them named `tested`."""
    tables, parts = {}, ["tested_none"]
    selectors = {test.lookup.selector for test in tests}
    if selectors & {Selector.LATEST, Selector.FIRST}:
        tables["chosen_row"] = statement("chosen_row")
        tables["tested_one_row"] = _row("chosen_row", name)
        parts.append("tested_one")
    if selectors & {Selector.ANY, Selector.EVERY}:
        tables["tested_several_row"] = _row("window_row", name)
        parts.append("tested_several")
    tested = (f"SELECT * FROM ({statement(part).format(tests=name)})" for part in parts)
    return {**tables, "tested": " UNION ALL ".join(tested)}


def _row(rows: str, tests: str) -> str:
    return statement("tested_row").format(rows=rows, tests=tests)


def _statement(test: ValueTest) -> tuple[AskedLeaf[Measured], int]:
    return test.asked, test.place


def _tests(asked: AskedLeaf[Measured]) -> Iterator[ValueTest]:
    leaf = asked.leaf
    for place, value_set in enumerate(leaf.value_sets):
        for selector, test in _meant(leaf.selector, leaf.test):
            yield ValueTest(asked, place, Lookup(value_set, selector, leaf.window), test)


def _meant(selector: Selector, test: Test) -> Iterator[tuple[Selector, Test]]:
    """Yield the selectors and tests that a test stands for, joined by `and`."""
    extreme = selector in (Selector.LOWEST, Selector.HIGHEST)
    if extreme and isinstance(test, Range):
        for comparator, number in ((Comparator.GE, test.low), (Comparator.LE, test.high)):
            one = Threshold(comparator, number, test.unit)
            yield _any_or_every(selector, comparator), one
    elif extreme and isinstance(test, Threshold | TimesLimit):
        yield _any_or_every(selector, test.comparator), test
    else:
        yield selector, test


def _any_or_every(selector: Selector, comparator: Comparator) -> Selector:
    """The lowest value is below a number if any is, and above it if every value is."""
    below = comparator in (Comparator.LT, Comparator.LE)
    return Selector.ANY if below is (selector is Selector.LOWEST) else Selector.EVERY
