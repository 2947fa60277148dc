"""A clinic in a database: records as the manual writes them, numbered so that none collide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import duckdb
from tests.engine.database import write_records
from tests.partial_dates import parse_span
from tests.spec.record_text import read_record

from trialrun.records.dates import ALIVE
from trialrun.records.rows import PatientRecord

MANY = 100
"""Row and coverage numbers that each patient may use."""


def read_clinic(records: Iterable[str]) -> list[PatientRecord]:
    """Read patients; one that ends in `; died 2022` (or a month, or a day) died then."""
    return [_patient(number, text) for number, text in enumerate(records, 1)]


def _patient(number: int, text: str) -> PatientRecord:
    text, _, death = text.partition("; died ")
    patient = read_record(text, f"H-{number}")
    return replace(
        patient,
        rows=tuple(
            replace(
                row,
                row_id=MANY * number + row.row_id,
                ref=f"{row.kind}/HIS-{number}-{row.row_id}",
            )
            for row in patient.rows
        ),
        coverage=tuple(
            replace(c, coverage_id=MANY * number + c.coverage_id) for c in patient.coverage
        ),
        death=parse_span(death) if death else ALIVE,
    )


def database(patients: Iterable[PatientRecord]) -> duckdb.DuckDBPyConnection:
    """Load the patients, numbered from 1, into a database in memory."""
    connection = duckdb.connect()
    write_records(connection, patients)
    return connection
