"""Calcium corrected for albumin: the customary form of Payne et al., BMJ 1973;4:643-646."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.terminology.ctcae.laboratory import BEFORE, number, result

from trialrun.terminology.bounds import Bounds
from trialrun.terminology.ctcae.calcium import corrected_for_albumin
from trialrun.terminology.ctcae.grading import propose
from trialrun.terminology.ctcae.results import GradeProposal, LabResult, Why

# total, albumin -> corrected, by hand: 2.00 + 0.02 x (40 - 30); 8.0 + 0.8 x (4 - 3)
TABLE = """
2.0 mmol/L  | 30 g/L   | 2.2 mmol/L
2.0 mmol/L  | 3 g/dL   | 2.2 mmol/L
2000 umol/L | 30 g/L   | 2.2 mmol/L
2.4 mmol/L  | 50 g/L   | 2.2 mmol/L
8 mg/dL     | 3 g/dL   | 8.8 mg/dL
80 mg/L     | 30 g/L   | 8.8 mg/dL
2..2.1 mmol/L | 30..35 g/L | 2.1..2.3 mmol/L
"""


def _corrected(total: str, albumin: str) -> LabResult:
    found = corrected_for_albumin(result(*total.split()), result(*albumin.split()))
    assert isinstance(found, LabResult)
    return found


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_correction(line: str) -> None:
    total, albumin, expected = (cell.strip() for cell in line.split("|"))
    found = _corrected(total, albumin)
    value, unit = expected.split()
    exact = number(value)
    assert found.bounds == (exact if isinstance(exact, Bounds) else Bounds(exact, exact))
    assert found.unit == unit


def test_less_than_some_albumin_is_more_than_some_calcium() -> None:
    assert _corrected("2 mmol/L", "<30 g/L").bounds == Bounds(
        Fraction("2.2"), Fraction("2.8"), lo_open=True
    )
    assert _corrected("2 mmol/L", ">30 g/L").bounds == Bounds(None, Fraction("2.2"), hi_open=True)


def test_limits_of_normal_go_into_the_same_unit() -> None:
    total = result("3000", "umol/L", "2100-2600")
    found = corrected_for_albumin(total, result("40", "g/L"))
    assert isinstance(found, LabResult)
    assert (found.lln, found.uln) == (Fraction("2.1"), Fraction("2.6"))


@pytest.mark.parametrize(
    ("total", "albumin", "why"),
    [
        (result("2", "mmol/L"), result("30", "umol/L"), Why.ALBUMIN),
        (result("2", "mmol/L"), result("30", "g/L", day=BEFORE), Why.ALBUMIN),
        (result("4", "mEq/L"), result("30", "g/L"), Why.UNIT),
        (result("2", None), result("30", "g/L"), Why.UNIT),
    ],
)
def test_what_cannot_be_corrected(total: LabResult, albumin: LabResult, why: Why) -> None:
    assert corrected_for_albumin(total, albumin) is why


def test_a_proposal_from_corrected_calcium_says_so() -> None:
    found = corrected_for_albumin(result("2.8", "mmol/L", "2.1-2.6"), result("30", "g/L"))
    assert isinstance(found, LabResult)
    high, low = propose("calcium-corrected", found)
    assert isinstance(high, GradeProposal)
    assert isinstance(low, GradeProposal)
    assert (high.term.term, high.grade, low.grade) == ("Hypercalcemia", 2, 0)
    assert high.readings[-1].startswith("calcium corrected for albumin: total + 0.02 mmol/L")
