"""Tests of measurements: latest, first, lowest, highest, any, every.

A leaf is one or several parts: one per value set, and two where the lowest or highest value is to
lie in a range. Parts are answered together and then joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from trialrun.engine.compiler.parts import (
    Lookup,
    part_parameters,
    part_steps,
    part_views,
    unit_parameters,
)
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

NOTHING = Default(Truth.UNKNOWN, Gap.NO_RECORD)
"""What a measurement answers where there is none: it is never presumed."""

_TEST = (
    ("adverse", "BOOLEAN"),
    ("test", "VARCHAR"),
    ("passing_lo_open", "BOOLEAN"),
    ("passing_hi_open", "BOOLEAN"),
    ("bounded_by", "VARCHAR"),
    ("times", "DOUBLE"),
)
_PARENT = (
    ("part", "INTEGER"),
    ("parent", "INTEGER"),
    ("siblings", "INTEGER"),
    ("conjunction", "BOOLEAN"),
)


@dataclass(frozen=True)
class _Part:
    """One test of one value set, as one of `siblings` that must all hold (one, or two)."""

    lookup: Lookup
    test: Test
    adverse: Truth
    parent: int
    siblings: int


@dataclass(frozen=True)
class _Statement:
    """One value set of a leaf, as one of `siblings`: all of them, or any, must hold."""

    value_set: str
    leaf: Measured
    adverse: Truth
    parent: int
    siblings: int


def measurements(asked: Sequence[Asked], context: Context) -> list[Relation]:
    """Return the relation of all tests of measurements."""
    statements = [s for question in asked for s in _statements(question)]
    parts = [part for number, s in enumerate(statements) for part in _parts(number, s, context)]
    lookups = [part.lookup for part in parts]
    return [
        Relation(
            _sql(parts, statements),
            (
                *part_parameters(lookups, _TEST, [_test(part) for part in parts], context),
                unit_parameters(
                    lookups, BOUND_COLUMNS, lambda n, unit: _bounds(parts[n], unit), context
                ),
                table("part_of", _PARENT, [_joined_by_and(n, p) for n, p in enumerate(parts)]),
                table("statement_of", _PARENT, [_spread(n, s) for n, s in enumerate(statements)]),
            ),
            tuple((question.number, NOTHING) for question in asked),
            views=part_views(),
            steps=part_steps(),
        )
    ]


def _sql(parts: Sequence[_Part], statements: Sequence[_Statement]) -> str:
    joined = statement("joined")
    tables = {"part_row": statement("part_row"), "measured": statement("measured")}
    answers = "measured"
    if any(part.siblings > 1 for part in parts):
        tables["stated"] = joined.format(answers=answers, parents="part_of")
        answers = "stated"
    if any(one.siblings > 1 for one in statements):
        tables["spread"] = joined.format(answers=answers, parents="statement_of")
    else:
        tables["spread"] = (
            f"SELECT * REPLACE (parent AS part) FROM {answers} JOIN statement_of USING (part)"
        )
    return with_tables(
        tables,
        "SELECT part AS leaf, patient_no, truth, rows, gap, NULL::INTEGER[] AS coverage, until"
        " FROM spread",
    )


def _statements(asked: Asked) -> Iterator[_Statement]:
    leaf = asked.leaf
    assert isinstance(leaf, Measured)
    for value_set in leaf.value_sets:
        yield _Statement(value_set, leaf, asked.adverse, asked.number, len(leaf.value_sets))


def _parts(number: int, asked: _Statement, context: Context) -> Iterator[_Part]:
    leaf = asked.leaf
    tests = list(_tests(leaf.selector, leaf.test))
    for selector, test in tests:
        lookup = Lookup(context.value_set(asked.value_set), selector, leaf.window)
        yield _Part(lookup, test, asked.adverse, number, len(tests))


def _tests(selector: Selector, test: Test) -> Iterator[tuple[Selector, Test]]:
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


def _test(part: _Part) -> tuple[Value, ...]:
    adverse = part.adverse is Truth.TRUE
    match part.test:
        case Is(quality):
            return (adverse, quality.value, False, False, None, None)
        case TimesLimit(comparator, times, limit):
            passing = compared(comparator, times)
            bounded_by = limit.value
            return (adverse, "number", passing.lo_open, passing.hi_open, bounded_by, float(times))
        case Threshold() | Range() as test:
            passing = target(test)
            return (adverse, "number", passing.lo_open, passing.hi_open, None, None)


def _bounds(part: _Part, unit: str | None) -> tuple[float | None, ...] | None:
    """Return the bounds of a part's test in a unit; None for those that the row itself gives."""
    match part.test:
        case Is():
            return (None, None, None, None)
        case TimesLimit(comparator, times):
            passing = compared(comparator, times)
            low = (None, None) if passing.lo is not None else (-inf, -inf)
            high = (None, None) if passing.hi is not None else (inf, inf)
            return (*low, *high)
        case Threshold() | Range() as test:
            linear = convert_exactly(test.unit, unit, part.lookup.value_set.molar_mass)
            return None if linear is None else bounds(target(test), linear)


def _joined_by_and(number: int, part: _Part) -> tuple[Value, ...]:
    return (number, part.parent, part.siblings, True)


def _spread(number: int, asked: _Statement) -> tuple[Value, ...]:
    return (number, asked.parent, asked.siblings, asked.leaf.spread is Spread.EACH)
