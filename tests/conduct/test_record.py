"""One record from the hospital's and the trial's own facts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from tests.conduct.participant import (
    ENROLLED,
    INFLUENZA_VACCINE,
    RILUZOLE,
    day,
    pregnancy_test,
    told,
)

from trialrun.conduct.record import (
    Fact,
    Person,
    Result,
    Source,
    Statement,
    StudyDose,
    Treatment,
    Vaccination,
    participant_record,
    source_of,
)
from trialrun.criteria.expressions import Expression
from trialrun.criteria.interpreter import interpret
from trialrun.criteria.parse import parse
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.protocol.file import common_value_sets
from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, UNKNOWN_DATE, Span, parse_span
from trialrun.records.rows import PatientRecord, Row
from trialrun.records.schema import Kind, Route
from trialrun.terminology.codes import Coding, Concept
from trialrun.terminology.value_sets import Entry, ValueSet

PERSON = Person(patient_id="17", sex="female", birth=parse_span("1990-05-05"))
IL_2 = Concept((Coding("ATC", "L03AC01"),), "aldesleukin")
PLATELETS = Concept((Coding("LOINC", "777-3"),), "platelets")


def _record(*facts: Fact, hospital: PatientRecord | None = None, **more: object) -> PatientRecord:
    given = {"enrolled": ENROLLED, "asked_until": {}} | more
    return participant_record(hospital, PERSON, facts, **given)  # type: ignore[arg-type]


FACTS: list[tuple[Fact, str]] = [
    # what the trial wrote down, and a statement that it makes true on day 40
    (
        Statement(ref="a", day=Span.of(day(28)), question="fit", answer=True),
        'attested "fit" within 30 days',
    ),
    (
        Treatment(
            ref="a",
            day=Span.of(day(10)),
            end=ALIVE,
            concept=Concept((Coding("ATC", "H02AB07"),)),
            daily_dose=Fraction(60),
            dose_unit="mg",
            route=Route.ORAL,
        ),
        "oral medication in [glucocorticoids] with daily dose >= 0.06 g active",
    ),
    (
        Vaccination(ref="a", day=parse_span("2022-02"), concept=INFLUENZA_VACCINE),
        "immunisation in [any-vaccine] from 2022-02-01 to 2022-02-28",
    ),
    (
        Result(
            ref="a",
            day=Span.of(day(30)),
            concept=PLATELETS,
            value=Fraction(79),
            unit="10*9/L",
        ),
        "latest [platelets] within 30 days < 80000 /mm3",
    ),
    (pregnancy_test("a", Span.of(day(39)), True), "latest [hcg-urine] within 7 days is positive"),
    (pregnancy_test("a", Span.of(day(39)), False), "latest [hcg-urine] within 7 days is negative"),
]


@pytest.mark.parametrize(("fact", "statement"), FACTS, ids=lambda x: type(x).__name__)
def test_a_fact_is_read_like_a_record(fact: Fact, statement: str) -> None:
    assert _holds(parse(statement), _record(fact)) is Truth.TRUE
    assert _holds(parse(statement), _record()) is not Truth.TRUE


def test_a_dose_of_the_study_drug_is_a_medicine_of_one_day() -> None:
    given = StudyDose(
        ref="dose/1",
        day=Span.of(day(2)),
        concept=IL_2,
        amount=Fraction(1_000_000),
        unit="[iU]",
        route=Route.SUBCUTANEOUS,
    )
    (row,) = _record(given).rows
    assert (row.kind, row.start, row.end) == (Kind.MEDICATION, given.day, given.day)
    assert (row.ref, source_of(row)) == ("dose/1", Source.TRIAL)


def _hospital(**more: object) -> PatientRecord:
    row = Row(row_id=1, kind=Kind.CONDITION, concept=Concept(), start=UNKNOWN_DATE, ref="C/1")
    held = {"patient_id": "H-17", "rows": (row,), "coverage": (Coverage(1, Kind.CONDITION),)}
    return PatientRecord(**(held | more))  # type: ignore[arg-type]


def test_no_row_loses_its_source() -> None:
    facts = [Vaccination(ref=f"v/{n}", day=UNKNOWN_DATE, concept=Concept()) for n in (2, 1)]
    record = _record(*facts, hospital=_hospital(), asked_until={Kind.IMMUNISATION: day(28)})
    assert [(row.row_id, row.ref, source_of(row)) for row in record.rows] == [
        (1, "C/1", Source.HOSPITAL),
        (-1, "v/1", Source.TRIAL),
        (-2, "v/2", Source.TRIAL),
    ]
    assert [one.coverage_id for one in record.coverage] == [1, -1]


def test_ids_of_the_hospital_may_not_be_the_trials() -> None:
    row = Row(row_id=0, kind=Kind.CONDITION, concept=Concept(), start=UNKNOWN_DATE)
    with pytest.raises(ValueError, match="1 or more"):
        _record(hospital=_hospital(rows=(row,)))
    with pytest.raises(ValueError, match="1 or more"):
        _record(hospital=_hospital(coverage=(Coverage(-1, Kind.CONDITION),)))


def test_every_fact_has_a_name_of_its_own() -> None:
    one = Vaccination(ref="v/1", day=UNKNOWN_DATE, concept=Concept())
    with pytest.raises(ValueError, match="a name of its own"):
        _record(one, one)


def test_the_trial_covers_what_it_asks_about_as_long_as_it_asked() -> None:
    asked = {Kind.MEDICATION: day(84), Kind.IMMUNISATION: day(-1)}
    assert _record(asked_until=asked).coverage == (
        Coverage(-2, Kind.MEDICATION, since=ENROLLED, until=day(84)),
    )


@pytest.mark.parametrize(
    ("person", "sex", "birth"),
    [
        (PERSON, "female", "1990-05-05"),
        (Person(patient_id="17"), "male", "1970"),
        (Person(patient_id="17", birth=parse_span("1971")), "male", "1971"),
    ],
)
def test_what_the_trial_does_not_know_of_the_person_the_hospital_may(
    person: Person, sex: str, birth: str
) -> None:
    died = Span.of(date(2022, 6, 1))
    hospital = _hospital(sex="male", birth=parse_span("1970"), death=died)
    record = participant_record(hospital, person, (), enrolled=ENROLLED, asked_until={})
    assert (record.sex, record.birth, record.death) == (sex, parse_span(birth), died)
    assert record.patient_id == "17"


def test_this_trial_is_no_other_study() -> None:
    studies = (
        "hospital: takes part in this trial from day 0 to now;"
        "hospital: takes part in another trial from day 50 to now"
    )
    assert [row.concept.text for row in told(studies).rows] == ["another trial"]


def test_a_medicine_named_like_this_trial_stays() -> None:
    row = Row(
        row_id=1,
        kind=Kind.MEDICATION,
        concept=Concept((), "study drug of NCT04952155"),
        start=UNKNOWN_DATE,
    )
    own = frozenset({"NCT04952155"})
    assert len(_record(hospital=_hospital(rows=(row,)), own_study=own).rows) == 1


def test_a_hospital_and_the_trial_may_tell_of_the_same_medicine() -> None:
    both = told(
        "riluzole 100 mg from 2021 to now; hospital: riluzole 100 mg from 2021 to now;"
        "asked until day 84"
    )
    assert [row.concept for row in both.rows] == [RILUZOLE, RILUZOLE]
    value_set = ValueSet("m", "m", "this test", (Entry("ATC", "N07XX02"),))
    setting = Setting(ENROLLED, {"m": value_set}, day(84))
    unchanged = parse("dose of [m] unchanged from enrolment to end of follow-up")
    assert interpret(unchanged, both, setting, Truth.FALSE) is Truth.TRUE


def _holds(expression: Expression, record: PatientRecord) -> Truth:
    return interpret(expression, record, Setting(day(40), common_value_sets()), Truth.FALSE)
