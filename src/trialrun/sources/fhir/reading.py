"""Files of one resource type -> the table of what was read, by DuckDB's own JSON reader.

The types are those that the resource's SQL file asks for, strictly: a line of another shape stops
the reading of its file, which is then left to `unpack`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from trialrun.sources.fhir.export_files import ExportFile
from trialrun.sources.fhir.resource_types import ResourceType


def make_table(connection: duckdb.DuckDBPyConnection, type_: ResourceType) -> None:
    """Make the empty table of what is read; names, of which no two are alike, at the least cost."""
    columns = ", ".join(
        f"{name} {written}" + (" USING COMPRESSION zstd" if name == "ref" else "")
        for name, written in _columns_read(connection, type_)
    )
    connection.execute(f"CREATE TABLE {type_.table} ({columns})")


_READ: Final[dict[ResourceType, list[tuple[str, str]]]] = {}
"""The columns of what is read: it takes DuckDB 20 ms to tell them, and they never change."""


def _columns_read(
    connection: duckdb.DuckDBPyConnection, type_: ResourceType
) -> list[tuple[str, str]]:
    if type_ not in _READ:
        nothing = ", ".join(f'CAST(NULL AS {is_}) AS "{name}"' for name, is_ in _columns(type_))
        connection.execute(f"CREATE OR REPLACE TEMP VIEW resource AS SELECT {nothing} WHERE false")
        described = connection.execute(f"DESCRIBE {type_.read}").fetchall()
        _READ[type_] = [(name, written) for name, written, *_ in described]
    return _READ[type_]


def read_whole(
    connection: duckdb.DuckDBPyConnection, type_: ResourceType, files: Sequence[ExportFile]
) -> list[ExportFile]:
    """Read the files; return those that must be unpacked."""
    if not files or _try_to_read(connection, type_, files):
        return []
    return [f for f in files if len(files) == 1 or not _try_to_read(connection, type_, [f])]


def read_lines(
    connection: duckdb.DuckDBPyConnection, type_: ResourceType, paths: Sequence[Path]
) -> None:
    """Read files of lines, all of them or (with DuckDB's error) none."""
    columns = ", ".join(f"'{name}': '{written}'" for name, written in _columns(type_))
    names = ", ".join(_quoted(str(path)) for path in paths)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW resource AS SELECT * FROM read_json([{names}],"
        f" format = 'newline_delimited', columns = {{{columns}}})"
    )
    connection.execute(f"INSERT INTO {type_.table} {type_.read}")


def count_of(connection: duckdb.DuckDBPyConnection, file: ExportFile) -> int | None:
    """Return how many resources a file holds, if all are of the type that its first line names."""
    try:
        found = connection.execute(
            "SELECT resourceType, count(*) FROM read_json($1, format = 'newline_delimited',"
            " columns = {resourceType: 'VARCHAR'}) GROUP BY ALL",
            [str(file.path)],
        ).fetchall()
    except (duckdb.InvalidInputException, duckdb.IOException):
        return None
    return found[0][1] if [name for name, _ in found] == [file.first_type] else None


def _try_to_read(
    connection: duckdb.DuckDBPyConnection, type_: ResourceType, files: Sequence[ExportFile]
) -> bool:
    try:
        read_lines(connection, type_, [file.path for file in files])
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    except duckdb.IOException as error:
        # Anything else that fails while reading or writing is no fault of a line.
        if "GZIP" not in str(error).upper():
            raise
        return False
    return True


def _columns(type_: ResourceType) -> tuple[tuple[str, str], ...]:
    return (*type_.columns, ("place", "VARCHAR"))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
