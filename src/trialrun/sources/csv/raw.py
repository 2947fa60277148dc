"""Brings one sheet into DuckDB as it was written: a row per row, its line, and the text of
each cell without the blanks around it.

Refuses a sheet without a header, or with a header that does not name each column once. A row whose
cells do not fit the header is rejected and counted; a row that says the same as an earlier one is
kept once. What is written on the way to DuckDB is readable by its owner only, and is removed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from trialrun.errors import SourceError
from trialrun.sources.csv.sheets import Fault, Line, Sheet, rows_of

RAW = "csv_raw"
_OTHER_DELIMITERS = {";": '";"', "\t": "tab", "|": '"|"', ",": '","', "，": '"，"'}
_LONGEST_ROW = 32_000_000
"""In bytes; a cell of text has at most 131,072 characters."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that does not count, as `staged_rejection` holds it."""

    reason: str
    place: str
    counted: int = 1
    severity: str = "rejected"


@dataclass(frozen=True, slots=True)
class RawTable:
    """What was read: the header's names in order, and the rows that could not be."""

    header: tuple[str, ...]
    rejected: tuple[Rejected, ...]

    def column(self, name: str) -> str:
        """Return the column of `csv_raw` that holds what stands below a header."""
        return f"c{self.header.index(name)}"


@contextmanager
def raw_table(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, header: int, workspace: Path
) -> Iterator[RawTable]:
    """Hold the sheet's rows in the temporary table `csv_raw` (line, c0, c1, ...)."""
    rows = rows_of(sheet)
    names = header_of(sheet, rows, header)
    copy = workspace / "rows.csv"
    try:
        rejected = _write(sheet, rows, len(names), copy)
        _load(connection, copy, len(names))
    finally:
        copy.unlink(missing_ok=True)
    rejected += _drop_repeated(connection, sheet, len(names))
    try:
        yield RawTable(names, tuple(rejected))
    finally:
        connection.execute(f"DROP TABLE {RAW}")


def header_of(sheet: Sheet, rows: Iterator[Line | Fault], line: int) -> tuple[str, ...]:
    """Return the names in the header, and leave the rows below it.

    Raises:
        SourceError: there is none, or a name stands above two columns.
    """
    for row in rows:
        if row.first < line:
            continue
        if isinstance(row, Fault):
            raise sheet.refuse(row.first, f"the header cannot be read: {row.reason}", "mend it")
        names = tuple(cell.strip(" \t\r\n\u3000\ufeff") for cell in row.cells)
        _check_header(sheet, row.first, names)
        return names
    raise sheet.refuse(line, "the file is empty: there is no header", "ask for the export again")


def _check_header(sheet: Sheet, line: int, names: Sequence[str]) -> None:
    if any("\0" in name for name in names):
        raise sheet.refuse(line, f"not {sheet.encoding}", "say `encoding: UTF-16` in the mapping")
    if len(names) == 1 and not sheet.is_workbook:
        for character, written in _OTHER_DELIMITERS.items():
            if character in names[0]:
                found = f"the header is a single column, and holds {written}"
                raise sheet.refuse(line, found, f"say `delimiter: {written}` in the mapping")


def repeated_names(names: Sequence[str]) -> list[str]:
    """Return the names that stand above more than one column."""
    return sorted({name for name in names if name and names.count(name) > 1})


def _write(sheet: Sheet, rows: Iterator[Line | Fault], width: int, copy: Path) -> list[Rejected]:
    """Write the rows that fit the header, each with its line, and return the others."""
    rejected: list[Rejected] = []
    try:
        copy.touch(mode=0o600, exist_ok=False)
        with copy.open("w", encoding="utf-8", newline="") as file:
            # Every cell is quoted, so that a lone carriage return is no end of a line.
            write = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
            for row in rows:
                if isinstance(row, Line) and len(row.cells) == width:
                    write([row.first, *map(str.strip, row.cells)])
                elif isinstance(row, Line) and not any(row.cells[width:]) and row.cells[width:]:
                    write([row.first, *map(str.strip, row.cells[:width])])
                else:
                    rejected.append(_rejected(sheet, row, width))
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise SourceError(f"{sheet.name} cannot be loaded: temporary files: {reason}") from None
    return rejected


def _rejected(sheet: Sheet, row: Line | Fault, width: int) -> Rejected:
    place = sheet.at(row.first, row.last)
    if isinstance(row, Fault):
        return Rejected(row.reason, place)
    amount = "fewer" if len(row.cells) < width else "more"
    return Rejected(f"the row has {amount} cells than the header", place)


def _load(connection: duckdb.DuckDBPyConnection, copy: Path, width: int) -> None:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {RAW} AS
        SELECT * FROM read_csv(?, auto_detect = false, header = false, delim = ',', quote = '"',
            escape = '"', max_line_size = {_LONGEST_ROW},
            columns = {{'line': 'BIGINT', {columns}}})""",
        [str(copy)],
    )


def _drop_repeated(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, width: int
) -> list[Rejected]:
    cells = ", ".join(f"c{i}" for i in range(width))
    repeated = connection.execute(
        f"""WITH hashed AS (SELECT *, hash({cells}) AS h FROM {RAW}),
        suspect AS (SELECT h FROM hashed GROUP BY h HAVING count(*) > 1)
        SELECT line FROM hashed SEMI JOIN suspect USING (h)
        QUALIFY row_number() OVER (PARTITION BY {cells} ORDER BY line) > 1 ORDER BY line"""
    ).fetchall()
    connection.execute(
        f"DELETE FROM {RAW} WHERE line IN (SELECT unnest(?::BIGINT[]))",
        [[line for (line,) in repeated]],
    )
    return [
        Rejected("says the same as an earlier row", sheet.at(line), severity="ignored")
        for (line,) in repeated
    ]
