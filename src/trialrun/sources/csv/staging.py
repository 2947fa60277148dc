"""From the files of a folder to the staged relations of the intake, as a mapping says.

Every row that is read ends in a staged relation or in `staged_rejection`, with its file and line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb

from trialrun.errors import Problem, SourceError
from trialrun.records.schema import Kind
from trialrun.sources.csv.concepts import STAGED_CONCEPT, add_concepts
from trialrun.sources.csv.fields import DATE_FIELDS, PATIENT, WORDS, fields_of
from trialrun.sources.csv.files import (
    MappedSheet,
    mapped_sheets,
    unmapped_files,
    unmapped_sheets,
)
from trialrun.sources.csv.mapping import CsvMapping, TableMapping
from trialrun.sources.csv.named_rows import FOOT, name_fields, note_left_out, note_names
from trialrun.sources.csv.raw import Rejected, raw_table
from trialrun.sources.csv.readings import (
    ROWS,
    add_dates,
    add_doses,
    add_units,
    add_values,
    add_words,
    quoted,
)
from trialrun.sources.csv.rows import part_rows
from trialrun.sources.csv.selects import patient_select, select_of
from trialrun.sources.staging import STAGED_PATIENT, STAGED_REJECTION, Progress, staged_columns

_ROUNDED_ID = r"^\d(\.\d+)?[eE]\+\d+$"


@dataclass(frozen=True)
class CsvSource:
    """A folder of CSV and Excel files (or one file) and the mapping that says what they hold."""

    path: Path
    mapping: CsvMapping
    format: str = field(default="csv", init=False)

    def files(self) -> tuple[Path, ...]:
        """Return the files that the mapping speaks of.

        Raises:
            SourceError: one is not there, or is not as the mapping says.
        """
        return tuple(dict.fromkeys(one.sheet.path for one in self._sheets))

    def stage(
        self, connection: duckdb.DuckDBPyConnection, workspace: Path, progress: Progress
    ) -> None:
        """Make the staged relations, in the time zone of the connection.

        Raises:
            SourceError: a file is not there, cannot be read, or is not as the mapping says.
        """
        sheets = self._sheets
        _create(connection, self.mapping)
        for done, one in enumerate(sheets):
            progress(f"reading {one.sheet.name}", done / len(sheets))
            _stage_sheet(connection, one, workspace)
        _part_repeated_refs(connection, self.mapping)
        _reject_unmapped(connection, self.path, self.mapping)

    @cached_property
    def _sheets(self) -> list[MappedSheet]:
        return mapped_sheets(self.path, self.mapping)


def _create(connection: duckdb.DuckDBPyConnection, mapping: CsvMapping) -> None:
    tables = {"patient": STAGED_PATIENT, "rejection": STAGED_REJECTION, "concept": STAGED_CONCEPT}
    tables |= {kind.value: _columns(kind) for kind in _kinds(mapping)}
    tables["seen"] = {"ref": "VARCHAR"}
    for name, columns in tables.items():
        listed = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
        connection.execute(f"CREATE OR REPLACE TEMP TABLE staged_{name} ({listed})")


def _columns(kind: Kind) -> dict[str, str]:
    """Return the columns of a staged relation that names its concepts by key."""
    columns = {"seq": "BIGINT"}
    for name, type_ in staged_columns(kind).items():
        if name in ("codings", "value_codings"):
            columns[f"{name.removesuffix('codings')}concept_key"] = "VARCHAR"
        elif name not in ("text", "value_concept_text"):
            columns[name] = type_
    return columns


def _reject_unmapped(
    connection: duckdb.DuckDBPyConnection, path: Path, mapping: CsvMapping
) -> None:
    reason = "the mapping does not speak of the file"
    names = unmapped_files(path, mapping)
    _reject(connection, "file", [Rejected(reason, name, severity="ignored") for name in names])
    reason = "the mapping does not speak of the sheet"
    names = unmapped_sheets(path, mapping)
    _reject(connection, "sheet", [Rejected(reason, name, severity="ignored") for name in names])


def _kinds(mapping: CsvMapping) -> list[Kind]:
    named = {table.table for file in mapping.files for table in file.tables}
    return [kind for kind in Kind if kind.value in named]


def _stage_sheet(connection: duckdb.DuckDBPyConnection, one: MappedSheet, workspace: Path) -> None:
    with raw_table(connection, one.sheet, one.mapping.header, workspace) as raw:
        _reject(connection, _kind_of_rows(one), raw.rejected)
        for number, table in enumerate(one.mapping.tables, start=1):
            # A line that fills several tables is several records: their names must differ.
            part = f"#{number}" if number > 1 else ""
            name_fields(connection, one.sheet, raw, table, part)
            if table.table != PATIENT:
                note_names(connection, one.sheet, table)
            _refuse_unusable(connection, table)
            part_rows(connection, table)
            _read(connection, table)
            _insert(connection, table)
        note_left_out(connection, one, raw)


def _kind_of_rows(one: MappedSheet) -> str:
    """Return the table that the rows of a sheet fill; a row of several may hold any of them."""
    tables = {table.table for table in one.mapping.tables}
    return tables.pop() if len(tables) == 1 else "file"


def _refuse_unusable(connection: duckdb.DuckDBPyConnection, table: TableMapping) -> None:
    """Take out the rows of nobody, and those whose status says that they do not count."""
    _take_out(connection, table, "patient_id IS NULL", "there is no patient id", "rejected")
    is_header = f"patient_id = {quoted(table.columns.get('patient_id', ''))}"
    _take_out(connection, table, is_header, "it repeats the header", "ignored")
    is_foot = f"regexp_matches(patient_id, '{FOOT}')"
    reason = "a line of totals or remarks, of no patient"
    _take_out(connection, table, is_foot, reason, "ignored")
    rounded = f"regexp_matches(patient_id, '{_ROUNDED_ID}')"
    reason = "the patient id was rounded by a spreadsheet program"
    _take_out(connection, table, rounded, reason, "rejected")
    if "status" in table.columns:
        add_words(connection, "status", table)
        _check_status(connection, table)
        void = "status IN (SELECT text FROM read_status WHERE meaning = 'ignored')"
        _take_out(connection, table, void, "its status says that it does not count", "ignored")
        connection.execute(
            f"UPDATE {ROWS} SET doubtful = true "
            "WHERE status IN (SELECT text FROM read_status WHERE meaning = 'uncertain')"
        )


def _check_status(connection: duckdb.DuckDBPyConnection, table: TableMapping) -> None:
    """Refuse a status that nobody has explained: either guess would make a wrong answer."""
    places = connection.execute(
        f"SELECT arg_min(r.place, r.line) FROM {ROWS} r JOIN read_status s ON s.text = r.status "
        "WHERE s.meaning IS NULL GROUP BY s.text ORDER BY min(r.line)"
    ).fetchall()
    if places:
        remedy = f"say in the mapping ({table.place}) under `values: status:` what it means: "
        remedy += " or ".join(WORDS["status"])
        found = "a status that is not known: does the row count?"
        raise SourceError(
            "rows whose status is not known", [Problem(place, found, remedy) for (place,) in places]
        )


def _take_out(
    connection: duckdb.DuckDBPyConnection,
    table: TableMapping,
    condition: str,
    reason: str,
    severity: str,
) -> None:
    connection.execute(
        "INSERT INTO staged_rejection "
        f"SELECT $1, $2, place, 1, $3 FROM {ROWS} WHERE {condition} ORDER BY line",
        [table.table, reason, severity],
    )
    connection.execute(f"DELETE FROM {ROWS} WHERE {condition}")


def _read(connection: duckdb.DuckDBPyConnection, table: TableMapping) -> None:
    fields = fields_of(table.table)
    dates = [name for name in DATE_FIELDS if name in fields]
    add_dates(connection, dates, table.dates)
    for name in (*WORDS, "end"):
        if name in fields and name != "status":
            add_words(connection, name, table)
    if table.table == Kind.MEASUREMENT:
        add_values(connection, table)
    if table.table == Kind.MEDICATION:
        add_doses(connection, table)
    if table.table != PATIENT:
        add_units(connection, table)
        add_concepts(connection, table)


def _insert(connection: duckdb.DuckDBPyConnection, table: TableMapping) -> None:
    name = table.table
    select = patient_select() if name == PATIENT else select_of(table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE csv_read AS {select.sql()}")
    connection.execute(f"INSERT INTO staged_{name} BY NAME {_kept(name, select.columns)}")
    for severity in ("repaired", "refused"):
        shown = "rejected" if severity == "refused" else severity
        connection.execute(
            f"INSERT INTO staged_rejection SELECT $1, unnest({severity}), place, 1, $2 "
            f"FROM csv_read WHERE len({severity}) > 0",
            [name, shown],
        )


def _kept(table: str, columns: Iterable[str]) -> str:
    if table != PATIENT:
        # Numbered after the rows of earlier files, in the order of the file.
        last = f"(SELECT coalesce(max(seq), 0) FROM staged_{table})"
        return (
            f"SELECT {', '.join(columns)}, row_number() OVER (ORDER BY line, ref) + {last} AS seq "
            "FROM csv_read WHERE len(refused) = 0 ORDER BY line, ref"
        )
    # A list of contacts says the same of a patient in every row: one row is enough.
    said = ", ".join(column for column in columns if column != "place")
    return (
        f"SELECT {said}, arg_min(place, line) AS place FROM csv_read GROUP BY {said} "
        "ORDER BY min(line)"
    )


def _part_repeated_refs(connection: duckdb.DuckDBPyConnection, mapping: CsvMapping) -> None:
    """Give rows that share the hospital's id names of their own, so that none replaces another."""
    for kind in _kinds(mapping):
        table = f"staged_{kind.value}"
        repeated = f"(SELECT ref FROM {table} GROUP BY ref HAVING count(*) > 1)"
        connection.execute(
            "INSERT INTO staged_rejection SELECT $1, 'its id is also that of another row', place, "
            f"1, 'repaired' FROM {table} WHERE ref IN {repeated}",
            [kind.value],
        )
        connection.execute(f"UPDATE {table} SET ref = ref || '#' || place WHERE ref IN {repeated}")


def _reject(connection: duckdb.DuckDBPyConnection, kind: str, rejected: Iterable[Rejected]) -> None:
    rows = list(rejected)
    connection.execute(
        "INSERT INTO staged_rejection SELECT $1, unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
        "unnest($4::BIGINT[]), unnest($5::VARCHAR[])",
        [
            kind,
            [row.reason for row in rows],
            [row.place for row in rows],
            [row.counted for row in rows],
            [row.severity for row in rows],
        ],
    )
