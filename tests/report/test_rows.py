from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.report.world import diagnosis, lab, prednisone, said, shipped, weakness

from trialrun.records.dates import ALIVE, LATEST, UNKNOWN_DATE, Span, parse_span
from trialrun.records.rows import Bounds, Measurement, PatientRecord, Row
from trialrun.records.schema import Kind
from trialrun.report.machine import patient_json
from trialrun.report.rows import RowLine, birth_words, row_line
from trialrun.report.voice import Voice
from trialrun.screening.judging import judge
from trialrun.screening.plan import plan
from trialrun.screening.result import JudgedPatient
from trialrun.screening.verdict import Verdict
from trialrun.terminology.codes import Coding, Concept

EN = Voice("en", {})
LAB = lab(3, "777-3", "Platelets", "2022-01-10", "210", "10*9/L")
ALS = diagnosis(1, "G12.21", "ALS", "2020-05")
NAMED = Concept(
    (Coding("local:ward 7", "Wang Fang", "Wang Fang's disease"), Coding("ICD-10", "G12.2", "MND")),
    "seen with Wang Fang",
)


def measured(**changes: Any) -> Measurement:
    bare = replace(LAB, value=None, unit=None, ref_lo=None, ref_hi=None)
    return replace(bare, **changes)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        (LAB, "210 10*9/L, reference 0.5–350"),
        (replace(LAB, abnormal=True), "210 10*9/L, flagged abnormal, reference 0.5–350"),
        (replace(LAB, abnormal=False), "210 10*9/L, reference 0.5–350"),
        (replace(LAB, ref_lo=None), "210 10*9/L, reference up to 350"),
        (replace(LAB, ref_hi=None), "210 10*9/L, reference from 0.5"),
        (measured(value=Bounds(Fraction(80000), Fraction(80000)), unit="/mm3"), "80,000 /mm3"),
        (measured(value=Bounds(None, Fraction(5), hi_open=True)), "<5"),
        (measured(), "without a value"),
        (measured(polarity="negative"), "negative"),
        (measured(abnormal=False), "flagged normal"),
        (measured(value_text="(-)", polarity="negative"), "“(-)”, negative"),
        (measured(value_concept=Concept((Coding("LOINC", "LA1"),), "class III")), "class III"),
        (measured(value_concept=Concept((Coding("LOINC", "LA1"),))), "LOINC LA1"),
        (prednisone(4, 60), "oral, 60 mg a day"),
        (replace(prednisone(4, 60), route=None, daily_dose=None), ""),
        (weakness(5, present=True), "present"),
        (weakness(5, present=False), "absent"),
        (weakness(5, None), "not said"),
        (said(6, "?", None), "not known, by Nurse Zhang Wei, “told by her brother Li Lei”"),
        (ALS, ""),
    ],
)
def test_a_value_in_words(row: Row, value: str) -> None:
    assert row_line(row, EN, pseudonymised=False).value == value


@pytest.mark.parametrize(
    ("start", "end", "when"),
    [
        ("2020-05", ALIVE, "from 2020-05, still going on"),
        ("2020", Span(date(2020, 1, 1), LATEST), "from 2020, end not recorded"),
        ("2020-05-01", parse_span("2021"), "from 2020-05-01 to 2021"),
        ("2020-05-01", parse_span("2020-05-01"), "2020-05-01"),
        ("2020-05-01", None, "2020-05-01"),
    ],
)
def test_when(start: str, end: Span | None, when: str) -> None:
    assert row_line(replace(ALS, start=parse_span(start), end=end), EN, False).when == when


@pytest.mark.parametrize(
    ("concept", "subject", "hidden"),
    [
        (ALS.concept, "ALS (ICD-10-CM G12.21)", "ICD-10-CM G12.21"),
        (NAMED, "seen with Wang Fang (local:ward 7 Wang Fang, ICD-10 G12.2)", "ICD-10 G12.2"),
        (Concept((), "Wang Fang"), "Wang Fang", "text not shown"),
        (Concept((Coding("ICD-10", "G12.2"),)), "ICD-10 G12.2", "ICD-10 G12.2"),
        (Concept(), "without a name", "text not shown"),
    ],
)
def test_what_it_is_and_what_is_left_of_it_under_pseudonyms(
    concept: Concept, subject: str, hidden: str
) -> None:
    row = Row(row_id=1, kind=Kind.ENCOUNTER, concept=concept, start=UNKNOWN_DATE, ref="HIS/1")
    assert row_line(row, EN, False).subject == f"{subject}, on an unknown day"
    assert row_line(row, EN, True).subject == f"{hidden}, on an unknown day"
    assert row_line(row, EN, True).ref == "encounter#1"


SECRET = Measurement(
    row_id=9,
    kind=Kind.MEASUREMENT,
    concept=Concept((Coding("LOINC", "2106-3", "test of Wang Fang"), *NAMED.codings), "Wang Fang"),
    start=parse_span("2022-01-14"),
    ref="Observation/Wang Fang",
    polarity="negative",
    value_text="Wang Fang: negative",
    value_concept=NAMED,
)


def test_no_text_of_a_result_is_shown_under_pseudonyms() -> None:
    assert row_line(SECRET, EN, True) == RowLine(
        "", "LOINC 2106-3, ICD-10 G12.2", "2022-01-14", "ICD-10 G12.2, negative", "measurement#9"
    )


def test_no_text_of_a_result_is_written_for_programs_under_pseudonyms() -> None:
    record = PatientRecord(
        patient_id="Wang Fang", sex="female", birth=parse_span("1990-05-05"), rows=(SECRET,)
    )
    judgements = judge(record, plan(shipped()), shipped().setting(date(2022, 1, 15)))
    patient = JudgedPatient("P-1", Verdict.UNDETERMINED, record, judgements, pseudonymised=True)
    data = patient_json(patient)
    assert [row["id"] for row in data["rows"]] == [9]
    assert "Wang" not in str(data)
    assert "1990-05" not in str(data)
    assert "Wang" in str(patient_json(replace(patient, pseudonymised=False)))


@pytest.mark.parametrize(
    ("birth", "shown", "hidden"),
    [
        ("1970-03-05", "born 1970-03-05", "born 1970"),
        ("1970-03", "born 1970-03", "born 1970"),
        ("1970", "born 1970", "born 1970"),
    ],
)
def test_birthdays(birth: str, shown: str, hidden: str) -> None:
    record = PatientRecord(patient_id="P", birth=parse_span(birth))
    assert birth_words(record, EN, pseudonymised=False) == shown
    assert birth_words(record, EN, pseudonymised=True) == hidden


def test_an_unknown_birthday_is_said_so() -> None:
    assert birth_words(PatientRecord(patient_id="P"), EN, True) == "born on an unknown day"
