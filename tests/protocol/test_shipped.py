"""The shipped protocol says what the registry says, and reads it as its assumptions state."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from trialrun.criteria import expressions as e
from trialrun.criteria.parse import parse
from trialrun.criteria.wording import render
from trialrun.protocol.checks import Severity, check, refuse_unsound
from trialrun.protocol.design import Contact, EndpointClass
from trialrun.protocol.file import read_protocol, shipped_protocols
from trialrun.protocol.model import Category, Criterion, InChinese, Stage, TrialProtocol
from trialrun.protocol.reach import leaves
from trialrun.records.dates import DateUnit
from trialrun.terminology.codes import Coding, Concept

NAME = "ld-il2-immune-als"
ON = date(2022, 1, 15)

REGISTRY = """
Inclusion Criteria:

- 18-70 years old;

- Clinically diagnosed with ALS syndrome, i.e., with ALS -like manifestations,
consisting of a combination of upper and/or lower motor neuron damage;

- significant abnormalities with rheumatoid immune-related indicators, or diagnoses of
immune-mediated ALS syndrome, including but not limited to multifocal motor neuropathy
(MMN), Lewis-Sumner syndrome, and other ALS-like syndromes with an immune background
that cannot be clearly classified;

- Poor treatment with conventional hormones or gamma globulin;

- Permitted concomitant treatment: oral prednisone or equivalent doses of other
glucocorticoids (≤1.0mg/kg/d); Oral routine dose of immunosuppressants or
immunomodulators, such as cyclophosphamide, tacrolimus, etc.; Routine oral doses such
as too much force; Doses and types of accompanying therapeutic drugs should not be
changed from the trial enrollment to the end of follow-up.

- For women of reproductive age, contraception for at least 2 weeks at the time of
enrolment and negative urine HCG;

- Reasonable and effective contraceptive measures should be taken by subjects of
childbearing age from the time of trial enrollment to the end of follow-up;

- Signed informed consent.

Exclusion Criteria:

- Allergic or intolerance to IL2;

- Receive non-standard treatment or use of excessive dose of glucocorticoids or gamma
globulin intravenously within 2 months before enrollment;

- Vaccination within 6 months before enrolment or between enrolment and the end of
follow-up;

- Peripheral venous white blood cells < 2000/mm3, lymphocytes < 600/mm3, platelets <
80,000 /mm3;

- Complicated with severe infection or inflammation, such as bacteremia, sepsis, etc.;

- Complicated blood system diseases, infectious diseases (hepatitis, HIV, tuberculosis,
etc.), mental diseases, dementia, severe hypotension, substance abuse history,
malignant tumor history, organ transplantation history, etc.;

- Severe liver, kidney, lung or heart dysfunction: heart failure (≥NYHA grade III),
renal insufficiency (creatinine clearance ≤30ml/min), abnormal liver function (3 times
the upper limit of normal >);

- Pregnant and lactating women;

