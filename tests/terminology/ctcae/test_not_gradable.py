"""When no grade is proposed, why, and which grades it could be. Never 0 for want of knowledge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.terminology.ctcae.laboratory import (
    BEFORE,
    DAY,
    TERMS,
    baseline,
    proposed,
    refused,
    result,
)

from trialrun.terminology.ctcae.grading import propose
from trialrun.terminology.ctcae.results import LabResult, NotGradable, Why, in_words

ALT = "Alanine aminotransferase increased"
NORMAL_ALT = baseline("20", "U/L", "7-40")

# term | value unit limits | baseline unit limits | reasons | grades that are possible
TABLE = """
Anemia | 120 g/L -                    |                    | LIMIT                   | 0 1
Anemia | 120 mg -200                  |                    | UNIT LIMIT              | 0 1 2 3
Anemia | 12 ? 11-15                   |                    | UNIT                    | 0 2 3
Anemia | 90 g/L 150-115               |                    | LIMITS                  | 0 1 2 3
Anemia | 95..105 g/L 115-150          |                    | IMPRECISE               | 1 2
Anemia | <90 g/L 115-150              |                    | IMPRECISE               | 2 3
CPK increased | 300 U/L -             |                    | LIMIT                   | 0 1 2 3 4
CPK increased | 300 U/L 0-0           |                    | LIMIT                   | 1 2 3 4
CPK increased | >500 U/L 40-200       |                    | IMPRECISE               | 2 3 4
Eosinophilia | 0.6 10^9/L 0.02-0.52   |                    | BASELINE                | 0 1
Alanine aminotransferase increased | 30 U/L 7-40  |                    | BASELINE       | 0 1 2 3 4
Alanine aminotransferase increased | 900 U/L 7-40 |                    | BASELINE       | 0 1 2 3 4
Alanine aminotransferase increased | 90 U/L 7-40  | 60 U/L -           | BASELINE_LIMIT | 0 1
Alanine aminotransferase increased | 90 U/L 7-40  | 60 mg/dL 7-40      | BASELINE_UNIT  | 0 1 2 3 4
Alanine aminotransferase increased | 90 U/L 7-40  | 30..50 U/L 7-40    | IMPRECISE      | 0 1
Alanine aminotransferase increased | 90 U/L 7-40  | 60 U/L 40-7        | LIMITS         | 0 1
Alanine aminotransferase increased | 90 U/L -     | 20 U/L 7-40        | LIMIT          | 0 1 2 3 4
Creatinine increased | 70 umol/L 45-84  |                  | BASELINE                | 0 2 3
Creatinine increased | 130 umol/L 45-84 |                  | BASELINE                | 2 3
Creatinine increased | 70 umol/L 45-84  | 0 umol/L 45-84   | BASELINE_ZERO           | 0 2 3
Fibrinogen decreased | 1.7 g/L 2-4      |                  | BASELINE                | 0 1 2 3 4
Fibrinogen decreased | 1.7 umol/L 2-4   | 3 umol/L 2-4     | UNIT                    | 1 4
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_what_is_not_known_is_not_graded(line: str) -> None:
    term, found, before, reasons, possible = (cell.strip() for cell in line.split("|"))
    outcome = refused(term, result(*found.split()), baseline(*before.split()) if before else None)
    assert [why.name for why in outcome.reasons] == reasons.split()
    assert outcome.possible == tuple(map(int, possible.split()))


# What is missing does not matter where the rest decides.
DECIDED = """
Anemia | 95 g/L -                         |                  | 2
Anemia | <75 g/L 115-150                  |                  | 3
CPK increased | >2000 U/L 40-200          |                  | 4
Eosinophilia | 0.4 10^9/L 0.02-0.52       |                  | 0
Creatinine increased | 260 umol/L 45-84   |                  | 3
Creatinine increased | 900 umol/L 45-84   |                  | 4
Creatinine increased | 100 umol/L 45-84   | 50 umol/L 84-45  | 2
Creatinine increased | 900 umol/L 45-84   | 60 mg/L/d 45-84  | 4
Fibrinogen decreased | 0.4 g/L -          |                  | 4
Alanine aminotransferase increased | 30 U/L 7-40 | 30 U/L -  | 0
Alanine aminotransferase increased | 60 KU/x 7-40 | 30 KU/x 7-40 | 1
"""


@pytest.mark.parametrize("line", DECIDED.strip().splitlines())
def test_what_is_missing_does_not_matter_where_the_rest_decides(line: str) -> None:
    term, found, before, grade = (cell.strip() for cell in line.split("|"))
    known = baseline(*before.split()) if before else None
    assert proposed(term, result(*found.split()), known).grade == int(grade)


def test_a_baseline_after_the_result_is_none() -> None:
    after = replace(NORMAL_ALT, day=DAY)
    found = result("90", "U/L", "7-40", day=BEFORE)
    assert refused(ALT, found, after).reasons == (Why.BASELINE_DAY,)
    assert proposed(ALT, replace(found, day=DAY), after).grade == 1


def test_a_baseline_without_a_unit_is_not_taken_to_be_in_that_of_the_result() -> None:
    found = result("90", "U/L", "7-40")
    assert refused(ALT, found, baseline("60", None, "7-40")).reasons == (Why.BASELINE_UNIT,)
    without = result("90", None, "7-40")
    assert refused(ALT, without, baseline("60", "U/L", "7-40")).reasons == (Why.BASELINE_UNIT,)


@pytest.mark.parametrize("normal", ["115-150", "60-150", "130-150"])
def test_a_result_on_the_good_side_has_grade_0_in_the_other_direction(normal: str) -> None:
    assert proposed("Hemoglobin increased", result("50", "g/L", normal)).grade == 0


def test_total_calcium_is_not_graded_uncorrected() -> None:
    outcomes = propose("calcium", result("3.5", "mmol/L", "2.1-2.6"))
    assert {outcome.term.term for outcome in outcomes} == {"Hypercalcemia", "Hypocalcemia"}
    for outcome in outcomes:
        assert isinstance(outcome, NotGradable)
        assert outcome.reasons == (Why.UNCORRECTED,)


def test_what_no_term_reads_raises_nothing() -> None:
    assert propose("body-weight", result("3.5", "kg")) == ()


@pytest.mark.parametrize("term", sorted(TERMS))
def test_without_limits_baseline_and_a_unit_nothing_is_proposed_as_normal(term: str) -> None:
    # Without a unit a number is a ratio or a pH, and those have fixed boundaries.
    outcome = refused(term, LabResult(value=NORMAL_ALT.value, unit="no unit", day=DAY))
    assert len(outcome.possible) > 1
    assert "20" not in in_words(outcome)
