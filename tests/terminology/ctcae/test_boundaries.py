"""Every boundary of every laboratory term: on it, and a hair to either side of it.

The numbers are those of CTCAE v5.0 (NCI, 27 November 2017), read off its text by hand. A boundary
is written `value: before on beyond`: three grades, in the direction in which the term gets worse.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import pytest
from tests.terminology.ctcae.laboratory import TERMS, baseline, beside, proposed, result

# term | unit | limits of normal | boundaries
# By molar mass: 2 g/dL of haemoglobin are 20/16.1145 mmol/L; 1 mmol/L of calcium is 4.0078 mg/dL.
BY_LIMITS_AND_NUMBERS = """
Anemia | g/L    | 115-150  | 115: 0 0 1 | 100: 1 1 2 | 80: 2 2 3
Anemia | g/dL   | 11.5-15  | 11.5: 0 0 1 | 10: 1 1 2 | 8: 2 2 3
Anemia | mmol/L | 7.1-9.3  | 7.1: 0 0 1 | 6.2: 1 1 2 | 4.9: 2 2 3
Leukocytosis | /mm3   | 4000-10000 | 10000: 0 0 0 | 100000: 0 0 3
Leukocytosis | 10^9/L | 4-10       | 10: 0 0 0 | 100: 0 0 3
Activated partial thromboplastin time prolonged | s | 25-40 | 40: 0 0 1 | 60: 1 1 2 | 100: 2 2 3
Blood lactate dehydrogenase increased | U/L | 120-250 | 250: 0 0 1 | 2500: 1 1 1
CD4 lymphocytes decreased | /mm3   | 550-   | 550: 0 0 1 | 500: 1 1 2 | 200: 2 2 3 | 50: 3 3 4
CD4 lymphocytes decreased | 10^9/L | 0.55-  | 0.55: 0 0 1 | 0.5: 1 1 2 | 0.2: 2 2 3 | 0.05: 3 3 4
Cholesterol high | mg/dL  | -200 | 200: 0 0 1 | 300: 1 1 2 | 400: 2 2 3 | 500: 3 3 4
Cholesterol high | mmol/L | -5.2 | 5.2: 0 0 1 | 7.75: 1 1 2 | 10.34: 2 2 3 | 12.92: 3 3 4
CPK increased | U/L | 40-200 | 200: 0 0 1 | 500: 1 1 2 | 1000: 2 2 3 | 2000: 3 3 4
Haptoglobin decreased | g/L | 0.3-2 | 0.3: 0 0 1 | 0.01: 1 1 1
Hemoglobin increased | g/L    | 115-150 | 150: 0 0 1 | 170: 1 1 2 | 190: 2 2 3
Hemoglobin increased | g/dL   | 11.5-15 | 15: 0 0 1 | 17: 1 1 2 | 19: 2 2 3
Hemoglobin increased | mmol/L | 7-10    | 10: 0 0 1 | 362290/32229: 1 1 2 | 402290/32229: 2 2 3
INR increased |     | 0.8-1.2 | 1.2: 0 0 1 | 1.5: 1 1 2 | 2.5: 2 2 3
INR increased | INR | 0.8-1.2 | 1.2: 0 0 1 | 1.5: 1 1 2 | 2.5: 2 2 3
Lipase increased | U/L | 10-60 | 60: 0 0 1 | 90: 1 1 2 | 120: 2 2 2 | 300: 2 2 3
Serum amylase increased | U/L | 30-110 | 110: 0 0 1 | 165: 1 1 2 | 220: 2 2 2 | 550: 2 2 3
Lymphocyte count decreased | /mm3   | 1100-3200 | 1100: 0 0 1 | 800: 1 1 2 | 500: 2 2 3 | 200: 3 3 4
Lymphocyte count decreased | 10^9/L | 1.1-3.2   | 1.1: 0 0 1 | 0.8: 1 1 2 | 0.5: 2 2 3 | 0.2: 3 3 4
Lymphocyte count increased | /mm3   | 1100-3200 | 3200: 0 0 0 | 4000: 0 0 2 | 20000: 2 2 3
Lymphocyte count increased | 10^9/L | 1.1-3.2   | 3.2: 0 0 0 | 4: 0 0 2 | 20: 2 2 3
Neutrophil count decreased | /mm3   | 1800-6300 | 1800: 0 0 1 | 1500: 1 1 2 | 1000: 2 2 3 | 500: 3 3 4
Neutrophil count decreased | 10^9/L | 1.8-6.3   | 1.8: 0 0 1 | 1.5: 1 1 2 | 1: 2 2 3 | 0.5: 3 3 4
Platelet count decreased | /mm3   | 125000- | 125000: 0 0 1 | 75000: 1 1 2 | 50000: 2 2 3 | 25000: 3 3 4
Platelet count decreased | 10^9/L | 125-    | 125: 0 0 1 | 75: 1 1 2 | 50: 2 2 3 | 25: 3 3 4
White blood cell decreased | /mm3   | 3500- | 3500: 0 0 1 | 3000: 1 1 2 | 2000: 2 2 3 | 1000: 3 3 4
White blood cell decreased | 10^9/L | 3.5-  | 3.5: 0 0 1 | 3: 1 1 2 | 2: 2 2 3 | 1: 3 3 4
Acidosis  |      | 7.35-7.45 | 7.35: 0 0 1 | 7.3: 1 1 3
Acidosis  | [pH] | 7.35-7.45 | 7.35: 0 0 1 | 7.3: 1 1 3
Alkalosis |      | 7.35-7.45 | 7.45: 0 0 1 | 7.5: 1 1 3
Alkalosis | [pH] | 7.35-7.45 | 7.45: 0 0 1 | 7.5: 1 1 3
Hypercalcemia | mg/dL  | 8.4-10.4 | 10.4: 0 0 1 | 11.5: 1 1 2 | 12.5: 2 2 3 | 13.5: 3 3 4
Hypercalcemia | mmol/L | 2.1-2.6  | 2.6: 0 0 1 | 2.9: 1 1 2 | 3.1: 2 2 3 | 3.4: 3 3 4
Hypercalcemia (Ionized) | mmol/L | 1.1-1.34 | 1.34: 0 0 1 | 1.5: 1 1 2 | 1.6: 2 2 3 | 1.8: 3 3 4
Hypercalcemia (Ionized) | umol/L | 1100-1340 | 1340: 0 0 1 | 1500: 1 1 2 | 1600: 2 2 3 | 1800: 3 3 4
Hypercalcemia (Ionized) | mg/dL  | -5.4 | 6.0117: 1 1 2 | 6.41248: 2 2 3 | 7.21404: 3 3 4
Hyperkalemia | mmol/L | 3.5-5.3 | 5.3: 0 0 1 | 5.5: 1 1 2 | 6: 2 2 3 | 7: 3 3 4
Hyperkalemia | mEq/L  | 3.5-5.3 | 5.3: 0 0 1 | 5.5: 1 1 2 | 6: 2 2 3 | 7: 3 3 4
Hypermagnesemia | mg/dL  | 1.8-2.5  | 2.5: 0 0 1 | 3: 1 1 3 | 8: 3 3 4
Hypermagnesemia | mmol/L | 0.75-1.02 | 1.02: 0 0 1 | 1.23: 1 1 3 | 3.3: 3 3 4
Hypernatremia | mmol/L | 137-147 | 147: 0 0 1 | 150: 1 1 2 | 155: 2 2 3 | 160: 3 3 4
Hypernatremia | mEq/L  | 137-147 | 147: 0 0 1 | 150: 1 1 2 | 155: 2 2 3 | 160: 3 3 4
Hypertriglyceridemia | mg/dL  | -150 | 150: 0 1 1 | 300: 1 1 2 | 500: 2 2 3 | 1000: 3 3 4
Hypertriglyceridemia | mmol/L | -1.7 | 1.71: 0 1 1 | 3.42: 1 1 2 | 5.7: 2 2 3 | 11.4: 3 3 4
Hyperuricemia | umol/L | 208-428 | 428: 0 0 1 | 900: 1 1 1
Hypoalbuminemia | g/L  | 40-55 | 40: 0 0 1 | 30: 1 1 2 | 20: 2 2 3
Hypoalbuminemia | g/dL | 4-5.5 | 4: 0 0 1 | 3: 1 1 2 | 2: 2 2 3
Hypocalcemia | mg/dL  | 8.4-10.4 | 8.4: 0 0 1 | 8: 1 1 2 | 7: 2 2 3 | 6: 3 3 4
Hypocalcemia | mmol/L | 2.1-2.6  | 2.1: 0 0 1 | 2: 1 1 2 | 1.75: 2 2 3 | 1.5: 3 3 4
Hypocalcemia (Ionized) | mmol/L | 1.1-1.34  | 1.1: 0 0 1 | 1: 1 1 2 | 0.9: 2 2 3 | 0.8: 3 3 4
Hypocalcemia (Ionized) | umol/L | 1100-1340 | 1100: 0 0 1 | 1000: 1 1 2 | 900: 2 2 3 | 800: 3 3 4
Hypocalcemia (Ionized) | mg/dL  | 4.4-      | 4.0078: 1 1 2 | 3.60702: 2 2 3 | 3.20624: 3 3 4
Hypoglycemia | mg/dL  | 70-110  | 70: 0 0 1 | 55: 1 1 2 | 40: 2 2 3 | 30: 3 3 4
Hypoglycemia | mmol/L | 3.9-6.1 | 3.9: 0 0 1 | 3: 1 1 2 | 2.2: 2 2 3 | 1.7: 3 3 4
Hypokalemia | mmol/L | 3.5-5.3 | 3.5: 0 0 1 | 3: 1 1 3 | 2.5: 3 3 4
Hypokalemia | mEq/L  | 3.5-5.3 | 3.5: 0 0 1 | 3: 1 1 3 | 2.5: 3 3 4
Hypomagnesemia | mg/dL  | 1.8-2.5   | 1.8: 0 0 1 | 1.2: 1 1 2 | 0.9: 2 2 3 | 0.7: 3 3 4
Hypomagnesemia | mmol/L | 0.75-1.02 | 0.75: 0 0 1 | 0.5: 1 1 2 | 0.4: 2 2 3 | 0.3: 3 3 4
Hyponatremia | mmol/L | 137-147 | 137: 0 0 1 | 130: 1 1 2 | 125: 2 2 3 | 120: 3 3 4
Hyponatremia | mEq/L  | 137-147 | 137: 0 0 1 | 130: 1 1 2 | 125: 2 2 3 | 120: 3 3 4
"""  # noqa: E501

# term | unit | limits of normal | baseline, unit, its limits | boundaries
BY_BASELINE = """
Eosinophilia | 10^9/L | 0.02-0.52 | 0.1 10^9/L 0.02-0.52 | 0.52: 0 0 1 | 50: 1 1 1
Eosinophilia | /mm3   | 20-520    | 0.6 10^9/L 0.02-0.52 | 600: 0 0 1
Alanine aminotransferase increased | U/L | 7-40 | 40 U/L 7-40 | 40: 0 0 1 | 120: 1 1 2 | 200: 2 2 3 | 800: 3 3 4
Alanine aminotransferase increased | U/L | 7-40 | 50 U/L 7-40 | 75: 0 1 1 | 150: 1 1 2 | 250: 2 2 3 | 1000: 3 3 4
Alanine aminotransferase increased | ukat/L | 0.1-0.6 | 60 U/L 7-40 | 1.5: 0 1 1 | 3: 1 1 2 | 5: 2 2 3 | 20: 3 3 4
Aspartate aminotransferase increased | U/L | 13-35 | 20 U/L 13-35 | 35: 0 0 1 | 105: 1 1 2 | 175: 2 2 3 | 700: 3 3 4
Aspartate aminotransferase increased | U/L | 13-35 | 40 U/L 13-35 | 60: 0 1 1 | 120: 1 1 2 | 200: 2 2 3 | 800: 3 3 4
Alkaline phosphatase increased | U/L | 45-120 | 80 U/L 45-120 | 120: 0 0 1 | 300: 1 1 2 | 600: 2 2 3 | 2400: 3 3 4
Alkaline phosphatase increased | U/L | 45-120 | 200 U/L 45-120 | 400: 0 1 1 | 500: 1 1 2 | 1000: 2 2 3 | 4000: 3 3 4
GGT increased | U/L | 10-60 | 30 U/L 10-60 | 60: 0 0 1 | 150: 1 1 2 | 300: 2 2 3 | 1200: 3 3 4
GGT increased | U/L | 10-60 | 100 U/L 10-60 | 200: 0 1 1 | 250: 1 1 2 | 500: 2 2 3 | 2000: 3 3 4
Blood bilirubin increased | umol/L | 5-20 | 10 umol/L 5-20 | 20: 0 0 1 | 30: 1 1 2 | 60: 2 2 3 | 200: 3 3 4
Blood bilirubin increased | umol/L | 5-20 | 40 umol/L 5-20 | 40: 0 0 1 | 60: 1 1 2 | 120: 2 2 3 | 400: 3 3 4
Blood bilirubin increased | mg/dL  | 0.3-1.2 | 34.208 umol/L 5-20 | 1.99996: 0 0 0 | 3.0001: 2 2 2
Creatinine increased | umol/L | 45-84 | 84 umol/L 45-84 | 84: 0 0 1 | 126: 1 1 2 | 252: 2 2 3 | 504: 3 3 4
Creatinine increased | umol/L | 45-84 | 60 umol/L 45-84 | 84: 0 0 1 | 90: 1 1 2 | 180: 2 2 3 | 504: 3 3 4
Creatinine increased | umol/L | 45-84 | 50 umol/L 45-84 | 75: 0 0 2 | 150: 2 2 3
Creatinine increased | mg/dL  | 0.5-1 | 0.8 mg/dL 0.5-1 | 1: 0 0 1 | 1.2: 1 1 2 | 2.4: 2 2 3 | 6: 3 3 4
Creatinine increased | umol/L | 0-1000 | 1.1312 mg/dL 0.5-1 | 150: 0 0 2 | 300: 2 2 3
Fibrinogen decreased | g/L   | 2-4 | 2 g/L 2-4 | 2: 0 0 1 | 1.5: 1 1 2 | 1: 2 2 3 | 0.5: 3 3 4
Fibrinogen decreased | mg/dL | 200-400 | 3 g/L 2-4 | 200: 0 0 1 | 150: 1 1 2 | 100: 2 2 3 | 50: 3 3 4
Fibrinogen decreased | g/L   | 2-4 | 1.6 g/L 2-4 | 1.6: 0 0 1 | 1.2: 1 2 2 | 0.8: 2 3 3 | 0.5: 3 3 4
Fibrinogen decreased | g/L   | 4-8 | 3.2 g/L 4-8 | 0.8: 3 4 4
Fibrinogen decreased | g/L   | 1-4 | 0.8 g/L 1-4 | 0.5: 2 2 4
"""  # noqa: E501

# The laboratory terms of CTCAE v5.0 that have numbers, and eosinophilia, which has limits only.
ALL_TERMS = {
    "Anemia", "Leukocytosis", "Eosinophilia", "Activated partial thromboplastin time prolonged",
    "Alanine aminotransferase increased", "Alkaline phosphatase increased",
    "Aspartate aminotransferase increased", "Blood bilirubin increased",
    "Blood lactate dehydrogenase increased", "CD4 lymphocytes decreased", "Cholesterol high",
    "CPK increased", "Creatinine increased", "Fibrinogen decreased", "GGT increased",
    "Haptoglobin decreased", "Hemoglobin increased", "INR increased", "Lipase increased",
    "Lymphocyte count decreased", "Lymphocyte count increased", "Neutrophil count decreased",
    "Platelet count decreased", "Serum amylase increased", "White blood cell decreased",
    "Acidosis", "Alkalosis", "Hypercalcemia", "Hypercalcemia (Ionized)", "Hyperkalemia",
    "Hypermagnesemia", "Hypernatremia", "Hypertriglyceridemia", "Hyperuricemia",
    "Hypoalbuminemia", "Hypocalcemia", "Hypocalcemia (Ionized)", "Hypoglycemia", "Hypokalemia",
    "Hypomagnesemia", "Hyponatremia",
}  # fmt: skip

_LOW = re.compile("decreased|Anemia|Acidosis|Hypo")


class Case(NamedTuple):
    term: str
    unit: str | None
    normal: str
    before: str
    value: str
    grades: tuple[int, ...]


def _cases() -> list[Case]:
    found = []
    for table, columns in ((BY_LIMITS_AND_NUMBERS, 3), (BY_BASELINE, 4)):
        for line in table.strip().splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            term, unit, normal, *before = cells[:columns]
            for boundary in cells[columns:]:
                value, _, grades = boundary.partition(":")
                expected = tuple(map(int, grades.split()))
                found.append(Case(term, unit or None, normal, "".join(before), value, expected))
    return found


@pytest.mark.parametrize("case", _cases(), ids=lambda c: f"{c.term} {c.value} {c.unit} {c.before}")
def test_a_boundary_parts_the_grades_as_the_text_says(case: Case) -> None:
    less, more = beside(case.value)
    values = (more, case.value, less) if _LOW.search(case.term) else (less, case.value, more)
    before = baseline(*case.before.split()) if case.before else None
    found = [proposed(case.term, result(v, case.unit, case.normal), before) for v in values]
    assert tuple(proposal.grade for proposal in found) == case.grades


def test_a_boundary_in_the_unit_of_the_result_goes_before_one_that_must_be_converted() -> None:
    anemia = replace(TERMS["Anemia"], molar_mass=Fraction("16114.5"))
    # 10 g/dL are 6.206 mmol/L.
    assert proposed(anemia, result("6.2", "mmol/L", "7.1-9.3")).grade == 1


def test_every_term_is_there_and_has_its_boundaries_tested() -> None:
    assert set(TERMS) == ALL_TERMS == {case.term for case in _cases()}
    assert len(TERMS) == len(ALL_TERMS) == 41


def test_every_grade_with_a_rule_is_reached_by_some_boundary() -> None:
    reached = {(case.term, grade) for case in _cases() for grade in case.grades}
    with_rule = {(t.term, g.number) for t in TERMS.values() for g in t.grades if g.clauses}
    assert with_rule <= reached
