"""Numbers looked up: the latest or first value in a unit, for changes and derived quantities.

Refuses to guess: a value in a unit that cannot be converted has no row here, and gives a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trialrun.engine.compiler.parts import PLAUSIBLE_COLUMNS, Lookup, plausible
from trialrun.engine.compiler.relation import Context, Parameters, Value, table
from trialrun.terminology.units import conversion

_NUMBER = (
    ("number", "INTEGER"),
    ("part", "INTEGER"),
    ("side", "VARCHAR"),
    ("positive", "BOOLEAN"),
)
_UNIT = (
    ("number", "INTEGER"),
    ("unit_id", "INTEGER"),
    *PLAUSIBLE_COLUMNS,
    ("scale", "INTEGER"),
    ("factor", "DOUBLE"),
    ("shift", "DOUBLE"),
)


@dataclass(frozen=True)
class Number:
    """One number looked up.

    `unit` is the one it is given in; None: any, where only numbers of one scale are compared.
    `side` is the end of tied rows that is adverse: low, high, or None for both.
    """

    lookup: Lookup
    unit: str | None
    side: str | None
    positive: bool = False


def number_parameters(
    numbers: Sequence[Number], parts: Mapping[Lookup, int], context: Context
) -> Iterator[Parameters]:
    """Yield the tables of numbers, and of what each makes of the units of the data."""
    yield table(
        "number",
        _NUMBER,
        [(n, parts[one.lookup], one.side, one.positive) for n, one in enumerate(numbers)],
    )
    yield table(
        "number_unit",
        _UNIT,
        [(n, *row) for n, one in enumerate(numbers) for row in _in_units(one, context)],
    )


def side_of(low_is_adverse: bool | None, *, rises: bool) -> str | None:
    """Return which end of an input is adverse, given the result's and if they rise together."""
    if low_is_adverse is None:
        return None
    return "low" if low_is_adverse is rises else "high"


def _in_units(number: Number, context: Context) -> Iterator[tuple[Value, ...]]:
    value_set = context.value_set(number.lookup.value_set)
    units = context.catalog.units
    targets = units.values() if number.unit is None else [number.unit or None]
    for unit_id, unit in units.items():
        scale = _scale(unit, targets, value_set.molar_mass)
        if scale is not None:
            yield (unit_id, *plausible(value_set, unit), *scale)


def _scale(
    unit: str | None, targets: Iterable[str | None], molar_mass: Fraction | None
) -> tuple[Value, ...] | None:
    """Return the first target that a unit can be converted to, as a number, and the conversion."""
    for scale, target in enumerate(targets):
        linear = conversion(unit, target, molar_mass)
        if linear is not None:
            return (scale, float(linear.factor), float(linear.offset))
    return None
