"""Which truths an expression can take at all: what can never hold, and what always holds.

Leaves that ask for the same thing (the age, the latest platelets of one window) share one value, so
that `x < 2 and x > 5` is seen to be impossible; every other leaf may be true or false as it likes.
Two-valued on purpose: UNKNOWN can never be ruled out. Where there are too many combinations to try,
nothing is claimed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, TypeAlias

from trialrun.criteria import expressions as e
from trialrun.criteria.typecheck import OLDEST
from trialrun.terminology.units import canonical, conversion
from trialrun.terminology.value_sets import ValueSet

_MANY = 50_000
_BOTH = frozenset({True, False})
_ONE_VALUE = (e.Selector.LATEST, e.Selector.FIRST, e.Selector.LOWEST, e.Selector.HIGHEST)
_OPPOSITES = {
    e.Quality.POSITIVE: (e.Quality.POSITIVE, e.Quality.NEGATIVE),
    e.Quality.NEGATIVE: (e.Quality.POSITIVE, e.Quality.NEGATIVE),
    e.Quality.ABNORMAL: (e.Quality.ABNORMAL, e.Quality.NORMAL),
    e.Quality.NORMAL: (e.Quality.ABNORMAL, e.Quality.NORMAL),
}
_COMPARE: Mapping[e.Comparator, Callable[[Fraction, Fraction], bool]] = {
    e.Comparator.LT: operator.lt,
    e.Comparator.LE: operator.le,
    e.Comparator.GT: operator.gt,
    e.Comparator.GE: operator.ge,
    e.Comparator.EQ: operator.eq,
}
_STEP = Fraction(1, 10**9)
"""Closer together than any two numbers that a protocol tells apart."""

ValueSets: TypeAlias = Mapping[str, ValueSet]


@dataclass(frozen=True)
class Domain:
    """What a leaf asks for, the values that matter, and for which of them the leaf holds."""

    subject: Hashable
    values: tuple[Hashable, ...]
    holds: Callable[[Hashable], bool]


def possible(expression: e.Expression, value_sets: ValueSets) -> frozenset[bool]:
    """Return the truths that the expression can take."""
    domains = {leaf: _domain(leaf, value_sets) for leaf in leaves(expression)}
    values_of: dict[Hashable, set[Hashable]] = {}
    for domain in domains.values():
        values_of.setdefault(domain.subject, set()).update(domain.values)
    if prod(map(len, values_of.values())) > _MANY:
        return _BOTH
    found = set()
    for values in product(*values_of.values()):
        world = dict(zip(values_of, values, strict=True))
        truths = {leaf: domain.holds(world[domain.subject]) for leaf, domain in domains.items()}
        found.add(_holds(expression, truths))
        if found == _BOTH:
            break
    return frozenset(found)


def subjects(expression: e.Expression, value_sets: ValueSets) -> frozenset[Hashable]:
    """Return what the leaves ask for."""
    return frozenset(_domain(leaf, value_sets).subject for leaf in leaves(expression))


def constant_parts(
    expression: e.Expression, value_sets: ValueSets
) -> Iterator[tuple[e.Expression, bool]]:
    """Yield the smallest parts that can take one truth only, with that truth."""
    below = [found for part in e.children(expression) for found in constant_parts(part, value_sets)]
    yield from below
    if not below and len(truths := possible(expression, value_sets)) == 1:
        yield expression, next(iter(truths))


def ages(expression: e.Expression) -> frozenset[int] | None:
    """Return the ages for which the expression holds; None if it asks for more than the age."""
    asked = leaves(expression)
    if not all(isinstance(leaf, e.Age) for leaf in asked):
        return None
    return frozenset(
        age
        for age in range(OLDEST + 1)
        if _holds(expression, {leaf: _in(age, leaf) for leaf in asked})
    )


def leaves(expression: e.Expression) -> tuple[e.Expression, ...]:
    """Return what an expression asks, in the order written."""
    parts = e.children(expression)
    return tuple(leaf for part in parts for leaf in leaves(part)) if parts else (expression,)


def _holds(expression: e.Expression, truths: Mapping[e.Expression, bool]) -> bool:
    def truth(part: e.Expression) -> bool:
        return _holds(part, truths)

    match expression:
        case e.And(parts):
            return all(map(truth, parts))
        case e.Or(parts):
            return any(map(truth, parts))
        case e.Not(part):
            return not truth(part)
        case e.IfThen(premise, consequence):
            return not truth(premise) or truth(consequence)
        case e.AtLeast(count, parts):
            return sum(map(truth, parts)) >= count
        case _:
            return truths[expression]


def _domain(leaf: e.Expression, value_sets: ValueSets) -> Domain:
    return DOMAINS[type(leaf)](leaf, value_sets)


def _age(leaf: e.Age, _: ValueSets) -> Domain:
    low, high = leaf.low or 0, OLDEST if leaf.high is None else leaf.high
    around = {0, OLDEST, low - 1, low, high, high + 1}
    values = tuple(age for age in around if 0 <= age <= OLDEST)
    return Domain("age", values, lambda age: _in(age, leaf))


def _sex(leaf: e.SexIs, _: ValueSets) -> Domain:
    return Domain("sex", ("female", "male"), lambda value: value == leaf.sex)


def _measured(leaf: e.Measured, value_sets: ValueSets) -> Domain:
    if leaf.selector not in _ONE_VALUE or len(leaf.value_sets) != 1:
        return _free(leaf, value_sets)
    (name,) = leaf.value_sets
    subject = (leaf.selector, name, leaf.window)
    return _tested(subject, leaf.test, value_sets.get(name)) or _free(leaf, value_sets)


def _derived(leaf: e.Derived, value_sets: ValueSets) -> Domain:
    return _tested((leaf.formula, leaf.window), leaf.test, None) or _free(leaf, value_sets)


def _prednisone(leaf: e.PrednisoneEquivalent, value_sets: ValueSets) -> Domain:
    return _tested(("prednisone", leaf.window), leaf.test, None) or _free(leaf, value_sets)


def _free(leaf: e.Leaf, _: ValueSets) -> Domain:
    return Domain(leaf, (True, False), bool)


def _in(age: Hashable, leaf: e.Expression) -> bool:
    assert isinstance(age, int)
    assert isinstance(leaf, e.Age)
    return (leaf.low or 0) <= age and (leaf.high is None or age <= leaf.high)


Bound: TypeAlias = tuple[e.Comparator, Fraction]


def _tested(subject: Hashable, test: e.Test, value_set: ValueSet | None) -> Domain | None:
    match test:
        case e.Is(quality):
            values = _OPPOSITES[quality]
            return Domain((subject, values), values, lambda value: value is quality)
        case e.TimesLimit(comparator, times, limit):
            return _numeric((subject, limit), [(comparator, Fraction(times))], Fraction(0), None)
        case e.Threshold(comparator, number, unit):
            return _in_unit(subject, unit, value_set, [(comparator, Fraction(number))])
        case e.Range(low, high, unit):
            bounds = [(e.Comparator.GE, Fraction(low)), (e.Comparator.LE, Fraction(high))]
            return _in_unit(subject, unit, value_set, bounds)


def _in_unit(
    subject: Hashable, unit: str, value_set: ValueSet | None, bounds: Sequence[Bound]
) -> Domain | None:
    """Return the domain in the unit of the plausible range; without one, in its own unit."""
    plausible = value_set.plausible if value_set else None
    if value_set is None or plausible is None:
        low = Fraction(0) if value_set is None else None
        return _numeric((subject, canonical(unit)), bounds, low, None)
    factor = conversion(unit, plausible.unit, value_set.molar_mass)
    if factor is None:
        return None
    converted = [(comparator, factor.apply(number)) for comparator, number in bounds]
    return _numeric(subject, converted, plausible.low, plausible.high)


def _numeric(
    subject: Hashable, bounds: Sequence[Bound], low: Fraction | None, high: Fraction | None
) -> Domain:
    ends = [end for end in (low, high) if end is not None]
    near = [number + step for _, number in bounds for step in (-_STEP, 0, _STEP)]
    values = tuple(
        value
        for value in [*ends, *near]
        if (low is None or low <= value) and (high is None or value <= high)
    )
    return Domain(subject, values, lambda value: _passes(value, bounds))


def _passes(value: Hashable, bounds: Sequence[Bound]) -> bool:
    assert isinstance(value, Fraction)
    return all(_COMPARE[comparator](value, number) for comparator, number in bounds)


DOMAINS: Mapping[type, Callable[[Any, ValueSets], Domain]] = {
    e.Age: _age,
    e.SexIs: _sex,
    e.Recorded: _free,
    e.Measured: _measured,
    e.Derived: _derived,
    e.PrednisoneEquivalent: _prednisone,
    e.Change: _free,
    e.Attested: _free,
    e.DoseUnchanged: _free,
    e.RecordedThroughout: _free,
    e.AttestedThroughout: _free,
}
"""What every leaf asks for."""
