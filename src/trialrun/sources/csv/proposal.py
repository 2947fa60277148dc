"""A first mapping, proposed from the headers and contents of the files; a person completes it.

Holds the hospital's own codes, units and words of fixed vocabularies, and counts of rows. Never
holds what is one patient's: an id, a name, a date, a result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from trialrun.errors import Problem, SourceError
from trialrun.records.schema import Kind
from trialrun.sources.csv.contents import Contents
from trialrun.sources.csv.encodings import encoding_of
from trialrun.sources.csv.fields import PATIENT, needs_a_name, required_of
from trialrun.sources.csv.files import data_files
from trialrun.sources.csv.headers import known_columns, tables_of
from trialrun.sources.csv.named_rows import FOOT
from trialrun.sources.csv.raw import RAW, RawTable, raw_table, repeated_names
from trialrun.sources.csv.sheets import WORKBOOKS, Line, Sheet, rows_of, sheet_names
from trialrun.sources.csv.wide import WideTest, tests_of
from trialrun.sources.staging import OFFLINE
from trialrun.terminology.value_sets import ValueSet

_HEAD = """\
# A first mapping, proposed from the files. Read every line, complete what says TODO, then load.
format: csv
{time_zone}
files:
"""
_COVERAGE = """
# For which kinds of record do these files hold everything? Only there does silence mean "no".
# Say it in the file coverage.yaml beside them:
#   complete:
#     - {kind: condition, since: whole life}
#     - {kind: medication, since: 2015-01-01}
"""
_HEADER_LINES = 10
_WHERE_HEADERS_ARE = 2
"""A line with so many known names is the header."""


def propose(path: Path, value_sets: Sequence[ValueSet] = ()) -> str:
    """Return the text of a mapping file for the files of a folder, or for one file.

    Raises:
        SourceError: there is no file, or one cannot be read.
    """
    sheets = [sheet for name, file in data_files(path).items() for sheet in _sheets(name, file)]
    if not sheets:
        raise SourceError(
            f"{path} holds nothing to map",
            [Problem(path.name, "no CSV or Excel file", "point at the folder of the export")],
        )
    with (
        duckdb.connect(config=OFFLINE) as connection,
        TemporaryDirectory(prefix="trialrun-") as folder,
    ):
        look = _Look(connection, Path(folder), value_sets)
        blocks = [line for sheet in sheets for line in look.lines(sheet)]
    is_chinese = bool(re.search("[\u4e00-\u9fff]", "".join(blocks)))
    time_zone = "Asia/Shanghai" if is_chinese else "UTC"
    head = _HEAD.format(time_zone=f"time_zone: {time_zone}  # TODO: where is the hospital?")
    return head + "\n".join(blocks) + "\n" + _COVERAGE


def _sheets(name: str, file: Path) -> Iterator[Sheet]:
    if file.suffix.lower() in WORKBOOKS:
        for sheet, is_shown in sheet_names(file).items():
            yield Sheet(file, f"{name}#{sheet}", sheet, is_hidden=not is_shown)
        return
    encoding = encoding_of(file)
    rows = rows_of(Sheet(file, name, encoding=encoding, delimiter="\0"))
    first = next((row.cells[0] for row in rows if isinstance(row, Line)), "")
    delimiter = max(",\t;|", key=first.count)
    yield Sheet(file, name, encoding=encoding, delimiter=delimiter)


@dataclass(frozen=True)
class _Look:
    """Looks into the sheets, one after the other."""

    connection: duckdb.DuckDBPyConnection
    workspace: Path
    value_sets: Sequence[ValueSet]

    def lines(self, sheet: Sheet) -> Iterator[str]:
        """Yield the lines that map one sheet."""
        if sheet.is_hidden:
            yield f"  # {_key(sheet.name)}: hidden in the workbook; map it only if it belongs here"
            return
        line, header = _header(sheet)
        unknown = f"  # {_key(sheet.name)}: no header that is known; say yourself what it holds"
        if not header:
            yield unknown
            return
        with raw_table(self.connection, sheet, line, self.workspace) as raw:
            contents = Contents(self.connection, raw, self.value_sets)
            tables = tables_of(header, sheet.name)
            self._leave_out_foot(raw, tables)
            wide = tests_of(header, contents) if Kind.MEASUREMENT not in tables else ()
            if not tables and not wide:
                yield unknown
                return
            yield from _reading(sheet, line)
            for table, columns in tables.items():
                yield f"      - table: {table}"
                yield from _columns(table, columns)
                yield from (f"        {text}" for text in contents.lines(table, columns))
            for test in wide:
                yield from _test(test, contents)
        used = {column for columns in tables.values() for column in columns.values()}
        used |= {column for test in wide for column in test.columns.values()}
        yield from _left(header, used)

    def _leave_out_foot(self, raw: RawTable, tables: Mapping[str, Mapping[str, str]]) -> None:
        """Take out what will be ignored: totals say nothing of how the rows are written."""
        for column in {columns["patient_id"] for columns in tables.values()}:
            self.connection.execute(
                f"DELETE FROM {RAW} WHERE regexp_matches({raw.column(column)}, '{FOOT}')"
            )


def _test(test: WideTest, contents: Contents) -> Iterator[str]:
    """Yield the table of a test that has a column of its own."""
    yield f"      - table: {Kind.MEASUREMENT}  # a column of its own for each test"
    yield from _columns(Kind.MEASUREMENT, test.columns, fixed=("text",))
    unit = f", unit: {_key(test.unit)}" if test.unit else ""
    yield f"        fixed: {{text: {_key(test.name)}{unit}}}"
    if not test.unit:
        yield "        # TODO write its `unit:` beside `text:`; without one it answers nothing"
    yield from (f"        {text}" for text in contents.lines(Kind.MEASUREMENT, test.columns))
    yield f"        codes: {{{_key(test.name)}: {{}}}}  # TODO{test.hint}"


def _left(header: Sequence[str], used: set[str]) -> Iterator[str]:
    """Yield what is left of a header, and the names that stand above two columns."""
    for name in repeated_names(header):
        yield f"    # TODO {_key(name)} stands above more than one column: rename one in the file"
    left = list(dict.fromkeys(name for name in header if name and name not in used))
    if left:
        yield f"    # not used: {', '.join(map(_key, left))}"


def _reading(sheet: Sheet, line: int) -> Iterator[str]:
    """Yield how a sheet is to be read."""
    yield f"  {_key(sheet.name)}:"
    if not sheet.is_workbook:
        yield f"    encoding: {sheet.encoding}"
    if not sheet.is_workbook and sheet.delimiter != ",":
        yield f"    delimiter: {'tab' if sheet.delimiter == chr(9) else _key(sheet.delimiter)}"
    if line != 1:
        yield f"    header: {line}"
    yield "    tables:"


def _header(sheet: Sheet) -> tuple[int, list[str]]:
    """Return the first line that looks like a header, and its names."""
    lines = [row for row in islice(rows_of(sheet), _HEADER_LINES) if isinstance(row, Line)]
    for row in lines:
        names = [cell.strip(" \t\r\n\u3000\ufeff") for cell in row.cells]
        if known_columns(names) >= _WHERE_HEADERS_ARE:
            return row.first, names
    return 1, []


def _columns(table: str, columns: Mapping[str, str], fixed: Sequence[str] = ()) -> Iterator[str]:
    yield "        columns:"
    for name, column in columns.items():
        yield f"          {name}: {_key(column)}"
    missing = [name for name in required_of(table) if name not in columns]
    if table != PATIENT and needs_a_name(table) and not {"code", "text"} & {*columns, *fixed}:
        missing.append("text")
    for name in missing:
        yield f"          # {name}: TODO: no header for it is known"


def _key(text: str) -> str:
    """Return a text as YAML takes it in any place."""
    is_plain = re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff.#/-]*", text)
    reserved = text.lower() in {"null", "true", "false", "yes", "no", "on", "off"}
    return (
        text
        if is_plain and not reserved and " #" not in text
        else json.dumps(text, ensure_ascii=False)
    )
