"""Tests of measurements: latest, first, lowest, highest, any, every.

A leaf is one or several tests: one per value set, and two where the lowest or highest value is to
lie in a range. Tests are answered together and then joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import (
    Comparator,
    Is,
    Measured,
    Range,
    Selector,
    Spread,
    Test,
    Threshold,
    TimesLimit,
)
from trialrun.criteria.truth import Truth
from trialrun.engine.catalog import convert_exactly
from trialrun.engine.compiler.bounds import BOUND_COLUMNS, bounds, compared, target
from trialrun.engine.compiler.parts import PLAUSIBLE_COLUMNS, Lookup, plausible
from trialrun.engine.compiler.relation import (
    Asked,
    Context,
    Default,
    Relation,
    Value,
    statement,
    table,
    with_tables,
)
from trialrun.engine.compiler.shared import Shared

NOTHING = Default(Truth.UNKNOWN, Gap.NO_RECORD)
"""What a measurement answers where there is none: it is never presumed."""

_TEST = (
    ("test", "INTEGER"),
    ("part", "INTEGER"),
    ("adverse", "BOOLEAN"),
    ("asks", "VARCHAR"),
    ("passing_lo_open", "BOOLEAN"),
    ("passing_hi_open", "BOOLEAN"),
    ("bounded_by", "VARCHAR"),
    ("times", "DOUBLE"),
)
_UNIT = (("test", "INTEGER"), ("unit_id", "INTEGER"), *PLAUSIBLE_COLUMNS, *BOUND_COLUMNS)
_PARENT = (
    ("test", "INTEGER"),
    ("parent", "INTEGER"),
    ("siblings", "INTEGER"),
    ("conjunction", "BOOLEAN"),
)


@dataclass(frozen=True)
class _Statement:
    """One value set of a leaf, as one of `siblings`: all of them, or any, must hold."""

    value_set: str
    leaf: Measured
    adverse: Truth
    parent: int
    siblings: int


@dataclass(frozen=True)
class _Test:
    """One test of one value set, as one of `siblings` that must all hold (one, or two)."""

    lookup: Lookup
    test: Test
    adverse: Truth
    parent: int
    siblings: int


def measurements(asked: Sequence[Asked], shared: Shared) -> Relation:
    """Return the relation of all tests of measurements."""
    statements = [s for question in asked for s in _statements(question)]
    tests = [test for number, s in enumerate(statements) for test in _tests(number, s)]
    numbered = list(enumerate(tests))
    return Relation(
        _sql(tests, statements),
        (
            table("test", _TEST, [(n, shared.part(t.lookup), *_row(t)) for n, t in numbered]),
            table(
                "test_unit",
                _UNIT,
                [(n, *row) for n, t in numbered for row in _in_units(t, shared.context)],
            ),
            table("test_of", _PARENT, [(n, t.parent, t.siblings, True) for n, t in numbered]),
            table("statement_of", _PARENT, [_spread(n, s) for n, s in enumerate(statements)]),
        ),
        tuple((question.number, NOTHING) for question in asked),
    )


def _sql(tests: Sequence[_Test], statements: Sequence[_Statement]) -> str:
    joined = statement("joined")
    answers, tables = "measured", {"part_row": statement("part_row")}
    tables[answers] = statement("measured")
    if any(test.siblings > 1 for test in tests):
        tables["stated"] = joined.format(answers=answers, parents="test_of")
        answers = "stated"
    if any(one.siblings > 1 for one in statements):
        tables["spread"] = joined.format(answers=answers, parents="statement_of")
    else:
        tables["spread"] = (
            f"SELECT * REPLACE (parent AS test) FROM {answers} JOIN statement_of USING (test)"
        )
    return with_tables(
        tables,
        "SELECT test AS leaf, patient_no, truth, rows, gap, NULL::INTEGER[] AS coverage, until"
        " FROM spread",
    )


def _statements(asked: Asked) -> Iterator[_Statement]:
    leaf = asked.leaf
    assert isinstance(leaf, Measured)
    for value_set in leaf.value_sets:
        yield _Statement(value_set, leaf, asked.adverse, asked.number, len(leaf.value_sets))


def _tests(number: int, asked: _Statement) -> Iterator[_Test]:
    tests = list(_meant(asked.leaf.selector, asked.leaf.test))
    for selector, test in tests:
        lookup = Lookup(asked.value_set, selector, asked.leaf.window)
        yield _Test(lookup, test, asked.adverse, number, len(tests))


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


def _row(asked: _Test) -> tuple[Value, ...]:
    adverse = asked.adverse is Truth.TRUE
    match asked.test:
        case Is(quality):
            return (adverse, quality.value, False, False, None, None)
        case TimesLimit(comparator, times, limit):
            passing = compared(comparator, times)
            bounded = (limit.value, float(times))
            return (adverse, "number", passing.lo_open, passing.hi_open, *bounded)
        case Threshold() | Range() as test:
            passing = target(test)
            return (adverse, "number", passing.lo_open, passing.hi_open, None, None)


def _in_units(asked: _Test, context: Context) -> Iterator[tuple[Value, ...]]:
    value_set = context.value_set(asked.lookup.value_set)
    for unit_id, unit in context.catalog.units.items():
        found = _bounds(asked.test, unit, value_set.molar_mass)
        if found is not None:
            yield (unit_id, *plausible(value_set, unit), *found)


def _bounds(
    test: Test, unit: str | None, molar_mass: Fraction | None
) -> tuple[float | None, ...] | None:
    """Return the bounds of a test in a unit, if it has any; None for those that rows give."""
    match test:
        case Is():
            return (None, None, None, None)
        case TimesLimit(comparator, times):
            passing = compared(comparator, times)
            low = (None, None) if passing.lo is not None else (-inf, -inf)
            high = (None, None) if passing.hi is not None else (inf, inf)
            return (*low, *high)
        case Threshold() | Range():
            linear = convert_exactly(test.unit, unit, molar_mass)
            return None if linear is None else bounds(target(test), linear)


def _spread(number: int, asked: _Statement) -> tuple[Value, ...]:
    return (number, asked.parent, asked.siblings, asked.leaf.spread is Spread.EACH)
