"""What is TRUE or FALSE of a record stays so however its unknowns turn out to be.

A record with partial dates, bounds and missing fields stands for many complete ones. Every answer
that is not UNKNOWN must be the answer of each of them; and until the day that it names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.record_text import read_record
from tests.spec.world import CONCEPTS, INDEX, setting

from trialrun.criteria.interpreter import explain, interpret
from trialrun.criteria.interpreter.windows import end_of
from trialrun.criteria.parse import parse
from trialrun.criteria.tree import until
from trialrun.criteria.truth import Truth
from trialrun.records.dates import LATEST, Span
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import Kind, Route

DAYS = ("2021-07-14", "2021-07-15", "2021-12-20", "2022-01-05", "2022-01-15", "2022-01-16")
WHEN = (*DAYS, "2021", "2021-07", "2021-12", "2022-01", "an unknown day")
VALUES = ("3 mg/L", "6 mg/L", "<5 mg/L", "4–6 mg/L", "6", "")
DOSES = ("", ", oral", ", oral, 60 mg a day", ", oral, 61 mg a day", ", 30 mg a day")
ANSWERS = ("yes", "no", "not known")
FINDINGS = ("", ", absent", ", not said")
COVERED = ("conditions", "findings", "medications", "immunisations")

STATEMENTS = {
    "condition": (
        "condition in [als] within 6 months",
        "condition in [als] active",
        "condition in [als]",
        "at least 2 records of condition in [als] within 6 months",
        "condition in [als] from 2021-08-01 to 2021-12-31",
        "condition in [als] from enrolment to 2022-02-28",
        "condition in [als] within 1 month after enrolment",
        "condition in [als] covered from 2021-12-20 to enrolment",
    ),
    "finding": ("finding in [umn-signs] within 6 months",),
    "medication": (
        "oral medication in [glucocorticoids] within 6 months",
        "medication in [glucocorticoids] with daily dose > 60 mg within 6 months",
        "current prednisone-equivalent dose > 1 mg/kg/d",
        "highest prednisone-equivalent dose within 6 months <= 1 mg/kg/d",
        "highest prednisone-equivalent dose within 6 months > 1 mg/kg/d",
        "highest prednisone-equivalent dose within 1 month from 0.4 to 1 mg/kg/d",
        "highest prednisone-equivalent dose within 1 month = 1 mg/kg/d",
        "current prednisone-equivalent dose < 1 mg/kg/d",
        "dose of [glucocorticoids] unchanged from 2021-12-20 to 2022-01-15",
        "dose of [glucocorticoids] unchanged from enrolment to end of follow-up",
        "medication in [glucocorticoids] covered from 2021-12-20 to 2022-01-15",
    ),
    "said": (
        'attested "fit" within 6 months',
        'attested "fit" covered from 2021-12-20 to 2022-01-15',
        'attested "fit" covered from 2021-07-15 to enrolment',
    ),
    "value": (
        "latest [crp] within 6 months < 5 mg/L",
        "first [crp] within 6 months < 5 mg/L",
        "any [crp] within 6 months < 5 mg/L",
        "every [crp] within 6 months < 5 mg/L",
        "lowest [crp] within 6 months from 3 to 5 mg/L",
        "highest [crp] within 6 months from 3 to 5 mg/L",
        "change in [crp] from first within 6 months to latest within 30 days > 2 mg/L",
        "change in [crp] from latest within 6 months to latest within 30 days from -50 to 50 %",
    ),
    "body": ("body mass index >= 18.52 kg/m2",),
    "kidney": (
        # At 59 years, 60 kg and 1 mg/dL a man has 67.5 and 86.7, at 60 years 66.7 and 86.2.
        "creatinine clearance within 6 months >= 67 mL/min",
        "creatinine clearance within 6 months < 67 mL/min",
        "creatinine clearance from 67 to 67.5 mL/min",
        "creatinine clearance from 60 to 67.4 mL/min",
        "eGFR >= 86.5 mL/min/1.73m2",
        "eGFR within 30 days < 86.5 mL/min/1.73m2",
        "eGFR from 80 to 86.5 mL/min/1.73m2",
    ),
    "person": ("age from 18 to 41 years", "sex is female"),
}


def _end(begun: str) -> st.SearchStrategy[str]:
    later = [when for when in WHEN[:-1] if when[:4] >= begun[:4] and when >= begun[: len(when)]]
    return st.sampled_from(["", " to now", *(f" to {when}" for when in later)])


def _lines(topic: str) -> st.SearchStrategy[str]:
    whens = st.sampled_from(WHEN)

    def lasting(what: str, extras: tuple[str, ...]) -> st.SearchStrategy[str]:
        return whens.flatmap(
            lambda begun: st.tuples(_end(begun), st.sampled_from(extras)).map(
                lambda rest: f"{what} from {begun}{rest[0]}{rest[1]}"
            )
        )

    weight = st.builds(
        "measurement weight on {}: {} kg".format, whens, st.sampled_from(("60", "61", "60–62"))
    )
    value = st.builds(
        lambda when, value: f"measurement CRP on {when}" + (f": {value}" if value else ""),
        whens,
        st.sampled_from(VALUES),
    )
    creatinine = st.builds(
        "measurement creatinine on {}: {} mg/dL".format, whens, st.sampled_from(("1", "1", "1.2"))
    )
    known = st.just("measurement weight on 2022-01-05: 60 kg")
    height = st.just("measurement height on 2021: 1.8 m")
    lines = {
        "condition": lasting("condition ALS", ("",)) | lasting("condition a local code", ("",)),
        "finding": st.builds(
            "finding brisk reflexes on {}{}".format, whens, st.sampled_from(FINDINGS)
        ),
        "medication": st.one_of(
            lasting("medication prednisone", DOSES),
            lasting("medication prednisone", DOSES),
            lasting("medication a local code", ("",)),
            known,
        ),
        "said": st.builds(
            'attestation "fit" on {}: {}'.format, whens, st.sampled_from(("yes", "yes", *ANSWERS))
        ),
        "value": value,
        "body": weight | height,
        "kidney": st.one_of(known, weight, creatinine, creatinine),
        "person": value,
    }
    return lines[topic]


def _readable(text: str) -> bool:
    try:
        read_record(text)
    except ValueError:
        return False
    return True


PERSONS = (
    (),
    ("born 1980",),
    ("born 1980-01", "female"),
    ("born 1980-01-15", "male"),
    ("born 1962-01-16", "male"),
    ("born 1960-05-01", "female"),
)


def _records(topic: str) -> st.SearchStrategy[str]:
    kinds = [kind for kind in COVERED if kind.startswith(topic)]
    return st.builds(
        lambda lines, covered, person: "; ".join(
            [
                *(f"#{number} {line}" for number, line in enumerate(lines, 1)),
                *(f"C{number} covers {kind}" for number, kind in enumerate(covered, 1)),
                *person,
            ]
        ),
        st.lists(_lines(topic), min_size=2 if topic == "kidney" else 0, max_size=4),
        st.lists(st.sampled_from(kinds), unique=True) if kinds else st.just([]),
        st.sampled_from(PERSONS[2:] if topic == "kidney" else PERSONS),
    ).filter(_readable)


def _questions() -> st.SearchStrategy[tuple[str, str]]:
    """Draw a statement, and a record of the kind that it asks about."""
    asked = [
        (topic, statement) for topic, statements in STATEMENTS.items() for statement in statements
    ]
    return st.sampled_from(asked).flatmap(
        lambda pair: st.tuples(st.just(pair[1]), _records(pair[0]))
    )


Draw = Callable[[st.SearchStrategy[Any]], Any]


@settings(max_examples=1000, deadline=None)
@given(_questions(), st.sampled_from((Truth.TRUE, Truth.FALSE)), st.data())
def test_an_answer_holds_however_the_unknown_turns_out(
    question: tuple[str, str], adverse: Truth, data: st.DataObject
) -> None:
    statement, record = question
    patient, expression = read_record(record), parse(statement)
    said = interpret(expression, patient, setting(INDEX), adverse)
    if said is Truth.UNKNOWN:
        return
    # `dose of … unchanged` is FALSE by what is recorded: a row that nobody sent, or that nobody
    # understands, is weighed only before it is TRUE.
    unseen = not statement.startswith("dose of")
    completed = _completed(patient, data.draw, unseen)
    assert interpret(expression, completed, setting(INDEX), adverse) is said


def _completed(patient: PatientRecord, draw: Draw, unseen: bool) -> PatientRecord:
    rows = [_complete(row, draw, unseen) for row in patient.rows]
    covered = {coverage.kind for coverage in patient.coverage}
    for kind, name in ((Kind.CONDITION, "ALS"), (Kind.MEDICATION, "prednisone")):
        # Where nobody covers a kind there may be rows that nobody sent.
        if unseen and kind not in covered and draw(st.booleans()):
            rows.append(_unseen(kind, name))
    return replace(
        patient,
        rows=tuple(rows),
        birth=Span.of(_day(patient.birth, draw)),
        sex=patient.sex or draw(st.sampled_from(("female", "male"))),
    )


def _unseen(kind: Kind, name: str) -> Row:
    begun, going_on = Span.of(date(2021, 12, 1)), Span.of(LATEST)
    seen = Row(row_id=99, kind=kind, concept=CONCEPTS[name], start=begun, end=going_on)
    if kind is Kind.CONDITION:
        return seen
    return Medication(
        row_id=99,
        kind=kind,
        concept=seen.concept,
        start=begun,
        end=going_on,
        route=Route.ORAL,
        daily_dose=Fraction(500),
        dose_unit="mg",
    )


def _complete(row: Row, draw: Draw, unseen: bool) -> Row:
    end = end_of(row)
    began = _day(Span(row.start.lo, min(row.start.hi, end.hi)), draw)
    ended = _day(Span(max(end.lo, began), end.hi), draw)
    row = replace(row, start=Span.of(began))
    if row.kind.is_period:
        row = replace(row, end=Span.of(ended))
    if isinstance(row, Attestation):
        said = draw(st.booleans()) if row.answer is None else row.answer
        return replace(row, answer=said)
    if not row.concept.codings or row.concept.codings[0].system == "clinic":
        name = {Kind.CONDITION: "ALS", Kind.MEDICATION: "prednisone"}[row.kind]
        names = (name, "height") if unseen else ("height",)
        row = replace(row, concept=CONCEPTS[draw(st.sampled_from(names))])
    return _with_values(row, draw)


def _with_values(row: Row, draw: Draw) -> Row:
    match row:
        case Finding(present=None):
            return replace(row, present=draw(st.booleans()))
        case Measurement(value=Bounds() as value):
            exact = Fraction(draw(st.sampled_from(_possible(value))))
            # One unit for all that have none: what has no unit is comparable with its like.
            unit = row.unit or "mg/dL"
            return replace(row, value=Bounds(exact, exact), unit=unit)
        case Medication():
            return replace(
                row,
                route=row.route or draw(st.sampled_from((Route.ORAL, Route.TOPICAL))),
                daily_dose=row.daily_dose or Fraction(draw(st.sampled_from((0, 30, 61, 500)))),
                dose_unit=row.dose_unit or "mg",
            )
        case _:
            return row


def _possible(value: Bounds) -> list[Fraction]:
    between = [Fraction(number, 2) for number in range(160)]
    return [
        number
        for number in [*between, *(bound for bound in (value.lo, value.hi) if bound is not None)]
        if (value.lo is None or number > value.lo or (number == value.lo and not value.lo_open))
        and (value.hi is None or number < value.hi or (number == value.hi and not value.hi_open))
    ]


def _day(span: Span, draw: Draw) -> date:
    near = [date.fromisoformat(day) + timedelta(days=by) for day in DAYS for by in (-1, 0, 1)]
    inside = {day for day in near if span.lo <= day <= span.hi}
    return draw(st.sampled_from(sorted({span.lo, span.hi, *inside})))  # type: ignore[no-any-return]


@settings(max_examples=1500, deadline=None)
@given(_questions(), st.sampled_from((Truth.TRUE, Truth.FALSE)), st.data())
def test_an_answer_stands_until_the_day_it_names(
    question: tuple[str, str], adverse: Truth, data: st.DataObject
) -> None:
    statement, record = question
    patient = read_record(record)
    # What begins after the index date is news on the day it begins.
    known = tuple(row for row in patient.rows if row.start.lo <= INDEX)
    patient = replace(patient, rows=known)
    tree = explain(parse(statement), patient, setting(INDEX), adverse)
    if tree.truth is Truth.UNKNOWN:
        return
    last = until(tree) or INDEX + timedelta(days=4000)
    assert last >= INDEX
    later = data.draw(st.just(last) | st.dates(INDEX, last))
    assert interpret(parse(statement), patient, setting(later), adverse) is tree.truth
