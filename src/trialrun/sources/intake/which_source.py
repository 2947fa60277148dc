"""Which source an export belongs to: the one that is named, or one of its own.

Refuses to guess where a guess could double a hospital: a source goes by its folder's name if nobody
gave it another, and next month's export of the same hospital lies in another folder.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from trialrun.errors import Problem, UsageError
from trialrun.records.schema import Kind

_OF_PATIENTS = (
    "SELECT name, count(DISTINCT said.patient_id) FROM store.said_of_patient AS said"
    " JOIN store.source USING (source_id)"
    " WHERE patient_id IN (SELECT patient_id FROM staged_patient) GROUP BY name"
)
_OF_RECORDS = (
    "SELECT name, count(DISTINCT patient_no) FROM store.{kind} AS old"
    " JOIN store.source USING (source_id) JOIN store.patient AS p USING (patient_no)"
    " WHERE p.patient_id IN (SELECT patient_id FROM staged_{kind}) GROUP BY name"
)


def refuse_a_second_name(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, staged: Iterable[str]
) -> None:
    """Refuse an unnamed export, of no source that is known, that speaks of another's patients.

    It need not speak of them in the same kind of record: diagnoses of one system and results of
    another are no second time the same.

    Raises:
        UsageError: with the two ways out.
    """
    known = {name for (name,) in connection.execute("SELECT name FROM store.source").fetchall()}
    if not known or name in known:
        return
    shared = list(_shared(connection, set(staged)))
    if shared:
        patients, other = max(shared)
        raise _unnamed(path, other, patients)


def _shared(connection: duckdb.DuckDBPyConnection, staged: set[str]) -> Iterator[tuple[int, str]]:
    if "patient" in staged:
        for name, patients in connection.execute(_OF_PATIENTS).fetchall():
            yield patients, name
    for kind in Kind:
        if kind.value in staged:
            for name, patients in connection.execute(_OF_RECORDS.format(kind=kind)).fetchall():
                yield patients, name


def _unnamed(path: Path, other: str, patients: int) -> UsageError:
    count = "1 patient" if patients == 1 else f"{patients:,} patients"
    return UsageError(
        f"{path} does not say which source it comes from, and nothing was loaded",
        [
            Problem(
                str(path),
                f"the source '{other}' already has records of {count} that this export names",
                f"if it is a newer export of that source, add --source {shlex.quote(other)};"
                " if it comes from another system, give that a name: --source NAME,"
                " or `source: NAME` in coverage.yaml",
            )
        ],
    )


def number_source(
    connection: duckdb.DuckDBPyConnection, name: str, format_: str, zone: str, fingerprint: str
) -> int:
    """Return the number of a source; one that is new gets the next."""
    found = connection.execute(
        "SELECT source_id FROM store.source WHERE name = $1", [name]
    ).fetchone()
    if found is not None:
        connection.execute(
            "UPDATE store.source SET format = $2, time_zone = $3, fingerprint = $4"
            " WHERE source_id = $1",
            [found[0], format_, zone, fingerprint],
        )
        return int(found[0])
    connection.execute(
        "INSERT INTO store.source"
        " SELECT coalesce(max(source_id), 0) + 1, $1, $2, $3, $4 FROM store.source",
        [name, format_, zone, fingerprint],
    )
    return number_source(connection, name, format_, zone, fingerprint)
