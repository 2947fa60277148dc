"""The same conversions by pint and ucumvert, which were written by others."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import pytest
from ucumvert import PintUcumRegistry

from trialrun.terminology.unit_table import ATOMS, prefixed_symbols, split_prefix
from trialrun.terminology.units import conversion

OTHERWISE = {
    "B": "pint takes the logarithm",
    "[Cal]": "UCUM's is a kilocalorie, ucumvert's a calorie",
    "g%": "UCUM's is a gram in a decilitre, ucumvert's a hundredth of a gram",
    "[arb'U]": "ucumvert cannot read a prefix before it",
    "[pH]": "ucumvert cannot read it",
}

COMPARABLE = [
    ["10*9/L", "10*3/uL", "/mm3", "/uL", "10*12/L", "10*6/mL", "10^9/L"],
    ["mg/dL", "g/L", "g/dL", "ug/mL", "ng/mL", "pg/mL", "mg/L", "kg/m3"],
    ["umol/L", "mmol/L", "nmol/mL", "pmol/L", "mol/m3"],
    ["mg/kg/d", "ug/kg/h", "mg/(kg.d)", "g/kg/wk", "mg.kg-1.d-1"],
    ["mL/min", "L/h", "L/min", "mL/s", "dL/d"],
    ["U/L", "mU/mL", "kU/L", "ukat/L", "nkat/mL"],
    ["mm[Hg]", "kPa", "cm[H2O]", "Pa", "mbar", "atm", "[psi]"],
    ["kg", "g", "[lb_av]", "[oz_av]", "[stone_av]", "[gr]", "ug"],
    ["cm", "m", "[in_i]", "[ft_i]", "mm"],
    ["s", "min", "h", "d", "wk", "mo", "a"],
    ["Cel", "K", "[degF]"],
    ["kcal", "J", "kJ", "cal", "W.s"],
    ["kg/m2", "g/cm2"],
    ["mV", "V", "uV", "W/A"],
    ["dyn.s/cm5", "Pa.s/m3"],
    ["mL", "L", "cm3", "dm3", "[foz_us]", "[drp]"],
    ["%", "[ppth]", "[ppm]", "[ppb]", "L/L", "mg/g", "10*-3"],
    ["g/(24.h)", "mg/d", "g/d"],
]
SYMBOLS = {
    symbol: split[1] for symbol in prefixed_symbols() if (split := split_prefix(symbol)) is not None
}
PAIRS = [pair for group in COMPARABLE for pair in permutations(group, 2)]


@cache
def registry() -> PintUcumRegistry:
    return PintUcumRegistry()


def by_pint(value: float, from_unit: str, to_unit: str) -> float:
    source, target = registry().from_ucum(from_unit), registry().from_ucum(to_unit)
    quantity = registry().Quantity(value * source.magnitude, source.units)
    return float(quantity.to(target.units).magnitude / target.magnitude)


def agrees(value: int, from_unit: str, to_unit: str) -> bool:
    linear = conversion(from_unit, to_unit)
    assert linear is not None
    ours = float(linear.factor * value + linear.offset)
    return ours == pytest.approx(by_pint(value, from_unit, to_unit), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("from_unit", "to_unit"), PAIRS)
def test_clinical_units_agree_with_pint(from_unit: str, to_unit: str) -> None:
    assert agrees(37, from_unit, to_unit)


@pytest.mark.parametrize(
    "symbol",
    [
        symbol
        for symbol, atom in SYMBOLS.items()
        if atom not in OTHERWISE and ATOMS[atom].expression != "1"
    ],
)
def test_every_symbol_agrees_with_pint(symbol: str) -> None:
    atom = SYMBOLS[symbol]
    assert agrees(37, symbol, ATOMS[atom].expression or atom)
