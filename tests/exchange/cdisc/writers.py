"""Small datasets written in the formats that are read: rows of text, numbers, days and None.

SAS transport version 5 is written by its public description (SAS Institute, TS-140: The Record
Layout of a Data Set in SAS Transport Format): records of 80 bytes, numbers as IBM doubles.
"""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from trialrun.exchange.cdisc.cells import Cell

_AT = b"01JAN26:00:00:00"


@dataclass(frozen=True)
class Table:
    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def table(path: Path, where: str, columns: str = "*") -> Table:
    """Return some rows of a Parquet file."""
    with duckdb.connect() as connection:
        query = f"SELECT {columns} FROM read_parquet(?) WHERE {where}"
        found = connection.execute(query, [str(path)])
        names = [column[0] for column in found.description or ()]
        return Table(path.stem, names, found.fetchall())


def write_parquet(source: Path, where: str, to: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM '{source}' WHERE {where}) TO '{to}' (FORMAT parquet)"
        )


def as_csv(one: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(name.lower() for name in one.columns)
    writer.writerows(["" if cell is None else str(cell) for cell in row] for row in one.rows)
    return out.getvalue().encode("utf-8-sig")


def _json_cells(one: Table) -> list[list[Cell]]:
    return [[str(c) if isinstance(c, date) else c for c in row] for row in one.rows]


def _json_head(one: Table) -> dict[str, object]:
    columns = [{"name": name} for name in one.columns]
    return {"datasetJSONVersion": "1.1.0", "name": one.name.upper(), "columns": columns}


def as_dataset_json(one: Table) -> bytes:
    return json.dumps(_json_head(one) | {"rows": _json_cells(one)}).encode()


def as_ndjson(one: Table) -> bytes:
    return "\n".join(map(json.dumps, [_json_head(one), *_json_cells(one)])).encode()


def as_xpt(one: Table, encoding: str = "utf-8") -> bytes:
    lengths = [_length(one, place, encoding) for place in range(len(one.columns))]
    numeric = [_is_numeric(one, place) for place in range(len(one.columns))]
    head = [
        _header("LIBRARY", "0" * 30),
        b"SAS     SAS     SASLIB  9.4     LINUX   ".ljust(64) + _AT,
        _AT.ljust(80),
        _header("MEMBER", "000000000000000001600000000140"),
        _header("DSCRPTR", "0" * 30),
        (b"SAS     " + one.name.upper().encode().ljust(8) + b"SASDATA 9.4     LINUX   ").ljust(64)
        + _AT,
        _AT.ljust(80),
        _header("NAMESTR", f"{len(one.columns):010d}".ljust(30, "0")),
    ]
    names, place = b"", 0
    for number, name in enumerate(one.columns):
        kind = 1 if numeric[number] else 2
        names += struct.pack(
            ">hhhh8s40s8shhh2s8shhl52s",
            *(kind, 0, lengths[number], number + 1, name.encode().ljust(8), b" " * 40, b" " * 8),
            *(0, 0, 0, b"  ", b" " * 8, 0, 0, place, b"\0" * 52),
        )
        place += lengths[number]
    data = b"".join(
        _ibm(cell) if number else str("" if cell is None else cell).encode(encoding).ljust(length)
        for row in one.rows
        for cell, length, number in zip(row, lengths, numeric, strict=True)
    )
    return b"".join(head) + _padded(names) + _header("OBS", "0" * 30) + _padded(data)


def _header(kind: str, rest: str) -> bytes:
    return f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{rest}  ".encode()


def _padded(data: bytes) -> bytes:
    return data.ljust(-(-len(data) // 80) * 80)


def _is_numeric(one: Table, place: int) -> bool:
    held = [row[place] for row in one.rows if row[place] is not None]
    return bool(held) and not any(isinstance(cell, str) for cell in held)


def _length(one: Table, place: int, encoding: str) -> int:
    if _is_numeric(one, place):
        return 8
    return max((len(str(row[place]).encode(encoding)) for row in one.rows if row[place]), default=1)


def _ibm(cell: Cell) -> bytes:
    """Return a number as SAS has it; days count from 1960, and `.` is missing."""
    if cell is None:
        return b"." + b"\0" * 7
    number = float((cell - date(1960, 1, 1)).days if isinstance(cell, date) else float(cell))
    sign, number, exponent = (0x80 if number < 0 else 0), abs(number), 64
    if number == 0:
        return b"\0" * 8
    while number >= 1:
        number, exponent = number / 16, exponent + 1
    while number < 1 / 16:
        number, exponent = number * 16, exponent - 1
    return bytes([sign | exponent]) + int(number * 2**56).to_bytes(7, "big")
