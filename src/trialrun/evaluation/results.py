"""What an evaluation yields: tables of numbers that know their rows, and what figures are drawn of.

Everything here is computed and rounded; whoever shows it puts words to it and computes nothing.
`Words` are a text as it stands (of the protocol or the data), a wording of the protocol in two
languages, or a phrase: a key, and what it is filled with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from trialrun.protocol.model import Wording
from trialrun.terminology.written_units import written_unit


@dataclass(frozen=True)
class Phrase:
    """A key of our own words, and what stands in their gaps."""

    key: str
    gaps: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True)
class Listed:
    """Several words in a row; the reader's language says what stands between them."""

    items: tuple[Words, ...]


Words: TypeAlias = str | Wording | Phrase | Listed


def phrase(key: str, **values: Words) -> Phrase:
    """Return a phrase by its key."""
    return Phrase(key, tuple(values.items()))


def wording(title: str, title_zh: str) -> Wording:
    """Return what the protocol says in both languages."""
    return Wording(title, title_zh)


def with_unit(title: str, title_zh: str, unit: str) -> Words:
    """Return what the protocol calls a number, with its unit where the title does not say it."""
    words = wording(title, title_zh)
    if not unit or unit in title:
        return words
    return phrase("with_unit", what=words, unit=written_unit(unit))


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table: as shown, the number behind it, the rows behind that.

    `value` is not rounded; None where there is no one number (a word, an interval).
    """

    shown: Words
    value: float | None = None
    rows: tuple[str, ...] = ()


NOTHING = Cell("–")
"""Where a table has no number to show."""


@dataclass(frozen=True)
class Row:
    """A row of a table; `depth` says how far its label is indented."""

    label: Words
    cells: tuple[Cell, ...]
    depth: int = 0


def head_row(label: Words, cells: int) -> Row:
    """Return a row that names those below it, and is empty itself."""
    return Row(label, (Cell(""),) * cells)


def column_heads(*names: str) -> tuple[Phrase, ...]:
    """Return the heads of columns by their names."""
    return tuple(phrase(f"column_{name}") for name in names)


@dataclass(frozen=True)
class Table:
    """A table: its name (that of its file), title, the heads of its columns, rows and notes."""

    id: str
    title: Words
    columns: tuple[Words, ...]
    rows: tuple[Row, ...]
    notes: tuple[Words, ...] = ()
    corner: Words = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.id}: a row has {len(row.cells)} cells, not the "
                    f"{len(self.columns)} of its columns"
                )


@dataclass(frozen=True)
class Section:
    """A part of the report: what it says, its tables, and what its figures are drawn of."""

    id: str
    title: Words
    said: tuple[Words, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Figure:
    """What a figure is drawn of; each kind is a class of its own in `figure_data`."""

    id: str
    title: Words


@dataclass(frozen=True)
class Evaluation:
    """A whole evaluation, in the order in which it is read; `key` is what is asked for first."""

    sections: tuple[Section, ...]
    key: Section | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order of the report."""
        first = () if self.key is None else (self.key,)
        return tuple(table for section in (*first, *self.sections) for table in section.tables)
