"""Whether the numbers, units and tests of a statement fit what they are compared with.

A finding is what is wrong and what to do. Knows value sets and units; knows no patient.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from trialrun.criteria.expressions import (
    Comparator,
    Is,
    Range,
    Selector,
    Test,
    Threshold,
    TimesLimit,
)
from trialrun.criteria.rendering import number
from trialrun.terminology.units import conversion, is_known
from trialrun.terminology.value_sets import Plausible, ValueSet

Finding: TypeAlias = tuple[str, str]

_UNIT_REMEDY = "write the unit as UCUM does, or as hospitals do: mg/dL, 10*9/L, /mm3"


def number_order(test: Test) -> Iterator[Finding]:
    """Find a range that ends below its beginning, and limits of normal taken no times."""
    if isinstance(test, Range) and test.low > test.high:
        yield (
            f"no number is from {number(test.low)} to {number(test.high)}",
            "write the smaller number first",
        )
    if isinstance(test, TimesLimit) and test.times <= 0:
        yield (
            f"{number(test.times)} times a limit of normal is no limit",
            "write a number above 0",
        )


def extreme_test(selector: Selector, test: Test) -> Iterator[Finding]:
    """Find a test that the lowest or highest of several values cannot be given."""
    is_extreme = selector in (Selector.LOWEST, Selector.HIGHEST)
    is_equality = isinstance(test, Threshold | TimesLimit) and test.comparator is Comparator.EQ
    if is_extreme and (is_equality or isinstance(test, Is)):
        yield (
            f"“{selector.value}” goes with <, <=, >, >= and from … to … only",
            "write latest, first, any or every",
        )


def unit_against(test: Test, reference: str, what: str) -> Iterator[Finding]:
    """Find a unit that cannot be compared with the one in which a quantity is computed."""
    if isinstance(test, Threshold | Range) and conversion(test.unit, reference) is None:
        yield f"{what} is in {reference}, not in {_unit(test.unit)}", f"write it in {reference}"


def unit_of_value_set(test: Test, value_set: ValueSet) -> Iterator[Finding]:
    """Find a unit in which the values of a value set cannot be compared."""
    if not isinstance(test, Threshold | Range):
        return
    if not is_known(test.unit):
        yield f"the unit {_unit(test.unit)} is not known", _UNIT_REMEDY
    elif value_set.plausible and not _comparable(test.unit, value_set):
        reference = value_set.plausible.unit or "no unit"
        yield (
            f"values of [{value_set.id}] are in {reference}, not in {_unit(test.unit)}",
            f"write the number in {reference}, or in a unit of the same kind",
        )
    elif value_set.ordinals and conversion(test.unit, "") is None:
        yield (
            f"values of [{value_set.id}] are grades, not in {test.unit}",
            "write the number alone",
        )


def plausibility(test: Test, value_set: ValueSet) -> Iterator[Finding]:
    """Find a test that every value which can be true passes, or none."""
    plausible = value_set.plausible
    if plausible is None or not isinstance(test, Threshold | Range):
        return
    into = conversion(test.unit, plausible.unit, value_set.molar_mass)
    if into is None:
        return
    low, high = (into.apply(Fraction(bound)) for bound in _bounds(test))
    if high < plausible.low or low > plausible.high:
        yield (
            f"{_written(test)} lies outside what [{value_set.id}] can be ({_limits(plausible)}): "
            "the answer would always be the same",
            "check the number and its unit",
        )


def daily_dose(dose: Threshold) -> Iterator[Finding]:
    """Find a daily dose that is no amount of a medicine."""
    if dose.number < 0:
        yield "no dose is below 0", "write the amount per day"
    if not dose.unit:
        yield "a daily dose needs a unit", "write the amount per day, such as 250 mg"
    elif not is_known(dose.unit):
        yield f"the unit {_unit(dose.unit)} is not known", _UNIT_REMEDY
    elif any(conversion(dose.unit, per_day) for per_day in ("mg/d", "[IU]/d", "mL/d", "/d")):
        yield (
            f"a daily dose is an amount, not {dose.unit}",
            "write the amount per day without “per day”, such as 250 mg",
        )


def _comparable(unit: str, value_set: ValueSet) -> bool:
    assert value_set.plausible is not None
    return conversion(unit, value_set.plausible.unit, value_set.molar_mass) is not None


def _bounds(test: Threshold | Range) -> tuple[Decimal, Decimal]:
    return (test.low, test.high) if isinstance(test, Range) else (test.number, test.number)


def _written(test: Threshold | Range) -> str:
    low, high = map(number, _bounds(test))
    return f"{low if low == high else f'{low} to {high}'} {test.unit}".rstrip()


def _limits(plausible: Plausible) -> str:
    return f"{_plain(plausible.low)} to {_plain(plausible.high)} {plausible.unit}".rstrip()


def _plain(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"


def _unit(unit: str) -> str:
    return f"“{unit}”" if unit else "a number without unit"
