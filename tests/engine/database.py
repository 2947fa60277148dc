"""Writes patient records into the canonical tables: the inverse of `engine.patients`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import inf

import duckdb

from trialrun.records.coverage import Coverage
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import SCHEMA_VERSION, TABLES
from trialrun.terminology.codes import Concept

Values = dict[str, object]


class Writer:
    """Gives numbers to concepts and units as they come, and gathers the rows of every table."""

    def __init__(self) -> None:
        self.concepts: dict[Concept, int] = {}
        self.units: dict[str, int] = {}
        self.rows: dict[str, list[Values]] = {table.name: [] for table in TABLES}

    def concept(self, concept: Concept | None) -> int | None:
        if concept is None:
            return None
        return self.concepts.setdefault(concept, len(self.concepts) + 1)

    def unit(self, unit: str | None) -> int | None:
        return None if unit is None else self.units.setdefault(unit, len(self.units) + 1)

    def add(self, number: int, patient: PatientRecord, shared: Sequence[Coverage]) -> None:
        self.rows["patient"].append(
            {
                "patient_no": number,
                "patient_id": patient.patient_id,
                "sex": patient.sex,
                "birth_lo": patient.birth.lo,
                "birth_hi": patient.birth.hi,
                "death_lo": patient.death.lo,
                "death_hi": patient.death.hi,
                "source_id": 1,
            }
        )
        for row in patient.rows:
            self.rows[row.kind.value].append(self._record(number, row))
        own = [c for c in patient.coverage if c not in shared]
        self.rows["coverage"].extend(_coverage(c, number) for c in own)

    def _record(self, number: int, row: Row) -> Values:
        values: Values = {
            "row_id": row.row_id,
            "patient_no": number,
            "concept_id": self.concept(row.concept),
            "start_lo": row.start.lo,
            "start_hi": row.start.hi,
            "source_id": 1,
            "ref": row.ref or f"{row.kind.value}/{row.row_id}",
        }
        if row.end is not None:
            values |= {"end_lo": row.end.lo, "end_hi": row.end.hi}
        return values | self._own(row)

    def _own(self, row: Row) -> Values:
        match row:
            case Finding():
                return {"present": row.present}
            case Medication():
                return {
                    "route": row.route,
                    "daily_dose": _double(row.daily_dose),
                    "dose_unit_id": self.unit(row.dose_unit),
                    "basis": row.basis,
                }
            case Measurement():
                return {
                    **_bounds(row.value),
                    "unit_id": self.unit(row.unit),
                    "ref_lo": _double(row.ref_lo),
                    "ref_hi": _double(row.ref_hi),
                    "polarity": row.polarity,
                    "abnormal": row.abnormal,
                    "value_concept_id": self.concept(row.value_concept),
                    "value_text": row.value_text,
                }
            case Attestation():
                return {
                    "question": row.question,
                    "answer": row.answer,
                    "attested_by": row.attested_by,
                    "reason": row.reason,
                }
            case _:
                return {}

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.rows["concept"] = [
            {"concept_id": number, "key": f"{number}", "text": concept.text}
            for concept, number in self.concepts.items()
        ]
        self.rows["coding"] = [
            {"concept_id": number, "system": c.system, "code": c.code, "display": c.display}
            for concept, number in self.concepts.items()
            for c in concept.codings
        ]
        self.rows["unit"] = [
            {"unit_id": number, "text": text} for text, number in self.units.items()
        ]
        for table in TABLES:
            connection.execute(table.ddl())
            _insert(connection, table.name, self.rows[table.name])


def write_records(
    connection: duckdb.DuckDBPyConnection,
    patients: Iterable[PatientRecord],
    shared: Sequence[Coverage] = (),
) -> None:
    """Create the canonical tables with these patients, numbered from 1.

    `shared` is the coverage that all of them have, and that is written as everyone's.
    """
    writer = Writer()
    for number, patient in enumerate(patients, 1):
        writer.add(number, patient, shared)
    writer.rows["coverage"].extend(_coverage(c, None) for c in shared)
    writer.rows["meta"].append({"key": "schema_version", "value": str(SCHEMA_VERSION)})
    writer.rows["source"].append(
        {"source_id": 1, "name": "ward", "format": "csv", "time_zone": "UTC", "fingerprint": ""}
    )
    writer.write(connection)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Values]) -> None:
    if not rows:
        return
    types = dict(
        connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table",
            {"table": table},
        ).fetchall()
    )
    columns = ", ".join(f"unnest(${name}::{types[name]}[]) AS {name}" for name in rows[0])
    connection.execute(
        f"INSERT INTO {table} BY NAME SELECT {columns}",
        {name: [row[name] for row in rows] for name in rows[0]},
    )


def _coverage(coverage: Coverage, number: int | None) -> Values:
    return {
        "coverage_id": coverage.coverage_id,
        "source_id": 1,
        "kind": coverage.kind.value,
        "patient_no": number,
        "since": coverage.since,
        "until": coverage.until,
    }


def _bounds(value: Bounds | None) -> Values:
    if value is None:
        return {"value_lo": None, "value_hi": None, "lo_open": False, "hi_open": False}
    return {
        "value_lo": -inf if value.lo is None else float(value.lo),
        "value_hi": inf if value.hi is None else float(value.hi),
        "lo_open": value.lo_open,
        "hi_open": value.hi_open,
    }


def _double(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
