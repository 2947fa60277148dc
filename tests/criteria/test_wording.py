"""What a clinician reads: each statement as a sentence, in English and in Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import expressions

from trialrun.criteria.expressions import Expression
from trialrun.criteria.parse import parse
from trialrun.criteria.wording import in_words, render

TITLES_EN = {"als": "ALS", "ivig": "Immunoglobulin", "alt": "ALT", "ast": "AST", "fvc": "FVC"}
TITLES_ZH = {
    "als": "肌萎缩侧索硬化",
    "ivig": "免疫球蛋白",
    "alt": "ALT",
    "ast": "AST",
    "fvc": "FVC",
    "has a cough": "咳嗽",
}

SENTENCES: list[tuple[str, str, str]] = [
    (
        "age from 18 to 70 years",
        "The patient is from 18 to 70 years old (both included).",
        "年龄18～70周岁（含两端）。",
    ),
    ("age at least 18 years", "The patient is at least 18 years old.", "年龄满18周岁。"),
    ("age at most 70 years", "The patient is at most 70 years old.", "年龄不超过70周岁。"),
    ("age = 40 years", "The patient is 40 years old.", "年龄40周岁。"),
    ("any age", "The patient is of any age.", "年龄不限。"),
    ("sex is female", "The patient is female.", "患者为女性。"),
    (
        "condition in [als]",
        "The patient has a diagnosis of “ALS” at any time up to enrolment.",
        "截至入组时有“肌萎缩侧索硬化”诊断。",
    ),
    (
        "no condition in [als] active",
        "The patient has no diagnosis of “ALS” that is ongoing at enrolment.",
        "入组时无仍在持续的“肌萎缩侧索硬化”诊断。",
    ),
    (
        "not at least 2 records of condition in [als] within 1 year",
        "It is not the case that [the patient has at least 2 diagnoses of “ALS” "
        "at some time within 1 year before enrolment].",
        "以下情况不成立：【入组前1年内有至少2次“肌萎缩侧索硬化”诊断】。",
    ),
    (
        "intravenous medication in [ivig] with daily dose >= 20 g within 2 months",
        "The patient has had a treatment with intravenous “Immunoglobulin” "
        "(daily dose at least 20 g) at some time within 2 months before enrolment.",
        "入组前2个月内有静脉“免疫球蛋白”用药（每日剂量不低于 20 g）。",
    ),
    (
        "no immunisation in [flu] from enrolment to end of follow-up",
        "The patient has had no vaccination with “flu” from enrolment to the end of follow-up.",
        "自入组至随访结束期间无“flu”接种。",
    ),
    (
        "finding in [als] active",
        "The patient has a clinical finding of “ALS” on the day of enrolment.",
        "入组当日有“肌萎缩侧索硬化”体征或表现。",
    ),
    (
        "procedure in [als] from 2020-01-31 to enrolment",
        "The patient has had a procedure from “ALS” at some time from 2020-01-31 to enrolment.",
        "自2020年1月31日至入组期间有“肌萎缩侧索硬化”手术或操作。",
    ),
    (
        "latest any of [alt], [ast] within 30 days > 3 x upper limit of normal",
        "The latest value of at least one of “ALT”, “AST” within 30 days before enrolment "
        "is above 3 times its upper limit of normal.",
        "入组前30天内“ALT”、“AST”中至少一项的最近一次结果高于正常值上限的 3 倍。",
    ),
    (
        "every [alt] within 2 weeks after enrolment is normal",
        "Every value of “ALT” within 2 weeks after enrolment is normal.",
        "入组后2周内“ALT”的每次结果正常。",
    ),
    (
        "first [alt] from 5 to 40 U/L",
        "The first value of “ALT” at any time up to enrolment is from 5 to 40 U/L (both included).",
        "截至入组时“ALT”的首次结果在 5～40 U/L 之间（含两端）。",
    ),
    (
        "latest creatinine clearance within 90 days <= 30 mL/min",
        "The latest creatinine clearance (Cockcroft-Gault) within 90 days before enrolment "
        "is at most 30 mL/min.",
        "入组前90天内最近一次肌酐清除率（Cockcroft-Gault 公式）不高于 30 mL/min。",
    ),
    (
        "prednisone-equivalent dose <= 1.0 mg/kg/d",
        "The prednisone-equivalent dose at enrolment is at most 1.0 mg/kg/d.",
        "入组时泼尼松等效剂量不高于 1.0 mg/kg/d。",
    ),
    (
        "highest prednisone-equivalent dose within 2 months > 1 mg/kg/d",
        "The highest prednisone-equivalent dose within 2 months before enrolment "
        "is above 1 mg/kg/d.",
        "入组前2个月内泼尼松等效剂量的最高值高于 1 mg/kg/d。",
    ),
    (
        "change in [fvc] from first within 12 months to latest within 30 days <= -10 %",
        "The relative change in “FVC” from the first value (within 12 months before enrolment) "
        "to the latest value (within 30 days before enrolment) is at most -10 %.",
        "“FVC”自首次结果（入组前12个月内）至最近一次结果（入组前30天内）的相对变化不高于 -10 %。",
    ),
    (
        'attested "response to immunoglobulin was poor"',
        "A person confirms: “response to immunoglobulin was poor”.",
        "经人工确认：“response to immunoglobulin was poor”。",
    ),
    (
        'attested "fit" within 30 days',
        "A person confirms within 30 days before enrolment: “fit”.",
        "入组前30天内经人工确认：“fit”。",
    ),
    (
        'attested "has a cough" within 7 days',
        "A person confirms within 7 days before enrolment: “has a cough”.",
        "入组前7天内经人工确认：“咳嗽”。",
    ),
    (
        'attested "has a cough" covered from enrolment to end of follow-up',
        "A person confirms for every day from enrolment to the end of follow-up: “has a cough”.",
        "自入组至随访结束期间每一天均经人工确认：“咳嗽”。",
    ),
    (
        "dose of [ivig] unchanged from enrolment to end of follow-up",
        "The medicines in “Immunoglobulin” and their doses stay the same "
        "from enrolment to the end of follow-up.",
        "自入组至随访结束期间“免疫球蛋白”的药物种类及剂量保持不变。",
    ),
    (
        "medication in [ivig] covered from enrolment to end of follow-up",
        "The patient has had a treatment with “Immunoglobulin” on every day "
        "from enrolment to the end of follow-up.",
        "自入组至随访结束期间每一天均有“免疫球蛋白”用药。",
    ),
    (
        'attested "fit" covered from enrolment to end of follow-up',
        "A person confirms for every day from enrolment to the end of follow-up: “fit”.",
        "自入组至随访结束期间每一天均经人工确认：“fit”。",
    ),
    (
        "sex is female and latest [alt] is normal",
        "The patient is female, and the latest value of “ALT” at any time up to enrolment "
        "is normal.",
        "患者为女性，且截至入组时“ALT”的最近一次结果正常。",
    ),
    (
        "sex is male or sex is female and age > 18",
        "At least one of the following: (1) the patient is male; "
        "(2) [the patient is female, and the patient is at least 19 years old].",
        "满足以下任意一项：（1）患者为男性；（2）【患者为女性，且年龄满19周岁】。",
    ),
    (
        "sex is male or sex is female or age > 18 or age < 8",
        "At least one of the following: (1) the patient is male; (2) the patient is female; "
        "(3) the patient is at least 19 years old; (4) the patient is at most 7 years old.",
        "满足以下任意一项：（1）患者为男性；（2）患者为女性；（3）年龄满19周岁；（4）年龄不超过7周岁。",
    ),
    (
        "sex is male and (sex is female or age > 18)",
        "All of the following: (1) the patient is male; "
        "(2) [the patient is female, or the patient is at least 19 years old].",
        "同时满足以下各项：（1）患者为男性；（2）【患者为女性，或年龄满19周岁】。",
    ),
    (
        "if sex is female then age > 18 and age < 40",
        "If the patient is female, then [the patient is at least 19 years old, "
        "and the patient is at most 39 years old].",
        "若患者为女性，则【年龄满19周岁，且年龄不超过39周岁】。",
    ),
    (
        "at least 2 of (sex is male, age > 18, not sex is female)",
        "At least 2 of the following: (1) the patient is male; "
        "(2) the patient is at least 19 years old; "
        "(3) it is not the case that [the patient is female].",
        "至少满足以下2项：（1）患者为男性；（2）年龄满19周岁；（3）以下情况不成立：【患者为女性】。",
    ),
]


@pytest.mark.parametrize(("text", "english", "chinese"), SENTENCES)
def test_a_statement_in_words(text: str, english: str, chinese: str) -> None:
    assert in_words(parse(text), "en", TITLES_EN) == english
    assert in_words(parse(text), "zh", TITLES_ZH) == chinese


@given(expressions())
def test_every_expression_has_words(expression: Expression) -> None:
    assert in_words(expression, "en", {}).endswith(".")
    assert in_words(expression, "zh", {}).endswith("。")


CANONICAL = [
    # written, as the program writes it back
    ("AGE >= 18", "age at least 18 years"),
    ("conditions in [als] at any time", "condition in [als]"),
    ("not condition in [als]", "no condition in [als]"),
    ("allergies in [als]", "allergy to [als]"),
    ("immunization in [v] within 1 months before enrolment", "immunisation in [v] within 1 month"),
    ("eGFR ≥ 60 mL/min/1.73 m2", "latest eGFR >= 60 mL/min/1.73m2"),
    ("current prednisone-equivalent dose < 1 mg/kg/d", "prednisone-equivalent dose < 1 mg/kg/d"),
    ("latest [alt] >3×ULN", "latest [alt] > 3 x upper limit of normal"),
    ("latest [x] < 2.50 ×10⁹/L", "latest [x] < 2.50 ×10⁹/L"),
    ("latest [x] < 0.00000001 g", "latest [x] < 0.00000001 g"),
    ("if (if any age then any age) then any age", "if (if any age then any age) then any age"),
    ('latest [x] < 5 "mg"', "latest [x] < 5 mg"),
    ('latest [x] < 5 "K/uL (auto)"', 'latest [x] < 5 "K/uL (auto)"'),
    ("(sex is male)\n  or (sex is female)", "sex is male or sex is female"),
]


@pytest.mark.parametrize(("written", "canonical"), CANONICAL)
def test_the_canonical_line(written: str, canonical: str) -> None:
    assert render(parse(written)) == canonical
