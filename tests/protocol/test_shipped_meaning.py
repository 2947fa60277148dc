"""The shipped criteria at work: one candidate who qualifies, and what each change does to her.

The hospital knows every kind of record completely, so that silence is absence.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.partial_dates import parse_span

from trialrun.criteria.interpreter import interpret
from trialrun.criteria.truth import Truth, negate
from trialrun.protocol.model import Category, Criterion, TrialProtocol
from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, Span
from trialrun.records.rows import Attestation, Bounds, Measurement, Medication, PatientRecord, Row
from trialrun.records.schema import Kind, Route
from trialrun.terminology.codes import Coding, Concept

ON = date(2022, 1, 15)
YES, NO, ASK = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

LOINC = {
    "white cells": "6690-2",
    "lymphocytes": "731-0",
    "platelets": "777-3",
    "creatinine": "2160-0",
    "weight": "29463-7",
    "ALT": "1742-6",
    "AST": "1920-8",
    "bilirubin": "1975-2",
    "hCG": "2106-3",
    "ANA": "8061-4",
    "NYHA": "88020-3",
}


def days_ago(days: int) -> Span:
    return Span.of(ON - timedelta(days=days))


def concept(system: str, code: str) -> Concept:
    return Concept((Coding(system, code),))


def diagnosis(system: str, code: str, start: int = 300, end: int | None = None) -> Row:
    ended = ALIVE if end is None else days_ago(end)
    what = concept(system, code)
    return Row(row_id=0, kind=Kind.CONDITION, concept=what, start=days_ago(start), end=ended)


def medicine(
    atc: str, mg: int, route: Route = Route.ORAL, start: int = 100, end: int | None = None
) -> Medication:
    return Medication(
        row_id=0,
        kind=Kind.MEDICATION,
        concept=concept("ATC", atc),
        start=days_ago(start),
        end=ALIVE if end is None else days_ago(end),
        route=route,
        daily_dose=Fraction(mg),
        dose_unit="mg",
    )


def measured(
    what: str,
    value: str = "",
    unit: str | None = None,
    ago: int = 5,
    uln: int | None = None,
    **more: object,
) -> Measurement:
    number = Fraction(value) if value else None
    row = Measurement(
        row_id=0,
        kind=Kind.MEASUREMENT,
        concept=concept("LOINC", LOINC[what]),
        start=days_ago(ago),
        value=Bounds(number, number) if number is not None else None,
        unit=unit,
        ref_hi=Fraction(uln) if uln else None,
    )
    return replace(row, **more)  # type: ignore[arg-type]


def said(question: str, answer: bool = True, ago: int = 1) -> Attestation:
    return Attestation(
        row_id=0,
        kind=Kind.ATTESTATION,
        concept=Concept(),
        start=days_ago(ago),
        question=question,
        answer=answer,
    )


ROWS: dict[str, Row] = {
    "ALS": diagnosis("ICD-10-CN", "G12.201"),
    "ANA": measured("ANA", polarity="positive", abnormal=True),
    "white cells": measured("white cells", "2.0", "10*9/L"),
    "lymphocytes": measured("lymphocytes", "0.6", "×10⁹/L"),
    "platelets": measured("platelets", "80", "10^9/L"),
    "creatinine": measured("creatinine", "1", "mg/dL"),
    "weight": measured("weight", "60", "kg"),
    "ALT": measured("ALT", "120", "U/L", uln=40),
    "AST": measured("AST", "30", "U/L", uln=40),
    "bilirubin": measured("bilirubin", "1", "mg/dL", uln=1),
    "hCG": measured("hCG", polarity="negative", abnormal=False),
    "prednisone": medicine("H02AB07", 60),
    "poor response": said("response to glucocorticoids or immunoglobulin was poor"),
    "contraception": said("has used contraception for at least 2 weeks, or cannot become pregnant"),
    "pregnant": said("is pregnant or breast-feeding", False),
    "consent": said("has signed the informed consent of this trial"),
    "allergic": said("is allergic or intolerant to interleukin-2", False),
    "non-standard": said(
        "received non-standard treatment within the 2 months before enrolment", False
    ),
    "elsewhere": said(
        "takes part in another clinical study or uses another investigational drug", False
    ),
}


def patient(
    changes: dict[str, Row | None], sex: str = "female", born: str = "1980-06-01"
) -> PatientRecord:
    rows = [row for row in (ROWS | changes).values() if row is not None]
    return PatientRecord(
        patient_id="P",
        sex="female" if sex == "female" else "male",
        birth=parse_span(born),
        rows=tuple(replace(row, row_id=number) for number, row in enumerate(rows, start=1)),
        coverage=tuple(Coverage(n, kind) for n, kind in enumerate(Kind)),
    )


def permission(protocol: TrialProtocol, criterion: Criterion, record: PatientRecord) -> Truth:
    adverse = criterion.category.adverse
    truth = interpret(criterion.expression, record, protocol.setting(ON), adverse)
    return negate(truth) if criterion.category is Category.EXCLUSION else truth


def permissions(protocol: TrialProtocol, record: PatientRecord) -> dict[str, Truth]:
    return {c.id: permission(protocol, c, record) for c in protocol.screening_criteria}


def test_she_qualifies(shipped: TrialProtocol) -> None:
    answers = permissions(shipped, patient({}))
    assert answers == dict.fromkeys(answers, YES)
    assert len(answers) == 18


BORN = [
    ("2004-01-15", {}),
    ("2004-01-16", {"I1": NO}),
    ("1951-01-16", {}),
    ("1951-01-15", {"I1": NO}),
    ("2004-01", {"I1": ASK, "E7": ASK}),
]


@pytest.mark.parametrize(("born", "changed"), BORN)
def test_ages(shipped: TrialProtocol, born: str, changed: dict[str, Truth]) -> None:
    answers = permissions(shipped, patient({}, born=born))
    assert {name: truth for name, truth in answers.items() if truth is not YES} == changed


CHANGES: list[tuple[str, dict[str, Row | None], dict[str, Truth]]] = [
    # --- the disease
    ("no diagnosis", {"ALS": None}, {"I2": NO}),
    ("ALS, ICD-10-CM", {"ALS": diagnosis("ICD-10-CM", "G12.21")}, {}),
    ("another disease", {"ALS": diagnosis("ICD-10", "G43.9")}, {"I2": NO}),
    ("CIDP by its own code", {"ALS": diagnosis("ICD-10-CN", "G61.801")}, {"I2": NO}),
    ("a code that cannot tell CIDP", {"ALS": diagnosis("ICD-10-CN", "G61.800")}, {}),
    ("a sign, listed among the diagnoses", {"ALS": diagnosis("ICD-10-CN", "R25.300")}, {}),
    (
        "a diagnosis in local codes",
        {"ALS": diagnosis("local:x", "1")},
        {"I2": ASK, "E5": ASK, "E6": ASK, "E7": ASK, "E8": ASK},
    ),
    ("no immune test", {"ANA": None}, {"I3": ASK}),
    (
        "a normal immune test: the list is open",
        {"ANA": measured("ANA", abnormal=False)},
        {"I3": ASK},
    ),
    ("an old immune test", {"ANA": measured("ANA", ago=200, abnormal=True)}, {"I3": ASK}),
    ("MMN instead of a test", {"ANA": None, "more": diagnosis("ICD-10-CN", "G62.909")}, {}),
    ("nobody said how the response was", {"poor response": None}, {"I4": ASK}),
    # --- medicines
    ("1.1 mg/kg of prednisone", {"prednisone": medicine("H02AB07", 66)}, {"I5a": NO, "E2a": NO}),
    ("48 mg of methylprednisolone equal 60", {"prednisone": medicine("H02AB04", 48)}, {}),
    ("no weight", {"weight": None}, {"I5a": ASK, "E2a": ASK, "E7": ASK}),
    (
        "no glucocorticoid, no weight needed",
        {"prednisone": None, "weight": None, "creatinine": None},
        {"E7": ASK},
    ),
    (
        "pulse therapy a month ago, no weight",
        {"pulse": medicine("H02AB04", 500, Route.INTRAVENOUS, 32, 30), "weight": None},
        {"I5a": ASK, "E2a": NO, "E7": ASK},
    ),
    (
        "pulse therapy three months ago",
        {"pulse": medicine("H02AB04", 500, Route.INTRAVENOUS, 92, 90)},
        {},
    ),
    (
        "immunoglobulin a month ago",
        {"x": medicine("J06BA02", 20000, Route.INTRAVENOUS, 32, 30)},
        {"E2b": NO},
    ),
    (
        "immunoglobulin under the skin",
        {"x": medicine("J06BA01", 9, Route.SUBCUTANEOUS, 32, 30)},
        {},
    ),
    (
        "immunoglobulin, route not recorded",
        {"x": replace(medicine("J06BA02", 9, start=32, end=30), route=None)},
        {"E2b": ASK},
    ),
    (
        "a glucocorticoid in a combination, whose worth nobody knows",
        {"x": medicine("H02BX01", 4)},
        {"I5a": ASK, "E2a": ASK},
    ),
    (
        "a medicine in local codes",
        {"x": replace(medicine("H02AB07", 5), concept=concept("local:x", "1"))},
        {"I5a": ASK, "E2a": ASK, "E2b": ASK, "E3a": ASK},
    ),
    (
        "non-standard treatment",
        {
            "non-standard": said(
                "received non-standard treatment within the 2 months before enrolment"
            )
        },
        {"E2c": NO},
    ),
    # --- vaccination
    (
        "vaccinated 6 months ago",
        {
            "x": Row(
                row_id=0,
                kind=Kind.IMMUNISATION,
                concept=concept("CVX", "140"),
                start=Span.of(date(2021, 7, 15)),
            )
        },
        {"E3a": NO},
    ),
    (
        "vaccinated a day earlier",
        {
            "x": Row(
                row_id=0,
                kind=Kind.IMMUNISATION,
                concept=concept("CVX", "140"),
                start=Span.of(date(2021, 7, 14)),
            )
        },
        {},
    ),
    (
        "vaccinated against rabies, recorded as a medicine",
        {"x": medicine("J07BG01", 1, Route.INTRAMUSCULAR, 30, 30)},
        {"E3a": NO},
    ),
    (
        "rabies immunoglobulin is no vaccine",
        {"x": medicine("J06BB05", 1, Route.INTRAMUSCULAR, 30, 30)},
        {},
    ),
    # --- laboratory
    ("1999 white cells", {"white cells": measured("white cells", "1999", "/mm3")}, {"E4": NO}),
    ("no platelets", {"platelets": None}, {"E4": ASK}),
    ("79 ×10⁹/L platelets", {"platelets": measured("platelets", "79", "K/uL")}, {"E4": NO}),
    (
        "an old blood count",
        {"platelets": measured("platelets", "80", "10*9/L", ago=31)},
        {"E4": ASK},
    ),
    ("ALT above 3 times", {"ALT": measured("ALT", "121", "U/L", uln=40)}, {"E7": NO}),
    ("ALT without its limit", {"ALT": measured("ALT", "30", "U/L")}, {"E7": ASK}),
    (
        "creatinine in µmol/L, clearance below 30",
        {"creatinine": measured("creatinine", "250", "umol/L")},
        {"E7": NO},
    ),
    # --- other diseases
    ("sepsis now", {"x": diagnosis("ICD-10-CN", "A41.900")}, {"E5": NO}),
    ("sepsis, over", {"x": diagnosis("ICD-10-CN", "A41.900", 300, 250)}, {}),
    ("cancer, long over", {"x": diagnosis("ICD-10", "C50.9", 4000, 3000)}, {"E6": NO}),
    ("hepatitis, over", {"x": diagnosis("ICD-10", "B16.9", 4000, 3900)}, {}),
    ("HIV does not end", {"x": diagnosis("ICD-10", "B24", 4000, 3900)}, {"E6": NO}),
    ("dementia does not end", {"x": diagnosis("ICD-10", "F03", 400, 390)}, {"E6": NO}),
    ("a depression, over", {"x": diagnosis("ICD-10", "F32.9", 400, 390)}, {}),
    ("alcoholic polyneuropathy", {"x": diagnosis("ICD-10", "G62.1", 4000, 3900)}, {"E6": NO}),
    ("followed up after cancer", {"x": diagnosis("ICD-10", "Z08.1", 900, 900)}, {"E6": NO}),
    ("cancer in the family", {"x": diagnosis("ICD-10", "Z80.3")}, {}),
    ("screened for cancer", {"x": diagnosis("ICD-10", "Z12.3")}, {}),
    ("shock now", {"x": diagnosis("ICD-10", "R57.9", 1)}, {"E6": NO}),
    ("delirium now", {"x": diagnosis("ICD-10", "F05.9", 3)}, {"E6": NO}),
    ("mild cognitive disorder", {"x": diagnosis("ICD-10", "F06.7")}, {}),
    ("a low gammaglobulin is no blood disorder", {"x": diagnosis("ICD-10", "D80.1")}, {}),
    ("hepatitis now", {"x": diagnosis("ICD-10", "B18.1")}, {"E6": NO}),
    (
        "a kidney transplant",
        {
            "x": Row(
                row_id=0,
                kind=Kind.PROCEDURE,
                concept=concept("SNOMED CT", "70536003"),
                start=days_ago(999),
                end=days_ago(999),
            )
        },
        {"E6": NO},
    ),
    (
        "an unlisted SNOMED CT code proves nothing",
        {"x": diagnosis("SNOMED CT", "38341003")},
        {"E5": ASK, "E6": ASK, "E7": ASK, "E8": ASK},
    ),
    (
        "NYHA III",
        {"x": diagnosis("ICD-10", "I50.9"), "y": measured("NYHA", value_text="III级")},
        {"E7": NO},
    ),
    (
        "NYHA III as Chinese hospitals write it",
        {"x": diagnosis("ICD-10", "I50.9"), "y": measured("NYHA", value_text="心功能Ⅲ级")},
        {"E7": NO},
    ),
    (
        "between two classes",
        {"x": diagnosis("ICD-10", "I50.9"), "y": measured("NYHA", value_text="心功能Ⅱ-Ⅲ级")},
        {"E7": ASK},
    ),
    ("a pacemaker, class not recorded", {"x": diagnosis("ICD-10", "Z95.0")}, {"E7": ASK}),
    ("respiratory failure now", {"x": diagnosis("ICD-10-CN", "J96.100")}, {"E7": NO}),
    ("respiratory failure, over", {"x": diagnosis("ICD-10-CN", "J96.000", 300, 280)}, {}),
    ("hepatic failure, enzymes fine", {"x": diagnosis("ICD-10", "K72.9")}, {"E7": NO}),
    ("dialysis", {"x": diagnosis("ICD-10", "Z99.2")}, {"E7": NO}),
    ("NYHA II", {"x": diagnosis("ICD-10", "I50.9"), "y": measured("NYHA", value_text="II级")}, {}),
    ("heart failure, class not recorded", {"x": diagnosis("ICD-10", "I50.9")}, {"E7": ASK}),
    # --- women
    ("no pregnancy test", {"hCG": None}, {"I6": ASK, "E8": ASK}),
    ("a positive test", {"hCG": measured("hCG", polarity="positive")}, {"I6": NO, "E8": NO}),
    (
        "no test, after removal of the uterus",
        {"hCG": None, "contraception": None, "x": diagnosis("ICD-10-CM", "Z90.710")},
        {"E8": ASK},
    ),
    (
        "a positive test refuses whatever a code says",
        {"hCG": measured("hCG", polarity="positive"), "x": diagnosis("ICD-10-CM", "Z90.710")},
        {"E8": NO},
    ),
    (
        "bleeding that was called postmenopausal may be a pregnancy",
        {"hCG": None, "x": diagnosis("ICD-10", "N95.0")},
        {"I6": ASK, "E8": ASK},
    ),
    ("nobody asked whether she breast-feeds", {"pregnant": None}, {"E8": ASK}),
    (
        "she breast-feeds, and nobody coded it",
        {"pregnant": said("is pregnant or breast-feeding")},
        {"E8": NO},
    ),
    ("pregnant, with another disease", {"x": diagnosis("ICD-10", "O99.4", 60)}, {"E8": NO}),
    ("breast-feeding", {"x": diagnosis("ICD-10", "Z39.1", 20)}, {"E8": NO}),
    # --- people
    ("no consent yet", {"consent": None}, {"I8": ASK}),
    (
        "allergic by record",
        {
            "allergic": Row(
                row_id=0,
                kind=Kind.ALLERGY,
                concept=concept("ATC", "L03AC01"),
                start=days_ago(99),
                end=ALIVE,
            )
        },
        {"E1": NO},
    ),
    (
        "in another study",
        {
            "x": Row(
                row_id=0,
                kind=Kind.PARTICIPATION,
                concept=concept("trialrun", "research-subject"),
                start=days_ago(99),
                end=ALIVE,
            )
        },
        {"E9": NO},
    ),
]


@pytest.mark.parametrize(
    ("changes", "changed"), [pytest.param(c, x, id=name) for name, c, x in CHANGES]
)
def test_what_a_change_does(
    shipped: TrialProtocol, changes: dict[str, Row | None], changed: dict[str, Truth]
) -> None:
    answers = permissions(shipped, patient(changes))
    assert {name: truth for name, truth in answers.items() if truth is not YES} == changed


GROWS_OLD: list[tuple[str, str, int | None]] = [
    # who was asked what, the criterion, for how many days the answer counts
    ("poor response", "I4", None),
    ("contraception", "I6", 7),
    ("consent", "I8", None),
    ("allergic", "E1", None),
    ("non-standard", "E2c", 7),
    ("pregnant", "E8", 7),
    ("elsewhere", "E9", 7),
]


@pytest.mark.parametrize(("what", "criterion", "days"), GROWS_OLD)
def test_what_a_person_said_grows_old(
    shipped: TrialProtocol, what: str, criterion: str, days: int | None
) -> None:
    last = 2000 if days is None else days
    row = ROWS[what]
    counts = permissions(shipped, patient({what: replace(row, start=days_ago(last))}))
    assert counts == dict.fromkeys(counts, YES)
    too_old = permissions(shipped, patient({what: replace(row, start=days_ago(last + 1))}))
    asked_again = {} if days is None else {criterion: ASK}
    assert {name: truth for name, truth in too_old.items() if truth is not YES} == asked_again


@pytest.mark.parametrize(
    ("sex", "born", "asked"), [("male", "1980-06-01", {}), ("female", "1970-06-01", {"E8": ASK})]
)
def test_no_pregnancy_test_is_asked_of_men_and_older_women(
    shipped: TrialProtocol, sex: str, born: str, asked: dict[str, Truth]
) -> None:
    record = patient({"hCG": None, "contraception": None, "pregnant": None}, sex=sex, born=born)
    answers = permissions(shipped, record)
    assert {name: truth for name, truth in answers.items() if truth is not YES} == asked


def test_a_man_is_not_pregnant_even_where_nothing_is_covered(shipped: TrialProtocol) -> None:
    record = replace(patient({}, sex="male"), coverage=())
    answers = permissions(shipped, record)
    assert (answers["E8"], answers["I6"]) == (YES, YES)
    assert answers["E3a"] is ASK


@pytest.mark.parametrize(
    ("sex", "by_birth_and_sex_alone"), [("male", {"I1", "I6", "E8"}), ("female", {"I1"})]
)
def test_of_whom_nothing_is_known_nothing_else_permits(
    shipped: TrialProtocol, sex: str, by_birth_and_sex_alone: set[str]
) -> None:
    record = replace(patient(dict.fromkeys(ROWS), sex=sex), coverage=())
    answers = permissions(shipped, record)
    assert {name for name, truth in answers.items() if truth is YES} == by_birth_and_sex_alone
    assert {name for name, truth in answers.items() if truth is NO} == set()


def test_what_a_complete_hospital_knows_by_its_silence(shipped: TrialProtocol) -> None:
    """No row at all, and every kind covered: these permit; people and measurements are asked."""
    answers = permissions(shipped, patient(dict.fromkeys(ROWS)))
    assert {name for name, truth in answers.items() if truth is YES} == {
        "I1", "I5a", "E2a", "E2b", "E3a", "E5", "E6",
    }  # fmt: skip
    assert {name for name, truth in answers.items() if truth is NO} == {"I2"}
