"""The further a result moves in the direction of a term, the grade never falls."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.terminology.ctcae.laboratory import BEFORE, DAY, TERMS

from trialrun.terminology.bounds import Bounds
from trialrun.terminology.ctcae.grading import grade
from trialrun.terminology.ctcae.results import Baseline, LabResult, NotGradable
from trialrun.terminology.ctcae.terms import Direction, Term

_NUMBERS = st.fractions(min_value=0, max_value=1000, max_denominator=50)
_LIMITS = st.none() | _NUMBERS
_OWN_UNITS = {"INR increased": None, "Acidosis": "[pH]", "Alkalosis": "[pH]"}


def _unit(term: Term) -> str | None:
    found = (
        quantity.unit
        for grade_ in term.grades
        for clause in grade_.clauses
        for comparison in clause.comparisons
        for quantity in comparison.boundary.quantities
    )
    return _OWN_UNITS.get(term.term, next(found, "U/L"))


def _possible(term: Term, result: LabResult, before: Baseline | None) -> tuple[int, int]:
    """Return the least and the greatest grade that the outcome allows."""
    outcome = grade(term, result, before)
    if isinstance(outcome, NotGradable):
        return min(outcome.possible), max(outcome.possible)
    return outcome.grade, outcome.grade


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.term)
@settings(max_examples=40)
@given(
    numbers=st.tuples(_NUMBERS, _NUMBERS),
    normal=st.tuples(_LIMITS, _LIMITS),
    before=st.none() | st.tuples(_NUMBERS, _LIMITS, _LIMITS),
)
def test_a_worse_result_never_has_a_lower_grade(
    term: Term,
    numbers: tuple[Fraction, Fraction],
    normal: tuple[Fraction | None, Fraction | None],
    before: tuple[Fraction, Fraction | None, Fraction | None] | None,
) -> None:
    unit = _unit(term)
    better, worse = sorted(numbers, reverse=term.direction is Direction.LOW)
    baseline = before and Baseline(
        value=before[0], unit=unit, lln=before[1], uln=before[2], day=BEFORE
    )

    def possible(value: Fraction | Bounds) -> tuple[int, int]:
        found = LabResult(value=value, unit=unit, day=DAY, lln=normal[0], uln=normal[1])
        return _possible(term, found, baseline)

    least, greatest = possible(better)
    least_worse, greatest_worse = possible(worse)
    assert least <= least_worse
    assert greatest <= greatest_worse
    # A value somewhere between the two has a grade somewhere between theirs.
    between = possible(Bounds(min(numbers), max(numbers)))
    assert between[0] <= least
    assert between[1] >= greatest_worse
