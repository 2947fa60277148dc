"""A patient is read back from the tables as it was written, number for number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import duckdb
import pytest
from tests.engine.database import write_records
from tests.engine.worlds import WORLDS, World

from trialrun.engine.patients import (
    exactly,
    find_patient,
    read_coverage,
    read_patients,
)
from trialrun.records.coverage import Coverage
from trialrun.records.pseudonyms import Naming
from trialrun.records.rows import PatientRecord
from trialrun.records.schema import Kind
from trialrun.terminology.codes import Concept


def _written(patient: PatientRecord) -> PatientRecord:
    """The record as the tables can hold it: with references, and codings in order."""
    rows = tuple(
        replace(
            row,
            ref=f"{row.kind.value}/{row.row_id}",
            concept=Concept(tuple(sorted(row.concept.codings)), row.concept.text),
        )
        for row in patient.rows
    )
    return replace(patient, rows=rows)


@pytest.mark.parametrize("world", dict.fromkeys(WORLDS.values()), ids=lambda build: build.__name__)
def test_what_was_written_is_read(world: Callable[[], World]) -> None:
    built = world()
    with duckdb.connect() as connection:
        write_records(connection, built.patients, built.shared)
        read = read_patients(connection, range(1, len(built.patients) + 1))
    for number, patient in enumerate(built.patients, 1):
        assert replace(read[number], coverage=()) == replace(_written(patient), coverage=())
        assert set(read[number].coverage) == set(patient.coverage)


def test_patients_are_found_by_id_or_by_name() -> None:
    with duckdb.connect() as connection:
        write_records(connection, [PatientRecord(patient_id="A-1"), PatientRecord(patient_id="b")])
        assert find_patient(connection, "b") == 2
        assert find_patient(connection, "B") is None
        hidden = Naming(str.upper, hides=True)
        assert find_patient(connection, "B", hidden) == 2
        assert find_patient(connection, "nobody", hidden) is None
        assert find_patient(connection, "Patient/A-1") is None
        assert read_patients(connection, [1])[1].patient_id == "A-1"


def test_what_sources_declare_for_everyone() -> None:
    own, all_ = Coverage(1, Kind.ALLERGY), Coverage(2, Kind.CONDITION, since=date(2015, 1, 1))
    with duckdb.connect() as connection:
        write_records(connection, [PatientRecord(patient_id="a", coverage=(own, all_))], [all_])
        assert read_coverage(connection) == [
            ("ward", Kind.CONDITION, date(2015, 1, 1), date(9999, 12, 31))
        ]


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        (0.1, Fraction(1, 10)),
        (79.9, Fraction(799, 10)),
        (1e-7, Fraction(1, 10_000_000)),
        (3e22, Fraction(3 * 10**22)),
        (float("inf"), None),
        (None, None),
    ],
)
def test_a_double_is_the_decimal_that_was_written(
    stored: float | None, written: Fraction | None
) -> None:
    assert exactly(stored) == written
