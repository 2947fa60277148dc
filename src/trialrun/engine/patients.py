"""Reads single patients out of the canonical tables, with exact numbers.

The inverse of loading, for the few patients that are shown or judged by the reference interpreter;
never for all. Numbers become Fractions by the decimal that was written, which is the shortest one
that names the stored double. What is read goes to whoever asked and into no message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import isinf
from typing import Any

import duckdb

from trialrun.records.coverage import Coverage
from trialrun.records.dates import Span
from trialrun.records.pseudonyms import OWN_NAMES, Naming
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import RECORD_TABLES, Kind, Route
from trialrun.terminology.codes import Coding, Concept

_AMONG = "(SELECT unnest($numbers::INTEGER[]))"
_CONCEPTS = ("concept_id", "value_concept_id")
Fields = dict[str, Any]

_OF_THAT_ID = "SELECT min(patient_no) FROM patient WHERE patient_id = $name"
_REPLACED_BY = """
WITH RECURSIVE names (patient_id) AS (
  SELECT $name
  UNION SELECT by_id FROM replaced_patient JOIN names USING (patient_id)
)
SELECT CASE WHEN count(*) = 1 THEN min(patient_no) END
FROM patient SEMI JOIN names USING (patient_id)
"""
"""Of an id that no patient has: the one by whom that record was replaced."""


@dataclass(frozen=True)
class _Names:
    """What the numbers in rows stand for."""

    concepts: Mapping[int, Concept]
    units: Mapping[int, str]


def find_patient(
    connection: duckdb.DuckDBPyConnection, name: str, naming: Naming = OWN_NAMES
) -> int | None:
    """Return the number of the patient with this id, or with this name by `naming`.

    The id of a record that another one replaced finds the one that stands for both.
    """
    for question in (_OF_THAT_ID, _REPLACED_BY):
        (number,) = connection.execute(question, {"name": name}).fetchone() or (None,)
        if number is not None:
            return int(number)
    if not naming.hides:
        return None
    rows = connection.execute("SELECT patient_no, patient_id FROM patient").fetchall()
    return next((number for number, patient_id in rows if naming(patient_id) == name), None)


def read_patients(
    connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]
) -> dict[int, PatientRecord]:
    """Return the records of some patients, by number; rows in the order of their ids."""
    among = {"numbers": list(numbers)}
    said = {kind: list(_said(connection, kind, among)) for kind in Kind}
    names = _Names(_concepts(connection, said.values()), _units(connection))
    rows: dict[int, list[Row]] = {}
    for kind, of_kind in said.items():
        for fields in of_kind:
            rows.setdefault(fields["patient_no"], []).append(_row(kind, fields, names))
    coverage = _coverage(connection, among)
    patients = connection.execute(
        "SELECT patient_no, patient_id, sex, birth_lo, birth_hi, death_lo, death_hi"
        f" FROM patient WHERE patient_no IN {_AMONG}",
        among,
    ).fetchall()
    return {
        number: PatientRecord(
            patient_id=patient_id,
            sex=sex,
            birth=Span(birth_lo, birth_hi),
            death=Span(death_lo, death_hi),
            rows=tuple(sorted(rows.get(number, ()), key=lambda row: row.row_id)),
            coverage=(*coverage.get(None, ()), *coverage.get(number, ())),
        )
        for number, patient_id, sex, birth_lo, birth_hi, death_lo, death_hi in patients
    }


def read_coverage(
    connection: duckdb.DuckDBPyConnection,
) -> list[tuple[str, Kind, date, date]]:
    """Return what sources declare for all patients: source, kind, since, until."""
    rows = connection.execute(
        "SELECT source.name, kind, since, until FROM coverage JOIN source USING (source_id)"
        " WHERE patient_no IS NULL ORDER BY ALL"
    ).fetchall()
    return [(source, Kind(kind), since, until) for source, kind, since, until in rows]


@lru_cache(maxsize=65536)
def exactly(number: float | None) -> Fraction | None:
    """Return the decimal that was written; None for no number, or none on this side.

    Few numbers are different from each other: hospitals round.
    """
    return None if number is None or isinf(number) else Fraction(repr(number))


def _concepts(
    connection: duckdb.DuckDBPyConnection, said: Iterable[Sequence[Fields]]
) -> dict[int, Concept]:
    """Return the concepts that the rows name."""
    used = {
        fields[name] for rows in said for fields in rows for name in _CONCEPTS if name in fields
    }
    rows = connection.execute(
        "SELECT concept_id, text, list(struct_pack(s := system, c := code, d := display))"
        " FILTER (WHERE system IS NOT NULL)"
        " FROM concept LEFT JOIN coding USING (concept_id)"
        f" WHERE concept_id IN {_AMONG} GROUP BY concept_id, text",
        {"numbers": list(used - {None})},
    ).fetchall()
    return {number: Concept(_codings(codings or ()), text) for number, text, codings in rows}


def _codings(said: Sequence[Fields]) -> tuple[Coding, ...]:
    codings = (Coding(one["s"], one["c"], one["d"]) for one in said)
    return tuple(sorted(codings, key=lambda c: (c.system, c.code, c.display or "")))


def _units(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    return dict(connection.execute("SELECT unit_id, text FROM unit").fetchall())


def _coverage(
    connection: duckdb.DuckDBPyConnection, among: Mapping[str, Sequence[int]]
) -> dict[int | None, list[Coverage]]:
    rows = connection.execute(
        "SELECT patient_no, coverage_id, kind, since, until FROM coverage"
        f" WHERE patient_no IS NULL OR patient_no IN {_AMONG} ORDER BY coverage_id",
        among,
    ).fetchall()
    found: dict[int | None, list[Coverage]] = {}
    for number, coverage_id, kind, since, until in rows:
        found.setdefault(number, []).append(Coverage(coverage_id, Kind(kind), since, until))
    return found


def _said(
    connection: duckdb.DuckDBPyConnection, kind: Kind, among: Mapping[str, Sequence[int]]
) -> Iterator[Fields]:
    columns = [column.name for column in RECORD_TABLES[kind].columns]
    found = connection.execute(
        f"SELECT {', '.join(columns)} FROM {kind.value} WHERE patient_no IN {_AMONG}", among
    ).fetchall()
    return (dict(zip(columns, values, strict=True)) for values in found)


def _row(kind: Kind, said: Fields, names: _Names) -> Row:
    fields = {
        "row_id": said["row_id"],
        "kind": kind,
        "concept": names.concepts[said["concept_id"]],
        "start": Span(said["start_lo"], said["start_hi"]),
        "end": Span(said["end_lo"], said["end_hi"]) if kind.is_period else None,
        "ref": said["ref"],
    }
    match kind:
        case Kind.FINDING:
            return Finding(**fields, present=said["present"])
        case Kind.MEDICATION:
            return Medication(**fields, **_medication(said, names))
        case Kind.MEASUREMENT:
            return Measurement(**fields, **_measurement(said, names))
        case Kind.ATTESTATION:
            own = ("question", "answer", "attested_by", "reason")
            return Attestation(**fields, **{name: said[name] for name in own})
        case _:
            return Row(**fields)


def _medication(said: Fields, names: _Names) -> Fields:
    return {
        "route": None if said["route"] is None else Route(said["route"]),
        "daily_dose": exactly(said["daily_dose"]),
        "dose_unit": names.units.get(said["dose_unit_id"]),
        "basis": said["basis"],
    }


def _measurement(said: Fields, names: _Names) -> Fields:
    return {
        "value": _bounds(said),
        "unit": names.units.get(said["unit_id"]),
        "ref_lo": exactly(said["ref_lo"]),
        "ref_hi": exactly(said["ref_hi"]),
        "polarity": said["polarity"],
        "abnormal": said["abnormal"],
        "value_concept": names.concepts.get(said["value_concept_id"]),
        "value_text": said["value_text"],
    }


def _bounds(said: Fields) -> Bounds | None:
    if said["value_lo"] is None:
        return None
    return Bounds(
        exactly(said["value_lo"]), exactly(said["value_hi"]), said["lo_open"], said["hi_open"]
    )
