"""Numbers looked up: the latest or first value in a unit, for changes and derived quantities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trialrun.engine.compiler.parts import (
    Lookup,
    part_parameters,
    unit_parameters,
)
from trialrun.engine.compiler.relation import (
    Context,
    Parameters,
    Value,
)
from trialrun.terminology.units import conversion

_OWN = (("side", "VARCHAR"), ("positive", "BOOLEAN"))
_UNIT = (("scale", "INTEGER"), ("factor", "DOUBLE"), ("shift", "DOUBLE"))


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


def number_parameters(numbers: Sequence[Number], context: Context) -> tuple[Parameters, ...]:
    """Return the tables by which numbers are looked up."""
    lookups = [number.lookup for number in numbers]
    units = context.catalog.units.values()

    def own(place: int, unit: str | None) -> tuple[Value, ...] | None:
        return _scale(numbers[place], unit, units)

    return (
        *part_parameters(lookups, _OWN, [(n.side, n.positive) for n in numbers], context),
        unit_parameters(lookups, _UNIT, own, context),
    )


def side_of(low_is_adverse: bool | None, *, rises: bool) -> str | None:
    """Return which end of an input is adverse, given the result's and if they rise together."""
    if low_is_adverse is None:
        return None
    return "low" if low_is_adverse is rises else "high"


def _scale(
    number: Number, unit: str | None, units: Iterable[str | None]
) -> tuple[Value, ...] | None:
    molar_mass = number.lookup.value_set.molar_mass
    if number.unit is not None:
        linear = conversion(unit, number.unit or None, molar_mass)
        return None if linear is None else (0, float(linear.factor), float(linear.offset))
    for scale, other in enumerate(units):
        linear = conversion(unit, other, molar_mass)
        if linear is not None:
            return (scale, float(linear.factor), float(linear.offset))
    return None
