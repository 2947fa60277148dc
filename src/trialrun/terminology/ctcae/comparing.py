"""Whether one result meets one clause of a rule: True, False, or why that cannot be said.

Exact: units by `trialrun.terminology.units`, numbers as fractions. What is not known is never taken
for False, and what one half of an "and" rules out needs no other half.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from trialrun.terminology.bounds import Bounds, exactly, is_above, is_at_least
from trialrun.terminology.ctcae.results import Baseline, LabResult, Why
from trialrun.terminology.ctcae.terms import (
    BaselineState,
    Boundary,
    Clause,
    Comparison,
    Direction,
    Quantity,
    Reference,
    Term,
)
from trialrun.terminology.units import Linear, conversion

Answer = bool | Why

_BEYOND_LIMIT = {
    Direction.LOW: Comparison("<", Boundary(Reference.LLN)),
    Direction.HIGH: Comparison(">", Boundary(Reference.ULN)),
}


@dataclass(frozen=True, slots=True)
class Comparing:
    """One result, with its baseline, before the rules of one term."""

    term: Term
    result: LabResult
    baseline: Baseline | None

    def meets(self, clause: Clause) -> Answer:
        """Say whether the clause holds; what a person decides is taken as decided."""
        answers = [self._holds(comparison) for comparison in clause.comparisons]
        if clause.if_baseline is not None:
            answers.append(self._baseline_is(clause.if_baseline))
        return _all(answers)

    def is_beyond_limit(self) -> Answer:
        """Say whether the result is beyond its limit of normal, in the direction of the term."""
        return self._holds(_BEYOND_LIMIT[self.term.direction])

    def boundaries(self, clauses: Iterable[Clause]) -> Iterator[Bounds]:
        """Yield every boundary that can be said, in the unit of the result."""
        beyond = _BEYOND_LIMIT[self.term.direction]
        for comparison in (beyond, *(one for clause in clauses for one in clause.comparisons)):
            boundary = self._boundary(comparison.boundary)
            if isinstance(boundary, Bounds):
                yield boundary

    def _holds(self, comparison: Comparison) -> Answer:
        boundary = self._boundary(comparison.boundary)
        if isinstance(boundary, Why):
            return boundary
        value = self.result.bounds
        match comparison.operator:
            case ">":
                answer = is_above(value, boundary)
            case ">=":
                answer = is_at_least(value, boundary)
            case "<":
                answer = is_above(boundary, value)
            case "<=":
                answer = is_at_least(boundary, value)
        return Why.IMPRECISE if answer is None else answer

    def _boundary(self, boundary: Boundary) -> Bounds | Why:
        """Return the boundary in the unit of the result."""
        if boundary.of is None:
            number = self._quantity(boundary.quantities)
            return number if isinstance(number, Why) else exactly(number)
        reference = self._reference(boundary.of, boundary.times)
        if isinstance(reference, Why) or not boundary.quantities:
            return reference
        above = self._quantity(boundary.quantities)
        return above if isinstance(above, Why) else reference.scaled(Fraction(1), above)

    def _reference(self, of: Reference, times: Fraction) -> Bounds | Why:
        if of is Reference.BASELINE:
            baseline = self._baseline()
            return baseline if isinstance(baseline, Why) else baseline.scaled(times)
        limit = self.result.lln if of is Reference.LLN else self.result.uln
        # A limit of 0 is printed where there is none, and has no multiples.
        if limit is None or (times != 1 and limit <= 0):
            return Why.LIMIT
        return exactly(limit * times)

    def _quantity(self, quantities: tuple[Quantity, ...]) -> Fraction | Why:
        """Return the quantity that is in a unit of the result's kind, or that converts by mass."""
        for molar_mass in (None, self.term.molar_mass):
            for quantity in quantities:
                linear = conversion(quantity.unit, self.result.unit, molar_mass)
                if linear is not None:
                    return linear.apply(quantity.number)
        return Why.UNIT

    def _baseline(self) -> Bounds | Why:
        """Return the baseline in the unit of the result."""
        baseline = self._earlier_baseline()
        if isinstance(baseline, Why):
            return baseline
        linear = _between(baseline.unit, self.result.unit, self.term.molar_mass)
        if linear is None:
            return Why.BASELINE_UNIT
        found = baseline.bounds.scaled(linear.factor, linear.offset)
        return Why.BASELINE_ZERO if found.hi is not None and found.hi <= 0 else found

    def _baseline_is(self, state: BaselineState) -> Answer:
        baseline = self._earlier_baseline()
        if isinstance(baseline, Why):
            return baseline
        if baseline.limits_contradict:
            return Why.LIMITS
        abnormal = Comparing(self.term, baseline, None).is_beyond_limit()
        if isinstance(abnormal, Why):
            return Why.BASELINE_LIMIT if abnormal is Why.LIMIT else abnormal
        return abnormal is (state is BaselineState.ABNORMAL)

    def _earlier_baseline(self) -> Baseline | Why:
        if self.baseline is None:
            return Why.BASELINE
        return Why.BASELINE_DAY if self.baseline.day > self.result.day else self.baseline


def _between(from_unit: str | None, to_unit: str | None, mass: Fraction | None) -> Linear | None:
    # Two results in one unit have a ratio, even if nobody else can read that unit.
    if from_unit is not None and from_unit == to_unit:
        return Linear(Fraction(1))
    return conversion(from_unit, to_unit, mass)


def _all(answers: list[Answer]) -> Answer:
    if any(answer is False for answer in answers):
        return False
    return next((answer for answer in answers if isinstance(answer, Why)), True)
