"""The formats of CDISC datasets: Parquet, CSV, SAS transport (version 5), Dataset-JSON 1.1.

Dataset-JSON also as lines (`.ndjson`): its first line holds the columns, each later one a row.
Names of columns come out in capitals. Refuses what cannot be all of a dataset: a column that stands
there twice, cells that hold no single value, a file that was cut off where that can be seen.
"""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from trialrun.errors import Problem, SourceError
from trialrun.exchange.cdisc.cells import Cell, Row
from trialrun.exchange.cdisc.encodings import encoding_of
from trialrun.exchange.csv_files import unguarded

_NUMBER = re.compile(
    r"[+-]?(0|[1-9]\d{0,14})(\.\d+)?(e[+-]?\d+)?|[+-]?\.\d+", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class Dataset:
    """A dataset: its name and columns (both in capitals), and the file where it stands."""

    name: str
    columns: tuple[str, ...]
    path: Path
    _read: Callable[[Sequence[str]], Iterable[Sequence[Cell]]]

    def rows(self, wanted: Iterable[str] | None = None, prefix: str = "") -> Iterator[Row]:
        """Yield the rows with the columns that are wanted, those of them that are there.

        Their names come without the prefix, that of a domain, where they begin with it.
        """
        asked = set(self.columns if wanted is None else wanted)
        names = [name for name in self.columns if name in asked]
        shown = [name.removeprefix(prefix) for name in names]
        for number, cells in enumerate(self._read(names), 1):
            yield Row(self.name, number, dict(zip(shown, cells, strict=True)))

    def count(self) -> int:
        """Return how many rows there are."""
        return sum(1 for _ in self._read(self.columns[:1]))

    def has(self, *names: str) -> bool:
        """Say whether any of some columns is there."""
        return any(name in self.columns for name in names)


def open_dataset(path: Path) -> Dataset | None:
    """Return the dataset in a file; None: the file is JSON, and no Dataset-JSON.

    Raises:
        SourceError: the file cannot be read in the format that its name says.
    """
    try:
        return _OPEN[path.suffix.lower()](path)
    except OSError as error:
        raise _refused(path, (error.strerror or "it cannot be read").lower(), _LET_READ) from error
    except _SPOILT as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> SourceError:
    return _refused(path, *_WRONG[path.suffix.lower()])


def _refused(path: Path, found: str, remedy: str) -> SourceError:
    return SourceError("A dataset cannot be read", [Problem(str(path), found, remedy)])


def _named_once(path: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of columns in capitals.

    Raises:
        SourceError: a name stands there twice, and nothing tells which of the two is meant.
    """
    counted = Counter(name.strip().upper() for name in names)
    if twice := [name for name, count in counted.items() if count > 1]:
        found = f"it has more than one column {', '.join(twice)}"
        raise _refused(path, found, "leave one of each; the case of letters does not count")
    return tuple(counted)


def _parquet(path: Path) -> Dataset:
    with duckdb.connect() as connection:
        described = connection.execute(
            "DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]
        ).fetchall()
    if odd := [str(name) for name, kind, *_ in described if _NO_CELL.search(str(kind))]:
        found = f"it has columns of no single value: {', '.join(odd)}"
        raise _refused(path, found, "write texts, numbers and days")
    given = [str(name) for name, *_ in described]
    held = dict(zip(_named_once(path, given), given, strict=True))

    def read(names: Sequence[str]) -> list[tuple[Cell, ...]]:
        columns = ", ".join('"' + held[name].replace('"', '""') + '"' for name in names)
        with duckdb.connect() as connection:
            query = f"SELECT {columns} FROM read_parquet(?)"
            try:
                return connection.execute(query, [str(path)]).fetchall()
            except duckdb.Error as error:
                raise _unreadable(path) from error

    return Dataset(path.stem.upper(), tuple(held), path, read)


def _csv(path: Path) -> Dataset:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file, strict=True) if line]
    columns, rows = lines[0], lines[1:]
    if any(len(row) != len(columns) for row in rows):
        raise ValueError("rows of different lengths")
    numeric = [
        not name.upper().endswith(_TEXT) and _is_numeric(row[place] for row in rows)
        for place, name in enumerate(columns)
    ]
    typed = [
        [
            float(cell) if number and cell else unguarded(cell)
            for cell, number in zip(row, numeric, strict=True)
        ]
        for row in rows
    ]
    return _in_memory(path, path.stem, columns, typed)


def _is_numeric(cells: Iterable[str]) -> bool:
    """Say whether a column holds numbers: CSV has no types, and a code may look like a number."""
    held = [cell for cell in cells if cell]
    return bool(held) and all(_NUMBER.fullmatch(cell) for cell in held)


def _xpt(path: Path) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.PerformanceWarning)
        frame = _frame_of_xpt(path)
    rows = frame.values.tolist()
    encoding = encoding_of({cell for row in rows for cell in row if isinstance(cell, bytes)})
    if encoding is None:
        found = "it cannot be told in which encoding its texts are"
        raise _refused(path, found, "export it as Dataset-JSON, which is UTF-8")

    def said(cell: Cell | bytes) -> Cell:
        if isinstance(cell, bytes):
            return cell.decode(encoding)
        return 0.0 if cell == _ZERO else cell

    typed = [[said(cell) for cell in row] for row in rows]
    return _in_memory(path, path.stem, list(frame.columns), typed)


def _frame_of_xpt(path: Path) -> pd.DataFrame:
    """Read all rows, texts as bytes.

    Raises:
        SourceError: the file ends within a record, or within a row. One that was cut off between
            two rows tells nothing of it.
    """
    content = path.read_bytes()
    whole = len(content) - len(content) % _RECORD
    with pd.read_sas(io.BytesIO(content[:whole]), format="xport", iterator=True) as reader:
        rows, length = content[reader.record_start : whole], reader.record_length
        count = len(rows) // length
        behind = rows[count * length :]
        if len(content) > whole or len(behind) >= _RECORD or behind.strip():
            found = "its last row is not whole: it was cut off, or holds a second dataset"
            raise _refused(path, found, f"{_EXPORT_AGAIN}, one dataset in a file")
        # Blanks fill up the last record. pandas (2.3) takes those of a short last row for such.
        while count and _is_padding(rows[(count - 1) * length :]):
            count -= 1
        reader.nobs = count
        return reader.read() if count else pd.DataFrame(columns=reader.columns)


def _is_padding(end: bytes) -> bool:
    return len(end) < _RECORD and not end.strip()


def _json(path: Path) -> Dataset | None:
    content = _parsed(path.read_text("utf-8-sig"))
    if not isinstance(content, dict) or "datasetJSONVersion" not in content:
        return None
    return _of_json(path, content, content.get("rows", []))


def _ndjson(path: Path) -> Dataset:
    # Only a line feed ends a line: a text may hold other separators.
    first, *rows = path.read_text("utf-8-sig").split("\n")
    return _of_json(path, _parsed(first), [_parsed(row) for row in rows if row.strip()])


def _parsed(text: str) -> Any:
    """Parse JSON; without NaN and Infinity, which are none."""
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _of_json(path: Path, head: Mapping[str, Any], rows: list[list[Cell]]) -> Dataset:
    columns = [column["name"] for column in head["columns"]]
    name = head.get("name") or path.stem
    if not all(isinstance(one, str) for one in (name, *columns)):
        raise ValueError("a name that is no text")
    if not all(_is_row(row, len(columns)) for row in rows):
        raise ValueError("rows that are none, or of different lengths")
    if head.get("records", len(rows)) != len(rows):
        found = f"its head speaks of {head['records']} rows, and {len(rows)} stand in it"
        raise _refused(path, found, _EXPORT_AGAIN)
    return _in_memory(path, name, columns, rows)


def _is_row(row: object, length: int) -> bool:
    return (
        isinstance(row, list)
        and len(row) == length
        and all(cell is None or isinstance(cell, str | int | float) for cell in row)
    )


def _in_memory(
    path: Path, name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> Dataset:
    places = {column: place for place, column in enumerate(_named_once(path, columns))}

    def read(names: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
        wanted = [places[name] for name in names]
        return (tuple(row[place] for place in wanted) for row in rows)

    return Dataset(name.upper(), tuple(places), path, read)


_OPEN: Mapping[str, Callable[[Path], Dataset | None]] = {
    ".json": _json,
    ".ndjson": _ndjson,
    ".parquet": _parquet,
    ".xpt": _xpt,
    ".csv": _csv,
}
_ZERO = 16.0**-65
"""What pandas (2.3) makes of the zero of SAS, whose exponent byte it reads as it stands."""
_TEXT = ("DTC", "ID", "VAL")
"""What names of columns end with that hold text even where all of it is digits: years, numbers."""
SUFFIXES = tuple(_OPEN)
"""What names of files end with, the format that tells most about types first."""
_RECORD = 80
"""The bytes of a record of a transport file."""
_NO_CELL = re.compile(r"\]$|^(STRUCT|MAP|UNION|VARIANT|BLOB|BIT|INTERVAL)\b")
"""Types of Parquet, as DuckDB names them, that CDISC has not."""
_SPOILT = (
    *(csv.Error, duckdb.Error),
    *(AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError),
)
"""What readers raise of a file that is not what its name says."""
_EXPORT_AGAIN = "export it again"
_LET_READ = "let it be read, or name another folder"
_WRONG: Mapping[str, tuple[str, str]] = {
    ".json": ("it is no Dataset-JSON 1.1", _EXPORT_AGAIN),
    ".ndjson": ("it is no Dataset-JSON 1.1 in lines", _EXPORT_AGAIN),
    ".parquet": ("it is no Parquet file", _EXPORT_AGAIN),
    ".xpt": (
        "it is no SAS transport file of version 5",
        "write version 5 (not 8), Parquet or Dataset-JSON",
    ),
    ".csv": (
        "it is no CSV in UTF-8 with a header and rows as long as it",
        "save it as CSV, UTF-8, separated by commas",
    ),
}
"""What is said of a file that its format does not read, and what to do."""
