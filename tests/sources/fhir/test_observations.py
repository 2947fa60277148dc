"""What an Observation says -> measurements and findings."""

from datetime import date
from math import inf
from typing import Any

import pytest
from tests.sources.fhir.exports import FIRST, Export, Resource, coded, patient

Fields = dict[str, Any]
UCUM = "http://unitsofmeasure.org"
TEST = {"code": coded("777-3", "http://loinc.org")}


def observation(name: str, **fields: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2020-05-10",
        **TEST,
        **fields,
    }


def quantity(value: float | None, unit: str | None = None, **fields: Any) -> Fields:
    return {"valueQuantity": {"value": value, "unit": unit, **fields}}


def limits(low: float | None, high: float | None, unit: str | None = None, **fields: Any) -> Fields:
    sides = {"low": low, "high": high}
    written = {side: {"value": n, "unit": unit} for side, n in sides.items() if n is not None}
    return {"referenceRange": [{**written, **fields}]}


def flag(*codes: str) -> Fields:
    system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    return {"interpretation": [coded(code, system) for code in codes]}


def load(export: Export, cases: dict[str, Fields]) -> None:
    export.write("Patient.ndjson", patient("1"))
    export.write("Observation.ndjson", *[observation(name, **f) for name, f in cases.items()])
    export.load()


# --- numbers: fields, and (value_lo, value_hi, lo_open, hi_open, unit, text) -----------------

NOTHING = (None, None, False, False, None, None)
NUMBERS: dict[str, tuple[Fields, tuple[Any, ...]]] = {
    "number": (quantity(2.5, "10^9/L"), (2.5, 2.5, False, False, "10^9/L", None)),
    "ucum": (
        quantity(2.5, "×10⁹/L", system=UCUM, code="10*9/L"),
        (2.5, 2.5, False, False, "10*9/L", None),
    ),
    "no-unit": (quantity(2.5), (2.5, 2.5, False, False, None, None)),
    "unknown-unit": (quantity(2.5, "bananas"), (2.5, 2.5, False, False, "bananas", None)),
    "negative": (quantity(-2.5, "g"), (-2.5, -2.5, False, False, "g", None)),
    "below": (quantity(5, "g", comparator="<"), (-inf, 5, False, True, "g", None)),
    "at-most": (quantity(5, "g", comparator="<="), (-inf, 5, False, False, "g", None)),
    "above": (quantity(5, "g", comparator=">"), (5, inf, True, False, "g", None)),
    "at-least": (quantity(5, "g", comparator=">="), (5, inf, False, False, "g", None)),
    "enough-for": (quantity(5, "g", comparator="ad"), (None, None, False, False, "g", None)),
    "integer": ({"valueInteger": 3}, (3, 3, False, False, None, None)),
    "range": (
        {"valueRange": {"low": {"value": 5, "unit": "g"}, "high": {"value": 10, "unit": "g"}}},
        (5, 10, False, False, "g", None),
    ),
    "open-range": ({"valueRange": {"low": {"value": 5}}}, (5, inf, False, False, None, None)),
    "written-number": ({"valueString": "5.5"}, (5.5, 5.5, False, False, None, None)),
    "written-unit": ({"valueString": "5.5 mmol/L"}, (5.5, 5.5, False, False, "mmol/L", None)),
    "written-below": ({"valueString": "<5"}, (-inf, 5, False, True, None, None)),
    "written-below-wide": ({"valueString": "＜5"}, (-inf, 5, False, True, None, None)),
    "written-range": ({"valueString": "5-10"}, (5, 10, False, False, None, None)),
    "words": ({"valueString": "haemolysed"}, (None, None, False, False, None, "haemolysed")),
    "titre": (
        {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 320}}},
        (None, None, False, False, None, "1:320"),
    ),
    "time": ({"valueTime": "08:30:00"}, (None, None, False, False, None, "08:30:00")),
    "absent": ({"dataAbsentReason": coded("unknown")}, NOTHING),
    "nothing": ({}, NOTHING),
}


def test_numbers(export: Export) -> None:
    load(export, {name: fields for name, (fields, _) in NUMBERS.items()})
    found = export.rows(
        "SELECT ref[13:], value_lo, value_hi, lo_open, hi_open, unit.text, value_text"
        " FROM measurement LEFT JOIN unit USING (unit_id)"
    )
    expected = {name: row for name, (_, row) in NUMBERS.items()}
    assert {name: tuple(row) for name, *row in found} == expected
    (unknown,) = (w for w in export.summaries[-1].withheld if w.what == "unit")
    assert (unknown.texts, unknown.rows, unknown.places) == (1, 1, ("Observation/unknown-unit",))


# --- words: fields, and (polarity, abnormal) -----------------------------------------------------

