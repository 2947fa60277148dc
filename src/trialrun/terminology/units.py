"""Exact conversion between units, as UCUM codes or as hospitals write them.

Factors are Fractions: 2.0 ×10⁹/L is 2000 /mm3, and no boundary flips by floating point. What cannot
be compared is None, never a guess: a missing unit with a real one, an unknown unit with anything,
a clearance normalised to body surface with one that is not, a dose in [IU] with one in U.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from trialrun.terminology.hospital_units import to_ucum
from trialrun.terminology.ucum import Unit, read_ucum

_MANY = 4096


@dataclass(frozen=True, slots=True)
class Linear:
    """A conversion: the value in the new unit is value × factor + offset."""

    factor: Fraction
    offset: Fraction = Fraction(0)

    def apply(self, value: Fraction) -> Fraction:
        """Convert one value."""
        return value * self.factor + self.offset


@lru_cache(_MANY)
def conversion(
    from_unit: str | None, to_unit: str | None, molar_mass: Fraction | None = None
) -> Linear | None:
    """Return the conversion from one unit to another; None where they cannot be compared.

    `molar_mass` in g/mol lets masses and amounts of that substance be compared. No unit, `1` and
    mere annotations such as `{score}` are comparable with each other only.
    """
    source, target = _read(from_unit), _read(to_unit)
    if source is None or target is None:
        return None
    bridge = _bridge(source, target, molar_mass)
    if bridge is None:
        return None
    return Linear(
        source.factor * bridge / target.factor, (source.offset - target.offset) / target.factor
    )


def is_known(unit: str | None) -> bool:
    """Say whether values in this unit can be converted at all."""
    return _read(unit) is not None


def canonical(unit: str | None) -> str | None:
    """Return the UCUM code of a unit as a hospital wrote it (`1` for none); None if unknown."""
    return (to_ucum(unit or "") or "1") if is_known(unit) else None


@lru_cache(_MANY)
def _read(unit: str | None) -> Unit | None:
    return read_ucum(to_ucum(unit or ""))


def _bridge(source: Unit, target: Unit, molar_mass: Fraction | None) -> Fraction | None:
    """Return the factor between the dimensions: 1 if they are the same, the mass of moles, or None.

    With g above the line where mol was, a value is multiplied by the molar mass; below, divided.
    """
    if source.dimensions == target.dimensions:
        return Fraction(1)
    if molar_mass is None:
        return None
    before, after = dict(source.dimensions), dict(target.dimensions)
    moles = before.pop("mol", 0) - after.pop("mol", 0)
    grams = after.pop("g", 0) - before.pop("g", 0)
    if before != after or moles != grams or moles not in (1, -1):
        return None
    return molar_mass**moles
