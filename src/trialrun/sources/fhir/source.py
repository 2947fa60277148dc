"""A FHIR R4 export as a source: from files to staged relations.

The fast way first: DuckDB reads every file of lines with the types that a resource's SQL file asks
for, strictly. A file for which that fails is unpacked line by line, so that one bad line costs time
and is counted, and the good ones are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from trialrun.errors import Problem, SourceError
from trialrun.sources.fhir.export_files import ExportFile, Layout, export_files
from trialrun.sources.fhir.meanings import read_meanings
from trialrun.sources.fhir.resource_types import ResourceType, resource_types, sql_text
from trialrun.sources.fhir.unpack import Unpacking
from trialrun.sources.rejections import Severity, Tally
from trialrun.sources.staging import Progress

_BEFORE = ("macros", "values", "doses")
_AFTER = ("observed", "medications")


@dataclass(frozen=True)
class FhirSource:
    """A folder of a bulk export, a folder of bundles, or one file of either."""

    path: Path
    format: str = field(default="fhir", init=False)

    def files(self) -> tuple[Path, ...]:
        """Return the files that may hold FHIR.

        Raises:
            SourceError: there are none, or one cannot be opened.
        """
        return tuple(file.path for file in self._export())

    def stage(
        self, connection: duckdb.DuckDBPyConnection, workspace: Path, progress: Progress
    ) -> None:
        """Make the staged relations.

        Raises:
            SourceError: there is no patient, or a file is damaged as a whole.
        """
        types = resource_types()
        _run(connection, _BEFORE)
        unpacking = Unpacking(workspace, types)
        export = self._export()
        done = _Done(progress, sum(file.path.stat().st_size for file in export))
        whole, to_unpack = _sorted_out(export, types)
        for type_ in types.values():
            to_unpack += _read_whole(connection, type_, whole.get(type_.name, []), done)
        to_unpack += _count_unused(connection, whole, types, unpacking.tally, done)
        for file in to_unpack:
            unpacking.unpack(file)
            done.add("files that hold several types", file)
        for name, path in unpacking.written().items():
            _read(connection, types[name], [path])
        self._check_patients(connection)
        progress("reading what values and codes mean", 0.9)
        for type_ in types.values():
            _set_older_versions_aside(connection, type_)
            connection.execute(type_.then or "SELECT 1")
        read_meanings(connection, workspace)
        _run(connection, _AFTER)
        _stage_names(connection, types.values())
        _stage_rejections(connection, types.values(), unpacking.tally)

    def _export(self) -> tuple[ExportFile, ...]:
        found = export_files(self.path)
        if not found:
            raise SourceError(
                f"{self.path} holds no FHIR",
                [
                    Problem(
                        str(self.path),
                        "no .ndjson or .json file",
                        "name the folder of the export",
                    )
                ],
            )
        return found

    def _check_patients(self, connection: duckdb.DuckDBPyConnection) -> None:
        if connection.execute("SELECT 1 FROM read_patient LIMIT 1").fetchone() is None:
            raise SourceError(
                f"{self.path} holds no Patient",
                [
                    Problem(
                        str(self.path),
                        "records without patients cannot be used",
                        "add the Patient file of the export",
                    )
                ],
            )


@dataclass
class _Done:
    """How much of the export is behind us, by size."""

    progress: Progress
    total: int
    bytes: int = 0

    def add(self, what: str, *files: ExportFile) -> None:
        self.bytes += sum(file.path.stat().st_size for file in files)
        # The last tenth is for what comes after reading.
        self.progress(f"reading {what}", 0.9 * self.bytes / max(self.total, 1))


def _sorted_out(
    export: Iterable[ExportFile], types: Mapping[str, ResourceType]
) -> tuple[dict[str, list[ExportFile]], list[ExportFile]]:
    """Divide the files into those to read as a whole, by their type, and those to unpack."""
    whole: dict[str, list[ExportFile]] = {}
    to_unpack: list[ExportFile] = []
    for file in export:
        named = file.first_type
        if file.layout is Layout.LINES and named is not None and named != "Bundle":
            whole.setdefault(named, []).append(file)
        else:
            to_unpack.append(file)
    return whole, to_unpack


# --- reading --------------------------------------------------------------------------------


def _read_whole(
    connection: duckdb.DuckDBPyConnection,
    type_: ResourceType,
    files: Sequence[ExportFile],
    done: _Done,
) -> list[ExportFile]:
    """Read the files of one type; return those that must be unpacked."""
    _make_table(connection, type_)
    if not files:
        return []
    failed: list[ExportFile] = []
    if not _try_to_read(connection, type_, files):
        failed = [f for f in files if len(files) == 1 or not _try_to_read(connection, type_, [f])]
    done.add(type_.name, *(file for file in files if file not in failed))
    return failed


def _try_to_read(
    connection: duckdb.DuckDBPyConnection, type_: ResourceType, files: Sequence[ExportFile]
) -> bool:
    try:
        _read(connection, type_, [file.path for file in files])
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    except duckdb.IOException as error:
        # Anything else that fails while reading or writing is no fault of a line.
        if "GZIP" not in str(error).upper():
            raise
        return False
    return True


def _make_table(connection: duckdb.DuckDBPyConnection, type_: ResourceType) -> None:
    nothing = ", ".join(f'CAST(NULL AS {written}) AS "{name}"' for name, written in _columns(type_))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW resource AS SELECT {nothing} WHERE false")
    connection.execute(f"CREATE TABLE {type_.table} AS {type_.read}")


def _read(
    connection: duckdb.DuckDBPyConnection, type_: ResourceType, paths: Sequence[Path]
) -> None:
    columns = ", ".join(f"'{name}': '{written}'" for name, written in _columns(type_))
    names = ", ".join(_quoted(str(path)) for path in paths)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW resource AS SELECT * FROM read_json([{names}],"
        f" format = 'newline_delimited', columns = {{{columns}}})"
    )
    connection.execute(f"INSERT INTO {type_.table} {type_.read}")


def _columns(type_: ResourceType) -> tuple[tuple[str, str], ...]:
    return (*type_.columns, ("place", "VARCHAR"))


def _count_unused(
    connection: duckdb.DuckDBPyConnection,
    whole: Mapping[str, Sequence[ExportFile]],
    types: Mapping[str, ResourceType],
    tally: Tally,
    done: _Done,
) -> list[ExportFile]:
    """Count the resources of types that are not used; return the files that hold others too."""
    mixed: list[ExportFile] = []
    for name, files in sorted(whole.items()):
        for file in files if name not in types else ():
            counted = _count_of(connection, file)
            if counted is None:
                mixed.append(file)
                continue
            tally.add(name, "a resource type that is not used", file.place, Severity.IGNORED, counted)
            done.add("types that are not used", file)
    return mixed


def _count_of(connection: duckdb.DuckDBPyConnection, file: ExportFile) -> int | None:
    try:
        found = connection.execute(
            "SELECT resourceType, count(*) FROM read_json($1, format = 'newline_delimited',"
            " columns = {resourceType: 'VARCHAR'}) GROUP BY ALL",
            [str(file.path)],
        ).fetchall()
    except (duckdb.InvalidInputException, duckdb.IOException):
        return None
    return found[0][1] if [name for name, _ in found] == [file.first_type] else None


# --- after reading --------------------------------------------------------------------------


def _set_older_versions_aside(
    connection: duckdb.DuckDBPyConnection, type_: ResourceType
) -> None:
    """Let the newest version of a resource count; of equally new ones, the last one read.

    Patients that are equally new are both kept: the intake joins what they say.
    """
    has_none = connection.execute(
        f"SELECT count(*) = count(DISTINCT hash(ref)) FROM {type_.table}"
    ).fetchone()
    if has_none == (True,):
        return
    newest = "TRY_CAST(last_updated AS TIMESTAMPTZ) DESC NULLS LAST"
    order = newest if type_.name == "Patient" else f"{newest}, rowid DESC"
    connection.execute(
        f"""
        UPDATE {type_.table} SET ignored = 'the same resource again, or an older version of it'
        WHERE rowid IN (
          SELECT rowid FROM {type_.table}
          WHERE ref IN (SELECT ref FROM {type_.table} GROUP BY ref HAVING count(*) > 1)
          QUALIFY rank() OVER (PARTITION BY ref ORDER BY {order}) > 1
        )"""
    )


def _stage_names(
    connection: duckdb.DuckDBPyConnection, types: Iterable[ResourceType]
) -> None:
    seen = " UNION ALL ".join(f"SELECT ref FROM {type_.table}" for type_ in types)
    connection.execute(f"CREATE VIEW staged_seen AS {seen}")
    tables = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        " AND column_name IN ('concept_key', 'value_concept_key')"
        " AND (starts_with(table_name, 'staged_') OR starts_with(table_name, 'read_'))"
        " ORDER BY ALL"
    ).fetchall()
    keys = " UNION ".join(f"SELECT {column} AS key FROM {table}" for table, column in tables)
    connection.execute(
        f"""
        CREATE TABLE staged_concept AS
        SELECT key AS concept_key, concept.coding AS codings, concept."text" AS text
        FROM (
          SELECT key, TRY(from_json(key, '{{"coding":
            [{{"system": "VARCHAR", "code": "VARCHAR", "display": "VARCHAR"}}],
            "text": "VARCHAR"}}')) AS concept
          FROM ({keys}) WHERE key IS NOT NULL
        )"""
    )


def _stage_rejections(
    connection: duckdb.DuckDBPyConnection, types: Iterable[ResourceType], tally: Tally
) -> None:
    connection.execute(
        "CREATE TABLE unpack_rejection"
        " (kind VARCHAR, reason VARCHAR, place VARCHAR, counted BIGINT, severity VARCHAR)"
    )
    rows = [[r.kind, r.reason, r.place, r.counted, r.severity.value] for r in tally.rows()]
    if rows:
        connection.executemany("INSERT INTO unpack_rejection VALUES ($1, $2, $3, $4, $5)", rows)
    parts = [
        f"SELECT split_part(ref, '/', 1), {reason}, coalesce(place, ref), 1, '{severity}'"
        f" FROM {type_.table} WHERE {where}"
        for type_ in types
        for reason, severity, where in (
            ("ignored", Severity.IGNORED, "ignored IS NOT NULL"),
            ("repaired", Severity.REPAIRED, "ignored IS NULL AND repaired IS NOT NULL"),
        )
    ]
    connection.execute(
        "CREATE VIEW staged_rejection AS SELECT * FROM unpack_rejection UNION ALL "
        + " UNION ALL ".join(parts)
    )


def _run(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    for name in names:
        connection.execute(sql_text(name))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
