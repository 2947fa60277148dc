"""Treatment-emergent or not: a table of onsets, later grades, first dose and end of the period.

The definition is that of ICH E9's glossary (emerges during treatment, or worsens relative to the
state before it); each row was worked out by hand from it.
"""

from __future__ import annotations

from datetime import date

import pytest

from trialrun.conduct.treatment_emergence import ObservedGrade, treatment_emergent
from trialrun.criteria.truth import Truth
from trialrun.records.dates import parse_span

FIRST, UNTIL = date(2022, 5, 10), date(2022, 8, 31)

# onset and grade | later days and grades | first dose | end of the period | treatment-emergent
TABLE = [
    ("2022-05-10 1", "", FIRST, UNTIL, Truth.TRUE),  # the day of the first dose counts
    ("2022-05-09 1", "", FIRST, UNTIL, Truth.FALSE),
    ("2022-08-31 1", "", FIRST, UNTIL, Truth.TRUE),  # the last day counts
    ("2022-09-01 1", "", FIRST, UNTIL, Truth.FALSE),
    ("2022-09-01 1", "", FIRST, None, Truth.TRUE),  # no end is known yet
    ("2022-05-20 1", "", None, UNTIL, Truth.FALSE),  # no dose was given
    ("2022-05 1", "", FIRST, UNTIL, Truth.UNKNOWN),
    ("2022-06 1", "", FIRST, UNTIL, Truth.TRUE),
    ("2022-04 1", "", FIRST, UNTIL, Truth.FALSE),
    ("2022 1", "", FIRST, UNTIL, Truth.UNKNOWN),
    ("2022-05-01 1", "2022-05-20 2", FIRST, UNTIL, Truth.TRUE),  # worsened on treatment
    ("2022-05-01 1", "2022-05-20 1", FIRST, UNTIL, Truth.FALSE),
    ("2022-05-01 2", "2022-05-20 1", FIRST, UNTIL, Truth.FALSE),
    ("2022-05-01 1", "2022-05-09 2", FIRST, UNTIL, Truth.FALSE),  # worsened before the dose
    ("2022-05-01 1", "2022-05-05 3, 2022-05-20 2", FIRST, UNTIL, Truth.FALSE),
    ("2022-05-01 1", "2022-05-05 2, 2022-05-20 3", FIRST, UNTIL, Truth.TRUE),
    ("2022-05-01 1", "2022-09-20 2", FIRST, UNTIL, Truth.FALSE),  # after the period
    ("2022-05-01 1", "2022-05 2", FIRST, UNTIL, Truth.UNKNOWN),
    ("2022-05-01 1", "2022-05 3, 2022-05-20 2", FIRST, UNTIL, Truth.UNKNOWN),
    ("2022-05 1", "2022-05-20 2", FIRST, UNTIL, Truth.TRUE),  # began or worsened: either way
    ("2022-05 2", "2022-05-20 2", FIRST, UNTIL, Truth.UNKNOWN),
]


def observed(text: str) -> ObservedGrade:
    day, grade = text.split()
    return ObservedGrade(parse_span(day), int(grade))


@pytest.mark.parametrize(("onset", "later", "first", "until", "expected"), TABLE)
def test_treatment_emergent(
    onset: str, later: str, first: date | None, until: date | None, expected: Truth
) -> None:
    grades = [observed(text) for text in later.split(", ") if text]
    assert treatment_emergent(observed(onset), grades, first, until) is expected