- Currently participating in other clinical studies or using other investigational
drugs.
"""


def sentences_of(registry: str, heading: str) -> list[str]:
    section = registry.split(f"{heading} Criteria:")[1].split("Exclusion Criteria:")[0]
    return [" ".join(bullet.split()) for bullet in section.split("\n- ")[1:]]


def criterion(protocol: TrialProtocol, name: str) -> Criterion:
    return next(c for c in protocol.criteria if c.id == name)


def test_it_is_shipped() -> None:
    assert shipped_protocols() == ("cdisc-pilot", NAME)
    assert read_protocol(NAME).name == NAME


@pytest.mark.parametrize(
    ("heading", "category", "count"),
    [("Inclusion", Category.INCLUSION, 8), ("Exclusion", Category.EXCLUSION, 9)],
)
def test_every_sentence_stands_word_for_word_and_in_order(
    shipped: TrialProtocol, heading: str, category: Category, count: int
) -> None:
    written = [s.text for s in shipped.sentences if s.category is category]
    assert written == sentences_of(REGISTRY, heading)
    assert len(written) == count


def test_inclusions_come_before_exclusions(shipped: TrialProtocol) -> None:
    assert [s.id for s in shipped.sentences] == [f"I{n}" for n in range(1, 9)] + [
        f"E{n}" for n in range(1, 10)
    ]


def test_title_and_sponsor_have_chinese_names_and_without_them_the_records_stand(
    shipped: TrialProtocol,
) -> None:
    bare = replace(shipped, in_chinese=InChinese())
    named = {
        language: (shipped.title_in(language), shipped.sponsor_in(language))
        for language in ("en", "zh")
    }
    record = (shipped.registry.title, shipped.registry.sponsor)
    assert named == {
        "en": record,
        "zh": ("低剂量白细胞介素-2治疗免疫相关ALS综合征", "北京大学第三医院"),
    }
    assert (bare.title_in("zh"), bare.sponsor_in("zh")) == record


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("id", "NCT04952155"),
        ("organisation_study_id", "M2020420"),
        ("title", "Low Dose IL-2 in the Treatment of Immune-associated ALS Syndrome"),
        ("status", "Recruiting"),
        ("sex", "All"),
        ("phase", "Phase 2"),
        ("healthy_volunteers", False),
        ("sponsor", "Peking University Third Hospital"),
        ("principal_investigator", "Dongsheng Fan"),
        (
            "summary",
            "The purpose of this study was to evaluate the efficacy and safety of low-dose IL-2 "
            "in the treatment of immunorelated ALS syndrome.",
        ),
    ],
)
def test_the_registry_page(shipped: TrialProtocol, fact: str, said: object) -> None:
    assert getattr(shipped.registry, fact) == said


def test_the_registry_dates_ages_and_targets(shipped: TrialProtocol) -> None:
    dates, ages = shipped.registry.dates, shipped.registry.ages
    assert (dates.start, dates.primary_completion, dates.completion) == (
        date(2020, 1, 1),
        date(2021, 12, 31),
        date(2022, 12, 31),
    )
    assert (dates.first_posted, dates.last_update_posted) == (date(2021, 7, 7), date(2021, 8, 18))
    assert (ages.minimum, ages.maximum) == (18, 70)
    assert [t.number for t in shipped.registry.target_enrolment] == [0, 13, 10]


def test_the_doses(shipped: TrialProtocol) -> None:
    (arm,) = shipped.design.arms
    assert arm.regimen.days[:8] == (0, 2, 4, 6, 8, 10, 12, 28)
    assert len(arm.regimen.days) == 42
    assert arm.regimen.days[-1] == 5 * 28 + 12
    assert arm.regimen.total_dose == 42_000_000


def test_the_first_dose_may_be_given_on_another_day(shipped: TrialProtocol) -> None:
    regimen = replace(shipped.design.arms[0].regimen, first_day=1)
    assert regimen.days[:2] == (1, 3)


def test_the_schedule(shipped: TrialProtocol) -> None:
    shown = [(v.id, v.day // 7, v.after, v.contact) for v in shipped.design.visits[2:]]
    visits = {"V4", "V7", "V10", "V13"}
    assert shown == [
        (f"V{n}", 4 * (n - 1), 7, Contact.VISIT)
        if f"V{n}" in visits
        else (f"V{n}", 4 * (n - 1), 3, Contact.PHONE)
        for n in range(2, 14)
    ]
    assert shipped.end_of_follow_up(date(2022, 1, 15)) == date(2022, 12, 17)


@pytest.mark.parametrize(
    ("assessment", "times"),
    [
        ("consent", 1),
        ("demographics", 1),
        ("medical-history", 1),
        ("concomitant-treatment", 13),
        ("pregnancy-test", 1),
        ("alsfrs-r", 6),
        ("roads", 5),
        ("alsaq-40", 5),
        ("fvc", 6),
        ("survival", 4),
        ("adverse-events", 12),
        ("vital-signs", 6),
        ("laboratory", 5),
        ("ecg", 5),
    ],
)
def test_each_assessment_is_as_frequent_as_published(
    shipped: TrialProtocol, assessment: str, times: int
) -> None:
    (found,) = [a for a in shipped.design.assessments if a.id == assessment]
    assert len(found.visits) == times


def test_the_primary_endpoint(shipped: TrialProtocol) -> None:
    (primary,) = [x for x in shipped.design.endpoints if x.type is EndpointClass.PRIMARY]
    assert (primary.assessment, primary.weeks) == ("alsfrs-r", (0, 24, 48))


@pytest.mark.parametrize(
    ("name", "category", "stage", "confirm"),
    [
        ("I1", "inclusion", Stage.RECORD, False),
        ("I2", "inclusion", Stage.RECORD, True),
        ("I3", "inclusion", Stage.RECORD, True),
        ("I4", "inclusion", Stage.VISIT, False),
        ("I5a", "inclusion", Stage.RECORD, False),
        ("I5b", "obligation", Stage.FOLLOW_UP, False),
        ("I6", "inclusion", Stage.VISIT, False),
        ("I7", "obligation", Stage.FOLLOW_UP, False),
        ("I8", "inclusion", Stage.VISIT, False),
        ("E1", "exclusion", Stage.VISIT, False),
        ("E2a", "exclusion", Stage.RECORD, False),
        ("E2b", "exclusion", Stage.RECORD, False),
        ("E2c", "exclusion", Stage.VISIT, False),
        ("E3a", "exclusion", Stage.RECORD, False),
        ("E3b", "obligation", Stage.FOLLOW_UP, False),
        ("E4", "exclusion", Stage.RECORD, False),
        ("E5", "exclusion", Stage.RECORD, True),
        ("E6", "exclusion", Stage.RECORD, True),
        ("E7", "exclusion", Stage.RECORD, True),
        ("E8", "exclusion", Stage.VISIT, False),
        ("E9", "exclusion", Stage.VISIT, False),
    ],
)
def test_where_each_criterion_is_answered(
    shipped: TrialProtocol, name: str, category: str, stage: Stage, confirm: bool
) -> None:
    found = criterion(shipped, name)
    assert (found.category.value, found.stage, found.confirm) == (category, stage, confirm)
    assert found.asks is not None
    assert found.asks.zh


def test_what_is_looked_for_in_participants(shipped: TrialProtocol) -> None:
    """Not E2 and E3a (months before enrolment), nor E4 and E7 (adverse events by then)."""
    assert [c.id for c in shipped.watched_exclusions] == ["E1", "E5", "E6", "E8", "E9"]
    assert [c.id for c in shipped.obligations] == ["I5b", "I7", "E3b"]


def test_how_long_each_confirmation_stands(shipped: TrialProtocol) -> None:
    assert {c.id: c.confirmed_within for c in shipped.criteria if c.confirm} == {
        "I2": None,
        "I3": e.Within(6, DateUnit.MONTHS),
        "E5": e.Within(7, DateUnit.DAYS),
        "E6": e.Within(30, DateUnit.DAYS),
        "E7": e.Within(30, DateUnit.DAYS),
    }


@pytest.mark.parametrize(
    ("name", "logic"),
    [
        ("I1", "age from 18 to 70 years"),
        ("I5a", "prednisone-equivalent dose <= 1.0 mg/kg/d"),
        ("E2b", "intravenous medication in [immunoglobulin] within 2 months"),
        (
            "E3a",
            "immunisation in [any-vaccine] within 6 months "
            "or medication in [any-vaccine] within 6 months",
        ),
        (
            "E4",
            "latest [white-blood-cells] within 30 days < 2000 /mm3 "
            "or latest [lymphocytes] within 30 days < 600 /mm3 "
            "or latest [platelets] within 30 days < 80000 /mm3",
        ),
        (
            "E3b",
            "no immunisation in [any-vaccine] from enrolment to end of follow-up "
            "and no medication in [any-vaccine] from enrolment to end of follow-up",
        ),
        ("I5b", "dose of [concomitant-medication] unchanged from enrolment to end of follow-up"),
    ],
)
def test_the_logic_says_the_numbers_of_the_sentence(
    shipped: TrialProtocol, name: str, logic: str
) -> None:
    assert criterion(shipped, name).expression == parse(logic)


def test_history_and_what_never_ends_mean_any_time_and_the_others_active(
    shipped: TrialProtocol,
) -> None:
    asked = leaves(criterion(shipped, "E6").expression)
    history = {
        leaf.value_set
        for leaf in asked
        if isinstance(leaf, e.Recorded) and leaf.window == e.AtAnyTime()
    }
    never_ends = {"hiv", "dementia"}
    assert history - never_ends == {"substance-abuse", "malignancy", "organ-transplantation"}
    assert never_ends <= history


def test_every_logic_can_be_written_back(shipped: TrialProtocol) -> None:
    for found in shipped.criteria:
        assert parse(render(found.expression)) == found.expression, found.id


def test_only_the_record_contradicts_itself(shipped: TrialProtocol) -> None:
    found = check(shipped, date(2023, 1, 1))
    assert [(f.severity, f.criterion) for f in found] == [(Severity.WARNING, "")] * 6
    said = " | ".join(f.found for f in found)
    for contradiction in (
        "2022-12-31, has passed",
        "18 months before it was registered",
        "target enrolment is 0",
        "0 (the registry page), 13 (",
        "no control arm",
        "3 points (weeks 0, 24, 48)",
    ):
        assert contradiction in said


def test_recruiting_is_no_contradiction_before_the_end_date(shipped: TrialProtocol) -> None:
    assert not any("has passed" in f.found for f in refuse_unsound(shipped, date(2022, 12, 31)))


# --- value sets ---------------------------------------------------------------------------------

EVERY_DIAGNOSIS_SYSTEM = {"ICD-10", "ICD-10-CM", "ICD-10-CN", "SNOMED CT"}


def test_what_is_denied_speaks_every_system_of_diagnoses(shipped: TrialProtocol) -> None:
    for found in shipped.criteria:
        if found.category is Category.EXCLUSION:
            for leaf in leaves(found.expression):
                if isinstance(leaf, e.Recorded) and leaf.kind.value == "condition":
                    value_set = shipped.value_sets[leaf.value_set]
                    assert value_set.systems >= EVERY_DIAGNOSIS_SYSTEM, leaf.value_set
                    assert not value_set.is_open, leaf.value_set


def test_no_list_claims_to_hold_every_code_of_snomed_or_rxnorm(shipped: TrialProtocol) -> None:
    whole = {"nyha-class", "interleukin-2"}
    for name, value_set in shipped.value_sets.items():
        if name not in whole:
            assert value_set.partial >= value_set.systems & {"SNOMED CT", "RxNorm"}, name


@pytest.mark.parametrize(
    ("value_set", "system", "code", "is_in"),
    [
        ("als-syndrome", "ICD-10-CN", "G12.201", True),
        ("als-syndrome", "ICD-10-CM", "G12.21", True),
        ("als-syndrome", "ICD-10", "G12.2", True),
        ("als-syndrome", "ICD-10", "G12.1", False),
        ("als-syndrome", "SNOMED CT", "86044005", True),
        ("als-syndrome", "ICD-10-CM", "G61.81", False),
        ("als-syndrome", "ICD-10-CN", "G61.801", False),
        ("immune-mediated-als-syndrome", "ICD-10-CN", "G62.909", True),
        ("immune-mediated-als-syndrome", "ICD-10-CN", "G12.200x015", True),
        ("immune-mediated-als-syndrome", "ICD-10-CN", "G61.800x003", True),
        ("immune-mediated-als-syndrome", "ICD-10-CN", "G12.201", False),
        ("immune-mediated-als-syndrome", "ICD-10-CM", "G61.82", True),
        ("immune-mediated-als-syndrome", "SNOMED CT", "230591002", True),
        ("malignancy", "ICD-10", "C50.9", True),
        ("malignancy", "ICD-10", "D05.1", False),
        ("malignancy", "ICD-10-CM", "Z85.3", True),
        ("substance-abuse", "ICD-10", "F17.2", False),
        ("substance-abuse", "ICD-10", "F10.2", True),
        ("blood-disorders", "ICD-10", "D80.1", False),
        ("blood-disorders", "ICD-10-CN", "D50.900", True),
        ("hiv", "ICD-10-CM", "B20", True),
        ("organ-transplantation", "ICD-10", "Z94.0", True),
        ("organ-transplantation", "ICD-10", "Z94.7", False),
        ("severe-hypotension", "ICD-10-CN", "I95.900", True),
        ("pregnancy", "ICD-10-CN", "Z32.100", True),
        ("any-vaccine", "CVX", "140", True),
        ("als-syndrome", "ICD-10-CN", "G61.800", True),
        ("als-syndrome", "ICD-10-CN", "G12.801", False),
        ("blood-disorders", "ICD-10", "D89.1", False),
        ("malignancy", "ICD-10-CM", "Z80.3", False),
        ("malignancy", "ICD-10-CM", "Z12.31", False),
        ("malignancy", "ICD-10-CN", "Z51.102", True),
        ("mental-disorders", "ICD-10", "F06.7", False),
        ("mental-disorders", "ICD-10-CN", "F99.x00", True),
        ("mental-disorders", "ICD-10", "F84.0", False),
        ("substance-abuse", "ICD-10-CM", "Z71.41", True),
        ("substance-abuse", "ICD-10-CM", "Z71.42", False),
        ("organ-transplantation", "ICD-10-CM", "T86.11", True),
        ("organ-transplantation", "ICD-10-CM", "T86.840", False),
        ("severe-infection", "ICD-10", "G04.1", False),
        ("severe-infection", "ICD-10-CN", "B00.400", True),
        ("severe-hypotension", "ICD-10", "R57.1", True),
        ("organ-failure", "ICD-10-CN", "J96.900", True),
        ("organ-failure", "ICD-10-CM", "N18.6", True),
        ("organ-failure", "ICD-10-CM", "N18.3", False),
        ("heart-disease", "ICD-10", "I10", False),
        ("heart-disease", "ICD-10-CM", "Z95.0", True),
        ("no-childbearing-potential", "ICD-10", "N95.0", False),
        ("no-childbearing-potential", "ICD-10-CM", "Z90.721", False),
        ("tuberculosis", "ICD-10", "Z11.1", False),
        ("hiv", "ICD-10", "Z11.4", False),
        ("hepatitis", "ICD-10", "K75.4", False),
        ("pregnancy", "ICD-10-CM", "Z32.02", False),
        ("concomitant-medication", "ATC", "N07XX22", True),
        ("immune-indicators", "LOINC", "11090-8", True),
        ("creatinine", "LOINC", "14682-9", True),
        ("immunoglobulin", "ATC", "J06BA02", True),
        ("immunoglobulin", "ATC", "J06BB01", False),
    ],
)
def test_what_is_in_a_value_set(
    shipped: TrialProtocol, value_set: str, system: str, code: str, is_in: bool
) -> None:
    concept = Concept((Coding(system, code),))
    assert (shipped.value_sets[value_set].entry_for(concept) is not None) is is_in


@pytest.mark.parametrize(
    ("medicine", "equivalent"),
    [
        ("H02AB07", "5"),
        ("H02AB06", "5"),
        ("H02AB04", "4"),
        ("H02AB02", "0.75"),
        ("H02AB09", "20"),
        ("H02AB01", "0.6"),
        ("H02AB08", "4"),
        ("H02AB13", "6"),
        ("H02AB10", None),
    ],
)
def test_prednisone_equivalents(
    shipped: TrialProtocol, medicine: str, equivalent: str | None
) -> None:
    entry = shipped.value_sets["glucocorticoids"].entry_for(Concept((Coding("ATC", medicine),)))
    assert entry is not None
    assert entry.attributes.get("prednisone_5mg") == equivalent


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("III", 3),
        ("III级", 3),
        ("Ⅲ级", 3),
        ("NYHA分级Ⅱ级", 2),
        ("心功能4级", 4),
        ("NYHA class IV", 4),
        ("心功能二级", 2),
        ("心功能Ⅱ-Ⅲ级", None),
        ("V", None),
    ],
)
def test_nyha_classes_as_written(shipped: TrialProtocol, written: str, number: int | None) -> None:
    assert shipped.value_sets["nyha-class"].number_of(None, written) == number


def test_every_value_set_has_a_chinese_title(shipped: TrialProtocol) -> None:
    assert [name for name, v in shipped.value_sets.items() if not v.title_zh] == []


def test_whatever_people_are_asked_has_chinese_words(shipped: TrialProtocol) -> None:
    asked = {
        leaf.question
        for criterion in shipped.criteria
        for leaf in leaves(criterion.expression)
        if isinstance(leaf, e.Attested | e.AttestedThroughout)
    }
    assert len(asked) == len(shipped.statements) == 8
    assert all(re.search("[一-鿿]", shipped.statement_in(one, "zh")) for one in asked)
    assert all(shipped.statement_in(one, "en") == one for one in asked)
