"""Reads a mapping file, or lists everything that is wrong with it, with line and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import available_timezones

from trialrun.errors import ProtocolError, SourceError
from trialrun.sources.csv.encodings import CODECS
from trialrun.sources.csv.mapping import CsvMapping, FileMapping
from trialrun.sources.csv.table_mapping import TABLE_KEYS, read_table
from trialrun.sources.csv.yaml_reading import YamlReading
from trialrun.terminology.yaml_file import Keys, read_yaml

_MAPPING_KEYS = ("format", "time_zone", "files")
_FILE_KEYS = ("encoding", "delimiter", "header", "tables")
_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xls")
_DELIMITERS: Mapping[str, str] = {"tab": "\t", r"\t": "\t"}
_LINE_NUMBER = re.compile("[1-9][0-9]{0,3}")


def read_mapping(path: Path) -> CsvMapping:
    """Read a mapping file.

    Raises:
        SourceError: it cannot be read, or says something that cannot be followed.
    """
    try:
        reading = YamlReading(read_yaml(path))
    except ProtocolError as error:
        raise SourceError(error.message, error.problems) from None
    mapping = _mapping(reading, path)
    if reading.problems:
        raise SourceError(f"{path} cannot be used", sorted(reading.problems, key=_line_order))
    return mapping


def _line_order(problem: object) -> tuple[int, str]:
    text = str(problem)
    return int(text.split(": ")[0].rpartition(":")[2]), text


def _mapping(reading: YamlReading, path: Path) -> CsvMapping:
    block = dict(reading.block((), reading.yaml.data))
    if block.pop("coverage", None) is not None:
        found = "what is complete is not said in a mapping"
        reading.refuse(("coverage",), found, "write it in the file coverage.yaml beside the data")
    reading.only((), block, _MAPPING_KEYS)
    reading.choice(("format",), block.get("format"), ("csv",))
    files = reading.block(("files",), block.get("files"))
    if not files:
        reading.refuse((), "no file is mapped", "list the files below `files:`")
    return CsvMapping(
        name=path.name,
        files=tuple(_file(reading, ("files", key), key, data) for key, data in files.items()),
        time_zone=_time_zone(reading, ("time_zone",), block.get("time_zone")),
    )


def _time_zone(reading: YamlReading, keys: Keys, data: object) -> str | None:
    known = available_timezones()
    # A machine without a time zone database cannot say which names exist: the engine will.
    return reading.choice(keys, data, sorted(known)) if known else reading.text(keys, data)


def _file(reading: YamlReading, keys: Keys, key: str, data: object) -> FileMapping:
    if not key.partition("#")[0].lower().endswith(_SUFFIXES):
        reading.refuse(
            keys, f"'{key}' is no CSV or Excel file", "it ends in .csv, .txt, .xlsx, ..."
        )
    block = reading.block(keys, data)
    reading.only(keys, block, _FILE_KEYS + (() if "tables" in block else TABLE_KEYS))
    return FileMapping(
        key=key,
        place=reading.yaml.where(*keys),
        tables=tuple(
            read_table(reading, place, table) for place, table in _tables(reading, keys, block)
        ),
        encoding=_encoding(reading, (*keys, "encoding"), block.get("encoding")),
        delimiter=_delimiter(reading, (*keys, "delimiter"), key, block.get("delimiter")),
        header=_header(reading, (*keys, "header"), block.get("header")),
    )


def _tables(
    reading: YamlReading, keys: Keys, block: Mapping[str, object]
) -> list[tuple[Keys, Mapping[str, object]]]:
    """Return the tables of a file: the one written with it, or those listed below `tables`."""
    if "tables" not in block:
        return [(keys, block)]
    found = []
    for index, item in enumerate(reading.items(block["tables"])):
        place = (*keys, "tables", index)
        table = reading.block(place, item)
        reading.only(place, table, TABLE_KEYS)
        found.append((place, table))
    return found


def _encoding(reading: YamlReading, keys: Keys, data: object) -> str:
    name = reading.text(keys, data)
    if name is None:
        return "UTF-8"
    by_upper = {known.upper(): known for known in CODECS}
    return by_upper.get(name.upper()) or reading.choice(keys, name, CODECS) or "UTF-8"


def _delimiter(reading: YamlReading, keys: Keys, key: str, data: object) -> str:
    if data is None:
        return "\t" if key.lower().endswith(".tsv") else ","
    written = "\t" if data == "\t" else reading.text(keys, data) or ","
    delimiter = _DELIMITERS.get(written.lower(), written)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        reading.refuse(keys, "the delimiter is not one character", "one character, or `tab`")
        return ","
    return delimiter


def _header(reading: YamlReading, keys: Keys, data: object) -> int:
    written = reading.text(keys, data)
    if written is None or _LINE_NUMBER.fullmatch(written):
        return int(written or 1)
    reading.refuse(keys, "the header's line is not a line number", "1 is the first line")
    return 1
