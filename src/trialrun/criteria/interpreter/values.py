"""One value against one test: intervals, units, plausible ranges, limits of normal, flags.

Refuses to compare what is not comparable: such a value is UNKNOWN with its reason, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import (
    Comparator,
    Is,
    Limit,
    Quality,
    Range,
    Test,
    Threshold,
    TimesLimit,
)
from trialrun.criteria.truth import Truth, conjunction, negate
from trialrun.records.rows import Bounds, Measurement
from trialrun.terminology.units import Linear, conversion
from trialrun.terminology.value_sets import ValueSet

NumberTest = Threshold | Range


@dataclass(frozen=True, slots=True)
class Reading:
    """What one row says about a test; the gap is set exactly when the truth is UNKNOWN."""

    truth: Truth
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with an exact number in the unit of what is compared."""

    comparator: Comparator
    number: Fraction


def read(test: Test, row: Measurement, value_set: ValueSet) -> Reading:
    """Say whether the row passes the test."""
    if isinstance(test, Is):
        return _quality(test.quality, row)
    number = number_of(row, value_set)
    if number is None:
        return Reading(Truth.UNKNOWN, Gap.NO_NUMBER)
    comparisons = _comparisons(test, row, value_set)
    if isinstance(comparisons, Gap):
        return Reading(Truth.UNKNOWN, comparisons)
    if is_implausible(number, row.unit, value_set):
        return Reading(Truth.UNKNOWN, Gap.VALUE_IMPLAUSIBLE)
    return said_of(comparisons, number)


def said_of(comparisons: Sequence[Comparison], number: Bounds) -> Reading:
    """Say whether the number, wherever it lies between its bounds, passes all the comparisons."""
    truth = conjunction(_compare(comparison, number) for comparison in comparisons)
    return Reading(truth, Gap.VALUE_IMPRECISE if truth is Truth.UNKNOWN else None)


def _quality(quality: Quality, row: Measurement) -> Reading:
    flag: bool | None
    if quality in (Quality.POSITIVE, Quality.NEGATIVE):
        flag = None if row.polarity is None else row.polarity == quality.value
    else:
        flag = None if row.abnormal is None else row.abnormal == (quality is Quality.ABNORMAL)
    return Reading(Truth.of(flag), Gap.NO_VALUE if flag is None else None)


def number_of(row: Measurement, value_set: ValueSet) -> Bounds | None:
    """Return the row's number: its own, or the one that stands for its coded or written value."""
    if row.value is not None:
        return row.value
    ordinal = value_set.number_of(row.value_concept, row.value_text)
    return None if ordinal is None else Bounds(ordinal, ordinal)


def is_implausible(number: Bounds, unit: str | None, value_set: ValueSet) -> bool:
    """Say whether all of the number lies outside what can be true at all.

    Where the two units cannot be compared nothing shows that the number is outside.
    """
    plausible = value_set.plausible
    if plausible is None:
        return False
    to_row = conversion(plausible.unit or None, unit, value_set.molar_mass)
    if to_row is None:
        return False
    low = Comparison(Comparator.GE, to_row.apply(plausible.low))
    high = Comparison(Comparator.LE, to_row.apply(plausible.high))
    return Truth.FALSE in (_compare(low, number), _compare(high, number))


def exact_in(unit: str | None, row: Measurement, value_set: ValueSet) -> Fraction | Gap:
    """Return the row's exact number in a unit, or why it cannot be calculated with."""
    number = number_of(row, value_set)
    if number is None:
        return Gap.NO_NUMBER
    to_unit = conversion(row.unit, unit, value_set.molar_mass)
    if to_unit is None:
        return Gap.UNIT_NOT_COMPARABLE
    if is_implausible(number, row.unit, value_set):
        return Gap.VALUE_IMPLAUSIBLE
    if number.lo is None or not number.is_exact:
        return Gap.VALUE_IMPRECISE
    return to_unit.apply(number.lo)


def comparisons_in(
    unit: str | None, test: NumberTest, molar_mass: Fraction | None = None
) -> tuple[Comparison, ...] | None:
    """Convert the test's numbers exactly into a unit; None: the units cannot be compared."""
    to_unit = conversion(test.unit or None, unit, molar_mass)
    return None if to_unit is None else tuple(_converted(test, to_unit))


def _converted(test: NumberTest, to_unit: Linear) -> list[Comparison]:
    def comparison(comparator: Comparator, number: Decimal) -> Comparison:
        return Comparison(comparator, to_unit.apply(Fraction(number)))

    if isinstance(test, Threshold):
        return [comparison(test.comparator, test.number)]
    return [comparison(Comparator.GE, test.low), comparison(Comparator.LE, test.high)]


def _comparisons(
    test: Threshold | Range | TimesLimit, row: Measurement, value_set: ValueSet
) -> tuple[Comparison, ...] | Gap:
    if isinstance(test, TimesLimit):
        limit = row.ref_hi if test.limit is Limit.UPPER else row.ref_lo
        if limit is None:
            return Gap.NO_LIMIT_OF_NORMAL
        return (Comparison(test.comparator, limit * Fraction(test.times)),)
    return comparisons_in(row.unit, test, value_set.molar_mass) or Gap.UNIT_NOT_COMPARABLE


def _compare(comparison: Comparison, number: Bounds) -> Truth:
    limit = comparison.number
    match comparison.comparator:
        case Comparator.LT:
            return _less(number, limit)
        case Comparator.GE:
            return negate(_less(number, limit))
        case Comparator.LE:
            return _at_most(number, limit)
        case Comparator.GT:
            return negate(_at_most(number, limit))
        case Comparator.EQ:
            return _equal(number, limit)


def _less(number: Bounds, limit: Fraction) -> Truth:
    if number.hi is not None and (number.hi < limit or (number.hi == limit and number.hi_open)):
        return Truth.TRUE
    if number.lo is not None and number.lo >= limit:
        return Truth.FALSE
    return Truth.UNKNOWN


def _at_most(number: Bounds, limit: Fraction) -> Truth:
    if number.hi is not None and number.hi <= limit:
        return Truth.TRUE
    if number.lo is not None and (number.lo > limit or (number.lo == limit and number.lo_open)):
        return Truth.FALSE
    return Truth.UNKNOWN


def _equal(number: Bounds, limit: Fraction) -> Truth:
    if number.is_exact and number.lo == limit:
        return Truth.TRUE
    outside = Truth.TRUE in (_less(number, limit), negate(_at_most(number, limit)))
    return Truth.FALSE if outside else Truth.UNKNOWN
