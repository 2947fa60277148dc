"""What is looked up by stretch of the scale is what comparing with every boundary says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.terminology.ctcae.laboratory import BEFORE, DAY, TERMS

from trialrun.terminology.bounds import Bounds
from trialrun.terminology.ctcae.grading import grade
from trialrun.terminology.ctcae.reaching import reached_outcome
from trialrun.terminology.ctcae.results import Baseline, LabResult
from trialrun.terminology.ctcae.terms import Term

# Few numbers, so that results lie on boundaries; each scale is asked about all of them.
_FEW = [Fraction(n) for n in ("0", "1/2", "1", "3", "10", "40", "100", "150")]
_TIMES = [Fraction(n) for n in ("1", "5/4", "3/2", "2", "3", "5", "10")]
_VALUES = sorted({number * times for number in _FEW for times in _TIMES})
_LIMITS = st.none() | st.sampled_from(_FEW)
_UNITS = st.sampled_from(["U/L", "g/L", "10*9/L", "umol/L", "mmol/L", None, "furlong"])


@st.composite
def _bounds(draw: st.DrawFn) -> Bounds:
    low, high = sorted(draw(st.tuples(st.sampled_from(_VALUES), st.sampled_from(_VALUES))))
    return Bounds(low, high, draw(st.booleans()), draw(st.booleans()))


_RESULTS = st.builds(
    LabResult,
    value=_bounds(),
    unit=_UNITS,
    day=st.just(DAY),
    lln=_LIMITS,
    uln=_LIMITS,
    derivation=st.sampled_from(["", "", "corrected"]),
)
_BASELINES = st.none() | st.builds(
    Baseline,
    value=st.sampled_from(_VALUES) | _bounds(),
    unit=_UNITS,
    day=st.sampled_from([BEFORE, BEFORE, BEFORE, DAY + timedelta(days=1)]),
    lln=_LIMITS,
    uln=_LIMITS,
)


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.term)
@settings(max_examples=15)
@given(found=_RESULTS, baseline=_BASELINES, same_unit=st.sampled_from([True, True, False]))
def test_the_outcome_is_that_of_comparing_anew(
    term: Term, found: LabResult, baseline: Baseline | None, *, same_unit: bool
) -> None:
    if baseline is not None and same_unit:
        baseline = replace(baseline, unit=found.unit)
    for value in (found.value, *_VALUES):
        result = replace(found, value=value)
        assert grade(term, result, baseline) == reached_outcome(term, result, baseline)
