"""A table of an evaluation in the terminal, and as JSON for programs."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType

from trialrun.evaluation.results import Phrase, Table, Words
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.report.tables import table, title

_ENGLISH = EvaluationVoice("en")


def table_in_terminal(of: Table, voice: EvaluationVoice) -> RenderableType:
    """Return a table as it is printed."""
    rows = [
        [voice.words(row.label), *(voice.words(cell.shown) for cell in row.cells)]
        for row in of.rows
    ]
    heads = [voice.words(column) for column in of.columns]
    return Group(title(voice.words(of.title)), table([voice.words(of.corner)], heads, rows))


def table_json(of: Table) -> list[dict[str, Any]]:
    """Return a table's numbers, not rounded, by the keys of its columns; None: there is none.

    Each column has a key of its own: two arms differ in the words of their heads alone.
    """
    return [
        {
            _key(of.corner): _key(row.label),
            **{
                _key(column): cell.value for column, cell in zip(of.columns, row.cells, strict=True)
            },
        }
        for row in of.rows
    ]


def _key(words: Words) -> str:
    """Return what names words in a file for programs: the key of a phrase, the English else.

    A phrase with gaps is no name without what fills them.
    """
    if isinstance(words, Phrase) and not words.gaps:
        return words.key
    return _ENGLISH.words(words)
