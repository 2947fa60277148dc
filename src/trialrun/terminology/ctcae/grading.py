"""Which CTCAE grades a laboratory result suggests, found once for each stretch of the scale.

Between two neighbouring boundaries of a term all results have one outcome; `reaching` says which,
for the first result there, and what follows is looked up. Nothing else is remembered, and nothing
is rounded: a boundary is a stretch of its own.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache

from trialrun.terminology.bounds import Bounds
from trialrun.terminology.ctcae.comparing import Comparing
from trialrun.terminology.ctcae.reaching import not_gradable, reached_outcome
from trialrun.terminology.ctcae.results import Baseline, LabResult, Outcome, Why
from trialrun.terminology.ctcae.rule_file import terms_reading
from trialrun.terminology.ctcae.terms import Clause, Reference, Term

_MANY = 8192
_ANY_DAY = date(2000, 1, 1)
"""Boundaries do not depend on the day, once the baseline is known not to be later."""


def propose(
    value_set: str, result: LabResult, baseline: Baseline | None = None
) -> tuple[Outcome, ...]:
    """Grade a result by every term that its analyte can raise; empty if CTCAE has none.

    Args:
        value_set: the id of the value set that the result belongs to.
        result: the result, with its own limits of normal.
        baseline: the last result of that value set before the first dose, if there is one.
    """
    terms = terms_reading(value_set)
    return tuple(
        not_gradable(term, (Why.UNCORRECTED,))
        if value_set in term.uncorrected
        else grade(term, result, baseline)
        for term in terms
    )


def grade(term: Term, result: LabResult, baseline: Baseline | None = None) -> Outcome:
    """Grade a result by one term."""
    is_later = baseline is not None and baseline.day > result.day
    if isinstance(result.value, Bounds) or result.derivation or is_later:
        return reached_outcome(term, result, baseline)
    of_baseline = None
    if baseline is not None and _asks_baseline(term):
        of_baseline = (baseline.value, baseline.unit, baseline.lln, baseline.uln)
    scale = _scale(term, (result.unit, result.lln, result.uln), of_baseline)
    place = scale.place(result.value)
    known = scale.outcomes.get(place)
    if known is None:
        known = scale.outcomes[place] = reached_outcome(term, result, baseline)
    return known


@dataclass(frozen=True, slots=True)
class _Scale:
    """The boundaries in the unit of a result, rising, and the outcomes found between them."""

    points: tuple[Fraction, ...]
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def place(self, value: Fraction) -> int:
        """Return which stretch a value is in: an odd number on a boundary, an even one between."""
        at = bisect_left(self.points, value)
        return 2 * at + (at < len(self.points) and self.points[at] == value)


@lru_cache(_MANY)
def _scale(
    term: Term,
    written: tuple[str | None, Fraction | None, Fraction | None],
    of_baseline: tuple[Fraction | Bounds, str | None, Fraction | None, Fraction | None] | None,
) -> _Scale:
    """Return the scale of results in a unit with these limits of normal, before a baseline."""
    unit, lln, uln = written
    # Boundaries do not depend on the value that is compared with them.
    result = LabResult(value=Fraction(0), unit=unit, day=_ANY_DAY, lln=lln, uln=uln)
    before = None
    if of_baseline is not None:
        value, of_unit, low, high = of_baseline
        before = Baseline(value=value, unit=of_unit, day=_ANY_DAY, lln=low, uln=high)
    bounds = Comparing(term, result, before).boundaries(_clauses(term))
    ends = {end for bound in bounds for end in (bound.lo, bound.hi) if end is not None}
    return _Scale(tuple(sorted(ends)))


@cache
def _clauses(term: Term) -> tuple[Clause, ...]:
    """Return every clause of a term that a number can meet."""
    of_grades = [clause for grade_ in term.grades for clause in grade_.clauses]
    whens = [part.when for grade_ in term.grades for part in grade_.clinical]
    return (*of_grades, *(when for when in whens if when is not None))


@cache
def _asks_baseline(term: Term) -> bool:
    """Say whether anything about the baseline can change what the term says."""
    return any(
        clause.if_baseline is not None
        or any(comparison.boundary.of is Reference.BASELINE for comparison in clause.comparisons)
        for clause in _clauses(term)
    )
