"""How a table stands on the page: which columns are words, how wide it is, whether it folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialrun.evaluation.results import Cell, Table
from trialrun.report.evaluation.voice import EvaluationVoice

LONG = 30
"""A table of more rows is a listing: it folds on the screen, and is open in print."""
_SHORT = 14
_SENTENCE = 24
"""A cell with more letters than these is broken into lines."""
_WIDTHS = (("few", range(3)), ("wide", range(8, 12)), ("widest", range(12, 1000)))
"""How tables of so many columns look."""


@dataclass(frozen=True)
class Field:
    """A cell as it is written; `behind` is how many rows of the data it comes from."""

    said: str
    looks: str
    behind: int


@dataclass(frozen=True)
class Line:
    """A row: its label, how far that is indented, and its cells."""

    label: str
    depth: int
    fields: Sequence[Field]


@dataclass(frozen=True)
class LaidOut:
    """A table as it is written."""

    title: str
    corner: str
    heads: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    notes: Sequence[str]
    looks: str
    is_long: bool
    is_traced: bool


def laid_out(table: Table, voice: EvaluationVoice) -> LaidOut:
    """Return a table in the voice's language, with how each part of it looks."""
    said = [[voice.words(cell.shown) for cell in row.cells] for row in table.rows]
    aligned = [_alignment([row[n] for row in said]) for n in range(len(table.columns))]
    lines = [
        Line(voice.words(row.label), row.depth, _fields(row.cells, texts, aligned))
        for row, texts in zip(table.rows, said, strict=True)
    ]
    heads = [unbroken(voice.words(column)) for column in table.columns]
    return LaidOut(
        title=voice.words(table.title),
        corner=voice.words(table.corner),
        heads=list(zip(heads, aligned, strict=True)),
        lines=lines,
        notes=[voice.words(note) for note in table.notes],
        looks=_looks(len(table.columns), len(table.rows)),
        is_long=len(table.rows) > LONG,
        is_traced=any(cell.rows for row in table.rows for cell in row.cells),
    )


def unbroken(text: str) -> str:
    """Return a text in which no line ends beside an equals sign."""
    return text.replace(" = ", "\u00a0=\u00a0")


def _fields(cells: Sequence[Cell], said: Sequence[str], aligned: Sequence[str]) -> list[Field]:
    return [
        Field(
            text,
            f"{looks} s" if len(text) > _SENTENCE and _is_words(text) else looks,
            len(cell.rows),
        )
        for cell, text, looks in zip(cells, said, aligned, strict=True)
    ]


def _alignment(column: Sequence[str]) -> str:
    """Return `w` for a column of words, `n` for one of numbers, by most of its cells."""
    filled = [text for text in column if text]
    return "w" if 2 * sum(map(_is_words, filled)) > len(filled) else "n"


def _is_words(text: str) -> bool:
    return 2 * sum(letter.isalpha() for letter in text) > len(text)


def _looks(columns: int, rows: int) -> str:
    looks = ["short"] if rows <= _SHORT else []
    looks += [name for name, columns_of in _WIDTHS if columns in columns_of]
    return " ".join(looks)
