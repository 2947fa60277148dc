"""What a table of a trial is made of, for every format that keeps its own words: lines and columns.

Refuses to know a format: a value goes out as a Python value, and the format writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from trialrun.protocol.model import Wording
from trialrun.records.trial_data import Subject
from trialrun.records.trial_rows import Entry, Written

Plain = str | int | Decimal | bool | date | datetime | None
"""A value of a cell."""


class Kind(StrEnum):
    """What a column holds. A `PARTIAL` day may be known to the month or year only."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    YES_NO = "yes or no"
    DAY = "day"
    PARTIAL = "day, perhaps in part"
    MOMENT = "moment"


@dataclass(frozen=True)
class Line:
    """A row of a subject, and the row that it lies within, if any."""

    entry: Any
    within: Entry | None = None


@dataclass(frozen=True)
class Column:
    """A column: its name, its title, what it holds, and where it is in a line."""

    id: str
    title: Wording
    kind: Kind
    of: Callable[[Line], object]

    def plain(self, line: Line) -> Plain:
        """Return the value of a line."""
        held = self.of(line)
        if isinstance(held, Written):
            return held.text
        if isinstance(held, (tuple, frozenset)):
            return "; ".join(sorted(map(str, held)))
        if held is None or isinstance(held, (str, int, Decimal, date)):
            return held
        raise TypeError(f"a cell of {self.id} holds a {type(held).__name__}")


@dataclass(frozen=True)
class Table:
    """A table: its name (that of its rows), its title, its columns, and a subject's lines."""

    id: str
    title: Wording
    columns: tuple[Column, ...]
    lines: Callable[[Subject], Iterable[Line]]


def own(name: str, en: str, zh: str, kind: Kind = Kind.TEXT) -> Column:
    """Return a column that holds an attribute of the row."""
    return Column(name, Wording(en, zh), kind, lambda line: getattr(line.entry, name))


def of_parent(name: str, en: str, zh: str) -> Column:
    """Return a column that holds the number of the row that a row lies within."""
    return Column(
        name, Wording(en, zh), Kind.INTEGER, lambda line: line.within and line.within.row_id
    )


def lines_of(name: str) -> Callable[[Subject], Iterable[Line]]:
    """Return a subject's rows by the name of the attribute that holds them."""
    return lambda subject: (Line(entry) for entry in getattr(subject, name))


def lines_within(name: str, part: str) -> Callable[[Subject], Iterable[Line]]:
    """Return the rows that lie within a subject's rows."""
    return lambda subject: (
        Line(inner, entry) for entry in getattr(subject, name) for inner in getattr(entry, part)
    )
