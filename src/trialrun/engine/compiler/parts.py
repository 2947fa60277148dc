"""Parts: which measurements are meant, by value set, selector and window, as tables.

Tests of measurements, changes, derived quantities and body weights all look values up alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trialrun.criteria.expressions import Selector, Window
from trialrun.engine.compiler.bounds import around
from trialrun.engine.compiler.relation import Context, Parameters, Value, table
from trialrun.engine.compiler.windows import days_of, exit_of
from trialrun.terminology.units import Linear, conversion
from trialrun.terminology.value_sets import ValueSet

_PART = (
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


@dataclass(frozen=True)
class Lookup:
    """Which values of a value set, by its name, are meant."""

    value_set: str
    selector: Selector
    window: Window


def part_parameters(parts: Sequence[Lookup], context: Context) -> Iterator[Parameters]:
    """Yield the tables of parts, of their concepts, and of the ordinals of coded values."""
    numbered = [(n, part, context.value_set(part.value_set)) for n, part in enumerate(parts)]
    ordinals = [(n, context.catalog.ordinals(value_set)) for n, _, value_set in numbered]
    yield table("part", _PART, [(n, *_lookup(part, context)) for n, part, _ in numbered])
    yield table(
        "part_concept",
        _CONCEPT,
        [(n, c) for n, _, value_set in numbered for c in context.catalog.entries(value_set)],
    )
    yield table(
        "ordinal_concept",
        (*_CONCEPT, *_ORDINAL),
        [(n, *row) for n, found in ordinals for row in found.by_concept],
    )
    yield table(
        "ordinal_text",
        (("part", "INTEGER"), ("text", "VARCHAR"), *_ORDINAL),
        [(n, *row) for n, found in ordinals for row in found.by_text],
    )


def plausible(value_set: ValueSet, unit: str | None) -> tuple[float | None, ...]:
    """Return the plausible range in a unit; no numbers where it says nothing about that unit."""
    limits = value_set.plausible
    if limits is None:
        return _SAYS_NOTHING
    linear = conversion(limits.unit, unit, value_set.molar_mass)
    if linear is None:
        return _SAYS_NOTHING
    return (*around(_in(limits.low, linear)), *around(_in(limits.high, linear)))


def _lookup(part: Lookup, context: Context) -> tuple[Value, ...]:
    days = days_of(part.window, context.setting)
    leaving = exit_of(part.window, context.setting)
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
