"""Parts: the value set, selector and window by which measurements are looked up, as tables.

Tests of measurements, changes, derived quantities and body weights all look values up alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trialrun.criteria.expressions import Selector, Window
from trialrun.engine.catalog import convert_exactly
from trialrun.engine.compiler.bounds import around
from trialrun.engine.compiler.relation import Context, Parameters, Step, Value, statement, table
from trialrun.engine.compiler.windows import days_of, exit_of
from trialrun.terminology.units import Linear
from trialrun.terminology.value_sets import ValueSet

_KEY = (
    ("part", "INTEGER"),
    ("selector", "VARCHAR"),
    ("first", "DATE"),
    ("last", "DATE"),
    ("index", "DATE"),
    ("exit_days", "INTEGER"),
    ("exit_months", "INTEGER"),
)
_CONCEPT = (("part", "INTEGER"), ("concept_id", "INTEGER"))
_ORDINAL = (("place", "INTEGER"), ("number", "DOUBLE"))
PLAUSIBLE_COLUMNS = (
    ("least_below", "DOUBLE"),
    ("least_above", "DOUBLE"),
    ("greatest_below", "DOUBLE"),
    ("greatest_above", "DOUBLE"),
)
_SAYS_NOTHING = (None, None, None, None)
Column = tuple[str, str]


@dataclass(frozen=True)
class Lookup:
    """Which values of a value set are meant."""

    value_set: ValueSet
    selector: Selector
    window: Window


def part_parameters(
    parts: Sequence[Lookup],
    own_columns: Sequence[Column],
    own: Sequence[tuple[Value, ...]],
    context: Context,
) -> tuple[Parameters, ...]:
    """Return the tables of parts (with columns of the caller's own), concepts and ordinals."""
    numbered = list(enumerate(parts))
    ordinals = [(n, context.catalog.ordinals(p.value_set)) for n, p in numbered]
    return (
        table(
            "part",
            (*_KEY, *own_columns),
            [(n, *_lookup(p, context), *more) for (n, p), more in zip(numbered, own, strict=True)],
        ),
        table(
            "part_concept",
            _CONCEPT,
            [(n, c) for n, p in numbered for c in context.catalog.entries(p.value_set)],
        ),
        table(
            "ordinal_concept",
            (*_CONCEPT, *_ORDINAL),
            [(n, *row) for n, found in ordinals for row in found.by_concept],
        ),
        table(
            "ordinal_text",
            (("part", "INTEGER"), ("text", "VARCHAR"), *_ORDINAL),
            [(n, *row) for n, found in ordinals for row in found.by_text],
        ),
    )


def unit_parameters(
    parts: Sequence[Lookup],
    own_columns: Sequence[Column],
    own: Callable[[int, str | None], tuple[Value, ...] | None],
    context: Context,
) -> Parameters:
    """Return the table of what each part makes of each unit of the data, where it can.

    `own` gives the caller's columns for a part and a unit, or None if it cannot be compared.
    """
    rows = [
        (number, unit_id, *plausible(part.value_set, unit), *more)
        for number, part in enumerate(parts)
        for unit_id, unit in context.catalog.units.items()
        if (more := own(number, unit)) is not None
    ]
    columns = (("part", "INTEGER"), ("unit_id", "INTEGER"), *PLAUSIBLE_COLUMNS, *own_columns)
    return table("part_unit", columns, rows)


def plausible(value_set: ValueSet, unit: str | None) -> tuple[float | None, ...]:
    """Return the plausible range in a unit; no numbers where it says nothing about that unit."""
    limits = value_set.plausible
    if limits is None:
        return _SAYS_NOTHING
    linear = convert_exactly(limits.unit, unit, value_set.molar_mass)
    if linear is None:
        return _SAYS_NOTHING
    return (*around(_in(limits.low, linear)), *around(_in(limits.high, linear)))


def part_views() -> tuple[Step, ...]:
    """Return the view of the rows that parts may mean."""
    return (Step("measured_row", statement("measured_row")),)


def part_steps() -> tuple[Step, ...]:
    """Return the steps before any use of the rows of parts."""
    return tuple(Step(name, statement(name)) for name in ("part_overview", "part_missing"))


def _lookup(part: Lookup, context: Context) -> tuple[Value, ...]:
    days, leaving = days_of(part.window, context.setting), exit_of(part.window)
    return (
        part.selector.value,
        days.first,
        days.last,
        context.setting.index,
        leaving.days,
        leaving.months,
    )


def _in(number: Fraction, linear: Linear) -> float:
    return float(linear.apply(number))
