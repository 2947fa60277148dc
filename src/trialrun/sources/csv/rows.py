"""From the rows of a list to what they list: each diagnosis of a cell gets a row of its own.

A row that says that there is nothing (过敏史: 无) is taken out and counted, a doubtful one marked.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from trialrun.records.schema import Kind
from trialrun.sources.certainty import Certainty
from trialrun.sources.csv.mapping import TableMapping
from trialrun.sources.csv.readings import ROWS
from trialrun.sources.csv.several import Listed, parts_of

LISTS = frozenset({Kind.CONDITION, Kind.PROCEDURE, Kind.ALLERGY, Kind.FINDING, Kind.IMMUNISATION})
"""The kinds of record whose names people write freely, several at once, with doubts and denials."""


def part_rows(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Make of each row of `csv_rows` as many as it lists things."""
    if mapping.table not in LISTS:
        return
    _add_listed(connection, mapping)
    _take_out_nothing(connection, mapping)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE csv_parted AS
        SELECT r.* REPLACE (said.code AS code, said.text AS text, said.unpaired AS unpaired,
            r.doubtful OR said.certainty <> '{Certainty.STATED}' AS doubtful,
            CASE WHEN said.part = 1 THEN r.ref ELSE r.ref || '#part ' || said.part END AS ref)
        FROM {ROWS} r JOIN csv_listed said ON said.of_code IS NOT DISTINCT FROM r.code
            AND said.of_text IS NOT DISTINCT FROM r.text;
        DROP TABLE {ROWS};
        ALTER TABLE csv_parted RENAME TO {ROWS}"""
    )


def _take_out_nothing(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Count the rows that say that there is nothing, where no code says otherwise."""
    nothing = (
        "SELECT of_text FROM csv_listed WHERE of_code IS NULL GROUP BY of_text "
        f"HAVING bool_and(certainty = '{Certainty.NONE}')"
    )
    connection.execute(
        "INSERT INTO staged_rejection SELECT $1, 'it says that there is none', r.place, 1, "
        f"'ignored' FROM {ROWS} r SEMI JOIN ({nothing}) said ON r.text = said.of_text "
        "WHERE r.code IS NULL ORDER BY r.line",
        [mapping.table],
    )
    connection.execute(
        f"DELETE FROM csv_listed WHERE of_code IS NULL AND certainty = '{Certainty.NONE}'"
    )


def _add_listed(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Add `csv_listed` (of_code, of_text, part, code, text, certainty, unpaired)."""
    pairs = connection.execute(f"SELECT DISTINCT code, text FROM {ROWS}").fetchall()
    rows = [row for code, text in pairs for row in _listed(mapping, code, text)]
    names = ("of_code", "of_text", "part", "code", "text", "certainty", "unpaired")
    types = ("VARCHAR", "VARCHAR", "INTEGER", "VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN")
    unnested = ", ".join(
        f"unnest(${i}::{type_}[]) AS {name}"
        for i, (name, type_) in enumerate(zip(names, types, strict=True), start=1)
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE csv_listed AS SELECT {unnested}",
        [[row[i] for row in rows] for i in range(len(names))],
    )


def _listed(
    mapping: TableMapping, code: str | None, text: str | None
) -> Iterator[tuple[object, ...]]:
    listed: Listed = parts_of(
        code, text, mapping.system, between=mapping.between, whole=mapping.codes.keys()
    )
    for number, part in enumerate(listed.parts, start=1):
        yield code, text, number, part.code, part.text, part.certainty, not listed.paired
