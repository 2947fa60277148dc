"""A mapping: what the columns of a hospital's files are, in the program's own words.

Frozen, and sound by construction: `mapping_file` refuses everything else. Holds no patient's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trialrun.terminology.codes import Coding

LOCAL = "local"
"""The system of a code that only the hospital knows: no value set can read it."""


class EmptyEnd(StrEnum):
    """What an empty end of a record that lasts stands for."""

    NOT_RECORDED = "not recorded"
    GOES_ON = "goes on"
    SAME_DAY = "same day"


@dataclass(frozen=True)
class TableMapping:
    """One table, filled from one file: field -> column, and how the cells are to be read."""

    table: str
    place: str
    columns: Mapping[str, str]
    column_places: Mapping[str, str]
    dates: tuple[str, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    codes: Mapping[str, tuple[Coding, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    system: str = LOCAL
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    between: str = ""
    decimal: str | None = None
    empty_end: EmptyEnd | None = None


@dataclass(frozen=True)
class FileMapping:
    """One file (or sheet, or pattern of files) and the tables that it fills."""

    key: str
    place: str
    tables: tuple[TableMapping, ...]
    encoding: str = "UTF-8"
    delimiter: str = ","
    header: int = 1

    @property
    def name(self) -> str:
        """The file's name or pattern, without the sheet."""
        return self.key.partition("#")[0]

    @property
    def sheet(self) -> str | None:
        """The sheet of a workbook; None: its first."""
        return self.key.partition("#")[2] or None


@dataclass(frozen=True)
class CsvMapping:
    """A whole mapping file."""

    name: str
    files: tuple[FileMapping, ...]
    time_zone: str | None = None
