"""What a patient's rows say about themselves."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from trialrun.records.dates import Span
from trialrun.records.rows import Bounds, Finding, Measurement, PatientRecord, Row
from trialrun.records.schema import Kind
from trialrun.terminology.codes import Concept

DAY = Span.of(date(2022, 1, 5))


@pytest.mark.parametrize(
    ("fields", "has_value"),
    [
        ({}, False),
        ({"unit": "mg/L", "ref_hi": Fraction(5)}, False),
        ({"value": Bounds(Fraction(0), Fraction(0))}, True),
        ({"polarity": "negative"}, True),
        ({"abnormal": False}, True),
        ({"value_text": "clotted"}, True),
        ({"value_concept": Concept(text="III")}, True),
    ],
)
def test_a_measurement_without_any_value_measured_nothing(
    fields: dict[str, Any], has_value: bool
) -> None:
    row = Measurement(row_id=1, kind=Kind.MEASUREMENT, concept=Concept(), start=DAY, **fields)
    assert row.has_value is has_value


@pytest.mark.parametrize(
    ("lo", "hi", "is_exact"), [(1, 1, True), (1, 2, False), (None, 1, False), (None, None, False)]
)
def test_a_number_is_exact_where_its_bounds_meet(
    lo: int | None, hi: int | None, is_exact: bool
) -> None:
    bounds = Bounds(None if lo is None else Fraction(lo), None if hi is None else Fraction(hi))
    assert bounds.is_exact is is_exact


def test_rows_are_found_by_kind_and_by_class() -> None:
    condition = Row(row_id=1, kind=Kind.CONDITION, concept=Concept(), start=DAY)
    finding = Finding(row_id=2, kind=Kind.FINDING, concept=Concept(), start=DAY)
    patient = PatientRecord(patient_id="P", rows=(condition, finding))
    assert list(patient.of_kind(Kind.CONDITION)) == [condition]
    assert list(patient.of_type(Finding)) == [finding]
