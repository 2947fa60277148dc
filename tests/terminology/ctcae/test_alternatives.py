"""What a person must decide beside the number, and how a proposal is said."""

from __future__ import annotations

import pytest
from tests.terminology.ctcae.laboratory import TERMS, baseline, proposed, refused, result

from trialrun.terminology.ctcae.grading import propose
from trialrun.terminology.ctcae.results import GradeProposal, in_words

WITHIN = "whether a result within the laboratory's own limits is a finding at all"
PERCENTAGES = "the percentages count although the baseline was normal"

# term | value unit limits | grade by the number | alternatives
TABLE = f"""
Anemia | 120 g/L 115-150 | 0 |
Anemia | 110 g/L 115-150 | 1 | 3 transfusion indicated; 4 Life-threatening consequences; 4 urgent intervention indicated; 5 Death
Anemia | 79 g/L 115-150  | 3 | 4 Life-threatening consequences; 4 urgent intervention indicated; 5 Death
Anemia | 95 g/L 90-150   | 2 | 3 transfusion indicated; 4 Life-threatening consequences; 4 urgent intervention indicated; 5 Death; 0 {WITHIN}
Leukocytosis | 9 10^9/L 4-10  | 0 |
Leukocytosis | 90 10^9/L 4-10 | 0 | 4 Clinical manifestations of leucostasis; 4 urgent intervention indicated
Leukocytosis | 90 10^9/L -    | 0 | 4 Clinical manifestations of leucostasis; 4 urgent intervention indicated
Activated partial thromboplastin time prolonged | 50 s 25-40 | 1 | 3 bleeding
Lipase increased | 100 U/L 10-60 | 2 |
Lipase increased | 130 U/L 10-60 | 2 | 3 with signs or symptoms
Lipase increased | 301 U/L 10-60 | 3 | 4 with signs or symptoms
Hyperuricemia | 500 umol/L 208-428 | 1 | 3 with physiologic consequences; 4 Life-threatening consequences; 5 Death
Hypokalemia | 3.2 mmol/L 3.5-5.3 | 1 | 2 Symptomatic; 2 intervention indicated; 3 hospitalization indicated; 4 life-threatening consequences; 5 Death
Hyponatremia | 133 mmol/L 137-147 | 1 | 4 life-threatening consequences; 5 Death
Hyponatremia | 127 mmol/L 137-147 | 2 | 3 symptomatic; 4 life-threatening consequences; 5 Death
Neutrophil count decreased | 1.4 10^9/L 1.2-6.3 | 2 | 0 {WITHIN}
CPK increased | 300 U/L 40-200 | 1 |
"""  # noqa: E501


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_parts_that_no_number_decides_are_left_to_a_person(line: str) -> None:
    term, found, grade, alternatives = (cell.strip() for cell in line.split("|"))
    proposal = proposed(term, result(*found.split()))
    assert proposal.grade == int(grade)
    said = [f"{a.grade} {a.words}" for a in proposal.alternatives]
    assert said == (alternatives.split("; ") if alternatives else [])


# INR | baseline | grade by the number, on anticoagulation
INR = """
1.1 1.0 0 1
1.2 1.0 0 1
2.6 2.5 3 1
2.4 1.2 2 2
6.0 2.0 3 3
2.0 2.5 2 0
"""


@pytest.mark.parametrize("line", INR.strip().splitlines())
def test_on_anticoagulation_the_baseline_stands_in_place_of_the_numbers(line: str) -> None:
    value, before, grade, anticoagulated = line.split()
    proposal = proposed("INR increased", result(value, None), baseline(before, None))
    assert proposal.grade == int(grade)
    said = {a.words: a.grade for a in proposal.alternatives}
    assert said.get("on anticoagulation", proposal.grade) == int(anticoagulated)


def test_without_a_baseline_nobody_knows_the_grade_on_anticoagulation() -> None:
    (alternative,) = proposed("INR increased", result("2.6", None)).alternatives
    assert alternative.grade is None
    assert alternative.words.startswith("on anticoagulation; then a baseline is needed")


def test_fibrinogen_that_halved_from_a_normal_baseline_is_asked_about() -> None:
    before = baseline("4", "g/L", "2-4")
    proposal = proposed("Fibrinogen decreased", result("1.9", "g/L", "2-4"), before)
    assert proposal.grade == 1
    assert [(a.grade, a.words) for a in proposal.alternatives] == [(3, PERCENTAGES)]


def test_a_creatinine_that_rose_within_the_limits_is_asked_about() -> None:
    before = baseline("50", "umol/L", "45-84")
    proposal = proposed("Creatinine increased", result("80", "umol/L", "45-84"), before)
    assert proposal.grade == 2
    assert [(a.grade, a.words) for a in proposal.alternatives] == [(0, WITHIN)]


def test_a_result_is_graded_by_every_term_of_its_analyte() -> None:
    outcomes = propose("hemoglobin", result("180", "g/L", "115-150"))
    assert [(o.term.term, o.grade) for o in outcomes if isinstance(o, GradeProposal)] == [
        ("Anemia", 0),
        ("Hemoglobin increased", 2),
    ]


def test_a_proposal_shows_the_text_the_rule_and_the_readings() -> None:
    before = baseline("60", "umol/L", "45-84")
    proposal = proposed("Creatinine increased", result("130", "umol/L", "45-84"), before)
    assert proposal.text == ">1.5 - 3.0 x baseline; >1.5 - 3.0 x ULN"
    assert proposal.rule == "> 1.5 x baseline; > 1.5 x ULN"
    assert proposal.readings == TERMS["Creatinine increased"].readings


def test_outcomes_in_words() -> None:
    anemia = result("79", "g/L", "115-150")
    assert in_words(proposed("Anemia", anemia)) == (
        "Anemia: at least grade 3 by the number (< 8 g/dL | 4.9 mmol/L); a person decides: "
        "Life-threatening consequences (grade 4), urgent intervention indicated (grade 4), "
        "Death (grade 5)."
    )
    assert in_words(proposed("Hemoglobin increased", anemia)) == (
        "Hemoglobin increased: grade 0 by the number."
    )
    within = result("1.4", "10^9/L", "1.2-6.3")
    assert in_words(proposed("Neutrophil count decreased", within)) == (
        "Neutrophil count decreased: grade 2 by the number (< 1.5 10*9/L); a person decides: "
        f"{WITHIN} (grade 0)."
    )
    inr = proposed("INR increased", result("2.6", None))
    assert "(grade not known)" in in_words(inr)
    assert in_words(refused("Anemia", result("120", "g/L"))) == (
        "Anemia: not gradable, because the result has no limit of normal that can be used."
    )