POSITIVE, NEGATIVE = coded("10828004"), coded("260385009")
WORDS: dict[str, tuple[Fields, tuple[str | None, bool | None]]] = {
    "negative": ({"valueString": "negative"}, ("negative", False)),
    "阴性": ({"valueString": "阴性"}, ("negative", False)),
    "positive": ({"valueString": "阳性(+)"}, ("positive", True)),
    "yes": ({"valueBoolean": True}, ("positive", True)),
    "no": ({"valueBoolean": False}, ("negative", False)),
    "coded-positive": ({"valueCodeableConcept": POSITIVE}, ("positive", True)),
    "coded-negative": ({"valueCodeableConcept": NEGATIVE}, ("negative", False)),
    "coded-in-words": ({"valueCodeableConcept": {"text": "阴性"}}, ("negative", False)),
    "coded-other": ({"valueCodeableConcept": coded("420300004")}, (None, None)),
    "words": ({"valueString": "haemolysed"}, (None, None)),
    "flag-positive": ({**quantity(40, "U"), **flag("POS")}, ("positive", True)),
    "flag-high": ({**quantity(40, "U"), **flag("H")}, (None, True)),
    "flag-normal": ({**quantity(40, "U"), **flag("N")}, (None, False)),
    "flag-critical": ({**quantity(40, "U"), **flag("LL", "A")}, (None, True)),
    "flag-resistant": ({**quantity(40, "U"), **flag("R")}, (None, None)),
    "above-range": ({**quantity(40, "U/L"), **limits(5, 35, "U/L")}, (None, True)),
    "below-range": ({**quantity(4, "U/L"), **limits(5, 35, "U/L")}, (None, True)),
    "in-range": ({**quantity(35, "U/L"), **limits(5, 35, "U/L")}, (None, False)),
    "under-the-only-limit": ({**quantity(35, "U/L"), **limits(None, 35, "U/L")}, (None, False)),
    "reaching-into-range": (
        {**quantity(40, "U/L", comparator="<"), **limits(5, 35, "U/L")},
        (None, None),
    ),
    "flag-before-range": (
        {**quantity(40, "U/L"), **limits(5, 35, "U/L"), **flag("N")},
        (None, False),
    ),
    "range-before-word": (
        {"valueString": "negative", **limits(5, 35)},
        ("negative", False),
    ),
}


def test_words_and_flags(export: Export) -> None:
    load(export, {name: fields for name, (fields, _) in WORDS.items()})
    assert export.by_ref("measurement", "polarity, abnormal") == {
        name: row for name, (_, row) in WORDS.items()
    }


# --- limits of normal: fields, and (ref_lo, ref_hi) ------------------------------------------

LIMITS: dict[str, tuple[Fields, tuple[float | None, float | None]]] = {
    "both": ({**quantity(9, "U/L"), **limits(5, 35, "U/L")}, (5, 35)),
    "no-unit": ({**quantity(9, "U/L"), **limits(5, 35)}, (5, 35)),
    "other-unit": ({**quantity(9, "U/L"), **limits(5, 35, "ukat/L")}, (None, None)),
    "same-code": (
        {
            **quantity(9, "x10^9", system=UCUM, code="10*9/L"),
            "referenceRange": [{"high": {"value": 4, "unit": "10*9/L"}}],
        },
        (None, 4),
    ),
    "in-words": ({**quantity(9, "U/L"), "referenceRange": [{"text": "5-35"}]}, (5, 35)),
    "called-normal": (
        {**quantity(9, "U/L"), **limits(5, 35, type=coded("normal", "urn:x"))},
        (5, 35),
    ),
    "therapeutic": (
        {**quantity(9, "U/L"), **limits(5, 35, type=coded("therapeutic", "urn:x"))},
        (None, None),
    ),
    "by-sex": (
        {
            **quantity(9, "U/L"),
            "referenceRange": [{"high": {"value": 35}}, {"high": {"value": 45}}],
        },
        (None, None),
    ),
    "one-of-two-is-normal": (
        {
            **quantity(9, "U/L"),
            "referenceRange": [
                {"type": coded("critical", "urn:x"), "high": {"value": 900}},
                {"type": coded("normal", "urn:x"), "high": {"value": 35}},
            ],
        },
        (None, 35),
    ),
}


def test_limits_of_normal(export: Export) -> None:
    load(export, {name: fields for name, (fields, _) in LIMITS.items()})
    assert export.by_ref("measurement", "ref_lo, ref_hi") == {
        name: row for name, (_, row) in LIMITS.items()
    }
    reason = ("Observation", "the reference range is in another unit: not used")
    assert export.reasons() == {reason: 1}


# --- days: fields, and (start_lo, start_hi) --------------------------------------------------

