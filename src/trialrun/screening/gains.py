"""What relaxing one criterion would gain: dropping it, or moving one of its numbers.

A gain has bounds: patients who would be eligible for sure, and those who might be, because other
answers are unknown. Of several steps of one number that gain the same only the smallest is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from trialrun.criteria.expressions import (
    Age,
    And,
    AtLeast,
    Attested,
    AttestedThroughout,
    Change,
    Derived,
    DoseUnchanged,
    Expression,
    IfThen,
    Measured,
    Not,
    Or,
    PrednisoneEquivalent,
    Range,
    Recorded,
    RecordedThroughout,
    SexIs,
    Test,
    Threshold,
    TimesLimit,
    Window,
    Within,
)
from trialrun.criteria.typecheck import OLDEST

YEARS_OF_AGE = (-10, -5, 5, 10)
ONE_LESS_OR_MORE = (-1, 1)
FACTORS = tuple(map(Decimal, ("0.5", "0.75", "1.25", "1.5", "2")))
"""The steps by which ages, counts and other numbers are moved, either way; a step that gains nobody
is not shown."""

HIGHEST_CLASS = 10
"""A whole number up to this, without a unit, is a class or a grade: it is moved by one."""


@dataclass(frozen=True)
class Gain:
    """What a change of one criterion would gain, beside the protocol as written.

    `change` is None if the criterion is dropped. Of the patients refused as written, `eligible`
    would be eligible for sure, and `possible` would no longer be refused, those included. `lost`
    would be worse off: eligible no longer, or refused instead of undetermined.
    """

    criterion: str
    change: Expression | None
    eligible: int
    possible: int
    lost: int = 0

    @property
    def relaxes(self) -> bool:
        """Whether the change gains somebody and loses nobody."""
        return self.possible > 0 and self.lost == 0


def smallest_steps(gains: Iterable[Gain], before: Expression) -> list[Gain]:
    """Leave out each change that gains no more than a smaller step of the same number."""
    told: list[Gain] = []
    best: dict[object, tuple[int, int]] = {}
    steps = [(gain, *_moved(before, gain.change)) for gain in gains]
    for gain, place, step in sorted(steps, key=lambda one: abs(one[2])):
        number = (place, step > 0)
        if best.get(number) != (gain.eligible, gain.possible):
            best[number] = (gain.eligible, gain.possible)
            told.append(gain)
    return [gain for gain, _, _ in steps if gain in told]


def _moved(before: object, after: object) -> tuple[tuple[str | int, ...], Decimal]:
    """Return where the one number stands that differs, and by how much."""
    parts: Iterable[tuple[str | int, object, object]] = ()
    if is_dataclass(before):
        parts = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(before))
    elif isinstance(before, tuple) and isinstance(after, tuple):
        parts = ((i, old, new) for i, (old, new) in enumerate(zip(before, after, strict=True)))
    for name, old, new in parts:
        if old != new:
            place, step = _moved(old, new)
            return (name, *place), step
    return (), Decimal(str(after)) - Decimal(str(before))


def variants(expression: Expression) -> Iterator[Expression]:
    """Yield the expression with one of its numbers moved, once per number and step."""
    return VARIANTS[type(expression)](expression)


def _nothing(_: Expression) -> Iterator[Expression]:
    # To let a person's answer grow older gains nothing that asking again does not.
    yield from ()


def _age(expression: Age) -> Iterator[Expression]:
    low, high = expression.low, expression.high
    for years in YEARS_OF_AGE:
        if low is not None and 0 <= low + years <= (OLDEST if high is None else high):
            yield replace(expression, low=low + years)
        if high is not None and (low or 0) <= high + years <= OLDEST:
            yield replace(expression, high=high + years)


def _recorded(expression: Recorded) -> Iterator[Expression]:
    for window in _windows(expression.window):
        yield replace(expression, window=window)
    if expression.dose is not None:
        for dose in _thresholds(expression.dose):
            yield replace(expression, dose=dose)
    # "A record of" says no number: only "at least n records of" does.
    if expression.count > 1:
        for step in ONE_LESS_OR_MORE:
            yield replace(expression, count=expression.count + step)


def _tested(expression: Measured | Derived | PrednisoneEquivalent) -> Iterator[Expression]:
    for test in _tests(expression.test):
        yield replace(expression, test=test)  # type: ignore[arg-type]
    for window in _windows(expression.window):
        yield replace(expression, window=window)


def _change(expression: Change) -> Iterator[Expression]:
    for test in _tests(expression.test):
        yield replace(expression, test=test)  # type: ignore[arg-type]
    for window in _windows(expression.from_window):
        yield replace(expression, from_window=window)
    for window in _windows(expression.to_window):
        yield replace(expression, to_window=window)


def _several(expression: And | Or) -> Iterator[Expression]:
    for parts in _parts(expression.parts):
        yield replace(expression, parts=parts)


def _at_least(expression: AtLeast) -> Iterator[Expression]:
    for step in ONE_LESS_OR_MORE:
        if 0 < expression.count + step <= len(expression.parts):
            yield replace(expression, count=expression.count + step)
    for parts in _parts(expression.parts):
        yield replace(expression, parts=parts)


def _not(expression: Not) -> Iterator[Expression]:
    for variant in variants(expression.part):
        yield Not(variant)


def _if_then(expression: IfThen) -> Iterator[Expression]:
    for variant in variants(expression.premise):
        yield IfThen(variant, expression.consequence)
    for variant in variants(expression.consequence):
        yield IfThen(expression.premise, variant)


def _parts(parts: Sequence[Expression]) -> Iterator[tuple[Expression, ...]]:
    for position, part in enumerate(parts):
        for variant in variants(part):
            yield (*parts[:position], variant, *parts[position + 1 :])


def _windows(window: Window) -> Iterator[Window]:
    if isinstance(window, Within):
        for count in dict.fromkeys(int(window.count * factor) for factor in FACTORS):
            if 0 < count != window.count:
                yield replace(window, count=count)


def _tests(test: Test) -> Iterator[Test]:
    match test:
        case Threshold():
            yield from _thresholds(test)
        case Range(low, high):
            yield from (replace(test, low=n) for n in _numbers(low) if n <= high)
            yield from (replace(test, high=n) for n in _numbers(high) if low <= n)
        case TimesLimit(_, times):
            yield from (replace(test, times=n) for n in _numbers(times))


def _thresholds(test: Threshold) -> Iterator[Threshold]:
    number = test.number
    if not test.unit and number == int(number) and 0 < number <= HIGHEST_CLASS:
        yield from (replace(test, number=number + step) for step in ONE_LESS_OR_MORE)
    else:
        yield from (replace(test, number=n) for n in _numbers(number))


def _numbers(number: Decimal) -> Iterator[Decimal]:
    """Yield the number moved, without the zeros that multiplying adds: 40000.0 is 40000."""
    if number:
        yield from (Decimal(f"{(number * factor).normalize():f}") for factor in FACTORS)


VARIANTS: Mapping[type, Callable[[Any], Iterator[Expression]]] = {
    Age: _age,
    SexIs: _nothing,
    Recorded: _recorded,
    Measured: _tested,
    Derived: _tested,
    PrednisoneEquivalent: _tested,
    Change: _change,
    Attested: _nothing,
    DoseUnchanged: _nothing,
    RecordedThroughout: _nothing,
    AttestedThroughout: _nothing,
    And: _several,
    Or: _several,
    Not: _not,
    IfThen: _if_then,
    AtLeast: _at_least,
}
"""How the numbers of every expression are moved."""
