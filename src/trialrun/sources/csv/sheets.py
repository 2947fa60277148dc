"""The rows of a CSV file or of a workbook's sheet, as texts with their line numbers.

Refuses a file that cannot be read to its end; a single row that cannot be read is a `Fault`, to be
counted. No cell's text is ever part of an error.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
    load_workbook,
)

from trialrun.errors import Problem, SourceError
from trialrun.sources.csv.encodings import CODECS, undecodable
from trialrun.sources.csv.workbook_errors import ERROR, error_cells
from trialrun.terminology.did_you_mean import did_you_mean

Cell: TypeAlias = tuple[int, int]
WORKBOOKS = (".xlsx", ".xls")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of text: a CSV file, or one sheet of a workbook, and how to read it."""

    path: Path
    name: str
    sheet: str | None = None
    encoding: str = "UTF-8"
    delimiter: str = ","
    is_hidden: bool = False

    @property
    def is_workbook(self) -> bool:
        """Whether the rows stand in a workbook."""
        return self.path.suffix.lower() in WORKBOOKS

    def at(self, first: int, last: int | None = None) -> str:
        """Return the place of a line, or of the lines of one row, as problems say it."""
        return f"{self.name}:{first}" + (f"-{last}" if last is not None and last > first else "")

    def refuse(self, line: int, found: str, remedy: str) -> SourceError:
        """Return the error that says why the sheet cannot be read."""
        return SourceError(f"{self.name} cannot be read", [Problem(self.at(line), found, remedy)])


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one row, and the lines on which it begins and ends."""

    first: int
    last: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that could not be read, and why."""

    first: int
    last: int
    reason: str


def rows_of(sheet: Sheet) -> Iterator[Line | Fault]:
    """Return the rows of a sheet that hold anything, in the order written."""
    return _workbook_rows(sheet) if sheet.is_workbook else _csv_rows(sheet)


def sheet_names(path: Path) -> dict[str, bool]:
    """Return the names of a workbook's sheets of cells, and whether each is visible in it."""
    sheets = _opened(Sheet(path, path.name)).sheets_metadata
    return {
        sheet.name: sheet.visible == SheetVisibleEnum.Visible
        for sheet in sheets
        if sheet.typ == SheetTypeEnum.WorkSheet
    }


def _csv_rows(sheet: Sheet) -> Iterator[Line | Fault]:
    try:
        with sheet.path.open(encoding=CODECS[sheet.encoding], newline="") as file:
            yield from _parsed(sheet, csv.reader(file, delimiter=sheet.delimiter, strict=True))
    except UnicodeError:
        raise undecodable(sheet.path, sheet.encoding) from None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise SourceError(f"{sheet.name} cannot be read", [Problem(sheet.name, reason)]) from None


def _parsed(sheet: Sheet, reader: Iterator[list[str]]) -> Iterator[Line | Fault]:
    while True:
        first = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _fault(sheet, first, reader.line_num, str(error))  # type: ignore[attr-defined]
            continue
        if any(cells):
            yield Line(first, reader.line_num, cells)  # type: ignore[attr-defined]


def _fault(sheet: Sheet, first: int, last: int, error: str) -> Fault:
    """Return what is wrong with one row; a quote that swallows other rows stops the reading."""
    if last > first or "unexpected end" in error:
        found = "a quote opens here that is not closed as it should, and would swallow other rows"
        raise sheet.refuse(first, found, "close the quote, or double it inside a quoted cell")
    if "limit" in error:
        return Fault(first, last, f"a cell is longer than {csv.field_size_limit():,} characters")
    return Fault(first, last, "the quotes of the row do not match")


def _workbook_rows(sheet: Sheet) -> Iterator[Line | Fault]:
    with _opened(sheet) as workbook:
        name = sheet.sheet or workbook.sheet_names[0]
        try:
            found = workbook.get_sheet_by_name(name)
            rows = found.to_python(skip_empty_area=False)
            _fill_merged(rows, found.merged_cell_ranges or [])
            errors = error_cells(sheet.path, name)
        except WorksheetNotFound:
            raise _no_sheet(sheet, name, workbook.sheet_names) from None
        except (CalamineError, BadZipFile, KeyError, ParseError):
            raise _not_a_workbook(sheet) from None
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row]
        for column in errors.get(number, []):
            cells += [""] * (column + 1 - len(cells))
            cells[column] = ERROR
        if any(cells):
            yield Line(number, number, cells)


def _fill_merged(rows: list[list[Any]], merged: Iterable[tuple[Cell, Cell]]) -> None:
    """Write into every line of a cell that spans several what stands in its first."""
    for (top, left), (bottom, right) in merged:
        for row in rows[top + 1 : bottom + 1]:
            row[left : right + 1] = rows[top][left : right + 1]


def _opened(sheet: Sheet) -> CalamineWorkbook:
    try:
        return load_workbook(sheet.path)
    except PasswordError:
        raise sheet.refuse(1, "the workbook has a password", "save it without one") from None
    except (CalamineError, OSError):
        raise _not_a_workbook(sheet) from None


def _not_a_workbook(sheet: Sheet) -> SourceError:
    remedy = "open it in a spreadsheet program and save it as .xlsx, or as CSV"
    return sheet.refuse(1, "no Excel workbook, whatever its name says", remedy)


def _no_sheet(sheet: Sheet, name: str, known: list[str]) -> SourceError:
    remedy = did_you_mean(name, known) or f"its sheets: {', '.join(known)}"
    return sheet.refuse(1, f"the workbook has no sheet '{name}'", remedy)


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # A spreadsheet holds and shows 15 digits: 0.30000000000000004 was written as 0.3.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
