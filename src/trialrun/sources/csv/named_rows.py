"""From the rows of a sheet, as they were written, to the fields of one table.

Takes the rows that belong to the table, reads what stands for nothing as nothing, and counts what
is lost on the way: cells that hold an error, and rows that belong to no table.
"""

from __future__ import annotations

import duckdb

from trialrun.records.schema import Kind
from trialrun.sources.csv.fields import PATIENT, fields_of
from trialrun.sources.csv.files import MappedSheet
from trialrun.sources.csv.mapping import TableMapping
from trialrun.sources.csv.raw import RAW, RawTable
from trialrun.sources.csv.readings import ROWS, quoted
from trialrun.sources.csv.sheets import Sheet

_EMPTY = "('', 'NULL', 'null', '(null)', '\\N')"
FOOT = (
    r"^(合计|总计|共计|小计|总数|总人数|总共|制表|打印|导出时间|导出日期|审核人|备注|以上|第\d+页|共\d+"
    r"|(?i:total|subtotal|grand total|sum)\b)"
)
"""How a line of totals or remarks begins, where a patient's id would stand."""
_ERROR = r"^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|ERROR!)$"


def name_fields(
    connection: duckdb.DuckDBPyConnection,
    sheet: Sheet,
    raw: RawTable,
    table: TableMapping,
    part: str,
) -> None:
    """Make `csv_rows`: a column per field of the table, NULL where it is empty."""
    fields = ",\n".join(f'{_cell(raw, table, name)} AS "{name}"' for name in fields_of(table.table))
    # A row that the hospital has not named is its file's: a later file of that name replaces all.
    ref = "$1 || ':' || line" if sheet.sheet else "$1 || '#' || line"
    if table.table != PATIENT:
        ref = f"coalesce('{table.table}/' || id, {ref})"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {ROWS} AS SELECT *, {ref} || '{part}' AS ref, "
        "false AS doubtful, false AS unpaired FROM "
        f"(SELECT line, $1 || ':' || line AS place, {fields} FROM {RAW} WHERE {is_of(raw, table)})",
        [sheet.name],
    )
    _note_errors(connection, sheet, raw, table)


def _note_errors(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, raw: RawTable, table: TableMapping
) -> None:
    """Count the rows of which a cell that is read holds an error: it is no empty cell."""
    cells = [raw.column(column) for column in table.columns.values()]
    is_error = " OR ".join(f"regexp_matches({cell}, '{_ERROR}')" for cell in cells) or "false"
    connection.execute(
        "INSERT INTO staged_rejection SELECT $1, 'a cell holds an error such as #N/A', "
        f"$2 || ':' || line, 1, 'repaired' FROM {RAW} "
        f"WHERE ({is_error}) AND {is_of(raw, table)} ORDER BY line",
        [table.table, sheet.name],
    )


def is_of(raw: RawTable, table: TableMapping) -> str:
    """Return the SQL of whether a row belongs to the table, by what the mapping says in `only`."""
    conditions = [
        f"coalesce({raw.column(column)} IN ({', '.join(map(quoted, words))}), false)"
        for column, words in table.only.items()
    ]
    return " AND ".join(conditions) or "true"


def note_left_out(connection: duckdb.DuckDBPyConnection, one: MappedSheet, raw: RawTable) -> None:
    """Count the rows that belong to none of the tables of a sheet."""
    taken = " OR ".join(f"({is_of(raw, table)})" for table in one.mapping.tables)
    connection.execute(
        "INSERT INTO staged_rejection SELECT $1, 'left out, as the mapping says under `only`', "
        f"$2 || ':' || line, 1, 'ignored' FROM {RAW} WHERE NOT ({taken}) ORDER BY line",
        [one.mapping.tables[0].table, one.sheet.name],
    )


def note_names(connection: duckdb.DuckDBPyConnection, sheet: Sheet, table: TableMapping) -> None:
    """Note every name that is spoken of, also of rows that do not come to count."""
    connection.execute(
        f"INSERT INTO staged_seen SELECT DISTINCT split_part(ref, '#', 1) FROM {ROWS}"
    )
    if "id" not in table.columns:
        connection.execute("INSERT INTO staged_seen VALUES (split_part(?, '#', 1))", [sheet.name])


def _cell(raw: RawTable, table: TableMapping, name: str) -> str:
    if name in table.fixed:
        return "'" + table.fixed[name].replace("'", "''") + "'"
    if name == "text" and table.table == Kind.ATTESTATION and name not in table.columns:
        return _cell(raw, table, "question")
    if name not in table.columns:
        return "CAST(NULL AS VARCHAR)"
    cell = raw.column(table.columns[name])
    # ="001" is how a spreadsheet program is told to keep the zeros of an id.
    cell = f"""CASE WHEN {cell} LIKE '="%"' THEN trim({cell}[3:-2]) ELSE {cell} END"""
    is_said = f"{cell} NOT IN {_EMPTY} AND NOT regexp_matches({cell}, '{_ERROR}')"
    return f"CASE WHEN {is_said} THEN {cell} END"
