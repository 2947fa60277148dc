"""Tests of values as tables: what passes, in each unit of the data, and what rows bound.

Refuses to convert values: a unit that the limit cannot be converted to has no row, and gives a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from trialrun.criteria.expressions import Is, Measured, Range, Test, Threshold, TimesLimit
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.bounds import BOUND_COLUMNS, OPEN_COLUMNS, bounds, compared, target
from trialrun.engine.compiler.parts import PLAUSIBLE_COLUMNS, Lookup, plausible
from trialrun.engine.compiler.relation import AskedLeaf, Context, Parameters, Value, table
from trialrun.engine.compiler.shared import Shared
from trialrun.terminology.units import conversion

_TEST = (
    ("test", "INTEGER"),
    ("part", "INTEGER"),
    ("adverse", "BOOLEAN"),
    ("asks", "VARCHAR"),
    *OPEN_COLUMNS,
    ("bounded_by", "VARCHAR"),
    ("times", "DOUBLE"),
)
_UNIT = (("test", "INTEGER"), ("unit_id", "INTEGER"), *PLAUSIBLE_COLUMNS, *BOUND_COLUMNS)


@dataclass(frozen=True)
class ValueTest:
    """One test of one value set of a leaf; `place` is the value set's among the leaf's."""

    asked: AskedLeaf[Measured]
    place: int
    lookup: Lookup
    test: Test


def test_parameters(
    name: str, numbered: Sequence[tuple[int, ValueTest]], shared: Shared
) -> tuple[Parameters, Parameters]:
    """Return the table of tests, and (`…_unit`) that of their bounds in each unit."""
    rows = [(number, shared.part(one.lookup), *_row(one)) for number, one in numbered]
    in_units = [
        (number, *row) for number, one in numbered for row in _in_units(one, shared.context)
    ]
    return table(name, _TEST, rows), table(f"{name}_unit", _UNIT, in_units)


def _row(one: ValueTest) -> tuple[Value, ...]:
    adverse = one.asked.adverse is Truth.TRUE
    match one.test:
        case Is(quality):
            return (adverse, quality.value, False, False, None, None)
        case TimesLimit(comparator, times, limit):
            passing = compared(comparator, times)
            bounded = (limit.value, float(times))
            return (adverse, "number", passing.lo_open, passing.hi_open, *bounded)
        case Threshold() | Range() as test:
            passing = target(test)
            return (adverse, "number", passing.lo_open, passing.hi_open, None, None)


def _in_units(one: ValueTest, context: Context) -> Iterator[tuple[Value, ...]]:
    value_set = context.value_set(one.lookup.value_set)
    for unit_id, unit in context.catalog.units.items():
        found = _bounds(one.test, unit, value_set.molar_mass)
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
            linear = conversion(test.unit, unit, molar_mass)
            return None if linear is None else bounds(target(test), linear)