DAY = date(2020, 5, 10)
DAYS: dict[str, tuple[Fields, tuple[date, date]]] = {
    "day": ({}, (DAY, DAY)),
    "month": ({"effectiveDateTime": "2020-05"}, (date(2020, 5, 1), date(2020, 5, 31))),
    "leap-month": ({"effectiveDateTime": "2020-02"}, (date(2020, 2, 1), date(2020, 2, 29))),
    "year": ({"effectiveDateTime": "2020"}, (date(2020, 1, 1), date(2020, 12, 31))),
    "evening-before-in-greenwich": (
        {"effectiveDateTime": "2020-05-09T17:00:00Z"},
        (DAY, DAY),
    ),
    "no-offset": ({"effectiveDateTime": "2020-05-10T23:59:59"}, (DAY, DAY)),
    "instant": (
        {"effectiveDateTime": None, "effectiveInstant": "2020-05-10T08:00:00+08:00"},
        (DAY, DAY),
    ),
    "period": (
        {
            "effectiveDateTime": None,
            "effectivePeriod": {"start": "2020-05-10", "end": "2020-05-12"},
        },
        (DAY, date(2020, 5, 12)),
    ),
    "issued-only": (
        {"effectiveDateTime": None, "issued": "2020-05-10T08:00:00+08:00"},
        (FIRST, DAY),
    ),
    "unreadable-but-issued": (
        {"effectiveDateTime": "yesterday", "issued": "2020-05-10T08:00:00+08:00"},
        (FIRST, date(9999, 12, 31)),
    ),
    "year-0001": ({"effectiveDateTime": "0001-01-01"}, (FIRST, date(9999, 12, 31))),
    "no-such-day": ({"effectiveDateTime": "2021-02-29"}, (FIRST, date(9999, 12, 31))),
}


def test_days(export: Export) -> None:
    load(export, {name: {**quantity(1), **fields} for name, (fields, _) in DAYS.items()})
    assert export.by_ref("measurement", "start_lo, start_hi") == {
        name: row for name, (_, row) in DAYS.items()
    }
    odd = ("Observation", "a date that cannot be read or cannot be true: taken as unknown")
    assert export.reasons("repaired") == {odd: 3}


def test_days_are_those_of_the_hospital(export: Export) -> None:
    export.write("Patient.ndjson", patient("1"))
    late = "2020-05-10T02:00:00Z"
    export.write("Observation.ndjson", observation("1", effectiveDateTime=late, **quantity(1)))
    export.load(time_zone="America/New_York")
    assert export.rows("SELECT start_lo FROM measurement") == [(date(2020, 5, 9),)]


# --- parts, panels, and what does not count ------------------------------------------------------


def test_components_are_rows_of_their_own(export: Export) -> None:
    parts = [
        {"code": {"text": "systolic"}, **quantity(120, "mm[Hg]"), **limits(90, 140, "mm[Hg]")},
        {"code": {"text": "diastolic"}, **quantity(None), "dataAbsentReason": coded("unknown")},
        {"code": {"text": "cuff"}, "valueCodeableConcept": NEGATIVE},
        {"code": {"text": "words"}, "valueString": "<5"},
    ]
    load(export, {"bp": {"component": parts}, "panel": {"hasMember": [{"reference": "x/1"}]}})
    assert export.rows(
        "SELECT ref, text, start_lo, value_hi, ref_hi, polarity"
        " FROM measurement JOIN concept USING (concept_id) ORDER BY ref"
    ) == [
        ("Observation/bp#1", "systolic", DAY, 120, 140, None),
        ("Observation/bp#2", "diastolic", DAY, None, None, None),
        ("Observation/bp#3", "cuff", DAY, None, None, "negative"),
        ("Observation/bp#4", "words", DAY, 5, None, None),
    ]


def test_findings(export: Export) -> None:
    cases: dict[str, Fields] = {
        "seen": {"code": {"text": "fasciculation"}, "valueBoolean": True},
        "not-seen": {"code": {"text": "fasciculation"}, "valueString": "无"},
        "absent": {"code": {"text": "fasciculation"}, "valueCodeableConcept": coded("2667000")},
        "class": {"code": {"text": "NYHA"}, "valueCodeableConcept": coded("420300004", text="II")},
        "not-looked": {"code": {"text": "fasciculation"}, "dataAbsentReason": coded("unknown")},
        "number": {"code": {"text": "reflexes"}, **quantity(2)},
    }
    load(export, cases)
    assert export.rows(
        "SELECT ref[13:], text, present FROM finding JOIN concept USING (concept_id) ORDER BY ref"
    ) == [
        ("absent", "fasciculation", False),
        # What was coded is a finding; that it was a NYHA class says not which one is absent.
        ("class", "NYHA", None),
        ("class#value", "II", True),
        ("not-looked", "fasciculation", None),
        ("seen", "fasciculation", True),
    ]


@pytest.mark.parametrize(
    ("status", "reason"), [("entered-in-error", "entered in error"), ("cancelled", "cancelled")]
)
def test_what_never_counts(export: Export, status: str, reason: str) -> None:
    part = {"code": {"text": "part"}, "valueBoolean": True}
    load(export, {"1": {"status": status, "valueBoolean": True, "component": [part]}})
    assert export.rows("SELECT count(*) FROM measurement") == [(0,)]
    assert export.rows("SELECT count(*) FROM finding") == [(0,)]
    assert export.reasons() == {("Observation", reason): 1}
