"""What stands in a cell of a CDISC dataset: a text, a number, a day; and the row it stands in.

A day is a day, ISO 8601 text, or SAS's count of days since 1 January 1960; where the name of the
column ends with DTM, of seconds. A date that is known in part is no day, and neither is one of
another age of the world; a number so great that it counts nothing is none; a character that no page
can hold becomes the sign for one that is not known. Names of columns are in capitals.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | float | int | date | None
_SAS_EPOCH = date(1960, 1, 1)
_WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_SECONDS_OF_A_DAY = 86_400
_MOST = 1e15
"""What is greater holds more digits than a double can, and is a slip of the pen or of a program."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NO_TEXT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (2.2), and so a figure, has no place for: controls, and halves of pairs."""
_GRADE = re.compile(r"(?:grade\s*)?([1-5])(?:\.0*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """A row of a dataset, numbered from 1; a column that is not there is empty."""

    dataset: str
    number: int
    cells: Mapping[str, Cell]

    def text(self, *names: str) -> str:
        """Return the first of some columns that holds anything, as text; "" if none does."""
        for name in names:
            value = self.cells.get(name)
            if value is not None and (text := _text(value)):
                return text
        return ""

    def number_of(self, *names: str) -> float | None:
        """Return the first of some columns that holds a number."""
        for name in names:
            number = number_in(self.cells.get(name))
            if number is not None:
                return number
        return None

    def whole(self, *names: str) -> int | None:
        """Return the first of some columns that holds a number, as a whole one."""
        found = self.number_of(*names)
        return None if found is None else math.floor(found)

    def is_misread(self, *names: str) -> bool:
        """Say whether some columns hold something, and no number."""
        return self.number_of(*names) is None and bool(self.text(*names))

    def day(self, *names: str) -> date | None:
        """Return the first of some columns that holds a whole day."""
        for name in names:
            day = _day(self.cells.get(name), in_seconds=name.endswith("DTM"))
            if day is not None:
                return day
        return None

    def grade(self, *names: str) -> int | None:
        """Return the first of some columns that holds a CTCAE grade: `3`, or `Grade 3`."""
        for name in names:
            if found := _GRADE.fullmatch(self.text(name)):
                return int(found[1])
        return None

    def is_yes(self, name: str) -> bool:
        """Say whether a flag is set."""
        return self.text(name).upper() == "Y"

    def yes_or_no(self, name: str) -> bool | None:
        """Return what a flag says; None: it says neither yes nor no."""
        return {"Y": True, "N": False}.get(self.text(name).upper())

    def ref(self, sequence: str | None = None) -> str:
        """Return the row's own name, such as `AE:01-701-1015:3`, else with its number: `:#57`."""
        found = self.text(sequence) if sequence else ""
        return f"{self.dataset}:{self.text('USUBJID')}:{found or f'#{self.number}'}"


def _text(value: str | float | date) -> str:
    if isinstance(value, str):
        return _NO_TEXT.sub("\ufffd", value.strip())
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() else str(value)
    return str(value)


def number_in(value: Cell) -> float | None:
    """Return the number in a cell; None: it holds none."""
    if isinstance(value, (date, bool)) or value is None:
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) <= _MOST else None


def _day(value: Cell, *, in_seconds: bool) -> date | None:
    day = _any_day(value, in_seconds=in_seconds)
    return day if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _any_day(value: Cell, *, in_seconds: bool) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return _written_day(value.strip())
    number = number_in(value)
    if number is None:
        return None
    try:
        return _SAS_EPOCH + timedelta(days=number // (_SECONDS_OF_A_DAY if in_seconds else 1))
    except OverflowError:
        return None


def _written_day(text: str) -> date | None:
    """Return a day in ISO 8601; a text of digits is a year, and no count of days."""
    if not _WHOLE_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
