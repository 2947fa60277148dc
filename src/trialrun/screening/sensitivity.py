"""What relaxing one criterion would gain: dropping it, or moving one of its numbers.

A gain has bounds: patients who would be eligible for sure, and those who might be, because other
answers are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import singledispatch

from trialrun.criteria.expressions import (
    Age,
    And,
    AtLeast,
    Change,
    Derived,
    Expression,
    IfThen,
    Measured,
    Not,
    Or,
    PrednisoneEquivalent,
    Range,
    Recorded,
    Test,
    Threshold,
    TimesLimit,
    Window,
    Within,
)

YEARS_OF_AGE = (-10, -5, 5, 10)
FACTORS = tuple(map(Decimal, ("0.5", "0.75", "1.25", "1.5", "2")))
"""The steps by which ages and other numbers are moved, either way; a step that gains nobody is
not shown."""


@dataclass(frozen=True)
class Gain:
    """What a change of one criterion would gain, beside the protocol as written.

    `change` is None if the criterion is dropped. `eligible` more patients are eligible for sure;
    `possible` more are no longer refused, those included.
    """

    criterion: str
    change: Expression | None
    eligible: int
    possible: int

    @property
    def relaxes(self) -> bool:
        """Whether the change gains somebody and loses nobody."""
        return min(self.eligible, self.possible) >= 0 and self.possible > 0


Counts = tuple[int, int]
"""How many patients are eligible, and how many ineligible."""


def gain(criterion: str, change: Expression | None, before: Counts, after: Counts) -> Gain:
    """Compare the verdicts before and after the change."""
    return Gain(criterion, change, eligible=after[0] - before[0], possible=before[1] - after[1])


@singledispatch
def variants(_: Expression) -> Iterator[Expression]:
    """Yield the expression with one of its numbers moved, once per number and step."""
    yield from ()


@variants.register
def _(expression: Age) -> Iterator[Expression]:
    for years in YEARS_OF_AGE:
        if expression.low is not None and expression.low + years >= 0:
            yield replace(expression, low=expression.low + years)
        if expression.high is not None:
            yield replace(expression, high=expression.high + years)


@variants.register
def _(expression: Recorded) -> Iterator[Expression]:
    for window in _windows(expression.window):
        yield replace(expression, window=window)
    if expression.dose is not None:
        for dose in _thresholds(expression.dose):
            yield replace(expression, dose=dose)


@variants.register(Measured)
@variants.register(Derived)
@variants.register(PrednisoneEquivalent)
def _(expression: Measured | Derived | PrednisoneEquivalent) -> Iterator[Expression]:
    for test in _tests(expression.test):
        yield replace(expression, test=test)  # type: ignore[arg-type]
    for window in _windows(expression.window):
        yield replace(expression, window=window)


@variants.register
def _(expression: Change) -> Iterator[Expression]:
    for test in _tests(expression.test):
        yield replace(expression, test=test)  # type: ignore[arg-type]


@variants.register(And)
@variants.register(Or)
@variants.register(AtLeast)
def _(expression: And | Or | AtLeast) -> Iterator[Expression]:
    for position, part in enumerate(expression.parts):
        for variant in variants(part):
            parts = (*expression.parts[:position], variant, *expression.parts[position + 1 :])
            yield replace(expression, parts=parts)


@variants.register
def _(expression: Not) -> Iterator[Expression]:
    for variant in variants(expression.part):
        yield Not(variant)


@variants.register
def _(expression: IfThen) -> Iterator[Expression]:
    for variant in variants(expression.premise):
        yield IfThen(variant, expression.consequence)
    for variant in variants(expression.consequence):
        yield IfThen(expression.premise, variant)


def _windows(window: Window) -> Iterator[Window]:
    if isinstance(window, Within):
        for factor in FACTORS:
            count = int(window.count * factor)
            if 0 < count != window.count:
                yield replace(window, count=count)


def _tests(test: Test) -> Iterator[Test]:
    match test:
        case Threshold():
            yield from _thresholds(test)
        case Range(low, high):
            for factor in FACTORS:
                if low * factor <= high:
                    yield replace(test, low=low * factor)
                if low <= high * factor:
                    yield replace(test, high=high * factor)
        case TimesLimit(_, times):
            for factor in FACTORS:
                yield replace(test, times=times * factor)


def _thresholds(test: Threshold) -> Iterator[Threshold]:
    for factor in FACTORS:
        if test.number:
            yield replace(test, number=_plain(test.number * factor))


def _plain(number: Decimal) -> Decimal:
    """Drop the trailing zeros that multiplying adds, without an exponent: 40000.0 is 40000."""
    normal = number.normalize()
    return normal.quantize(Decimal(1)) if normal == normal.to_integral_value() else normal
