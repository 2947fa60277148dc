"""Tables as a reader sees them, so that tests compare words and find a key without words."""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.evaluation.efficacy.outcome import Outcome
from trialrun.evaluation.results import Section, Table, Words
from trialrun.report.evaluation.voice import EvaluationVoice

_ENGLISH, _CHINESE = EvaluationVoice("en"), EvaluationVoice("zh")


def said(words: Words) -> str:
    """Return words in English, after saying them in Chinese, too."""
    _CHINESE.words(words)
    return _ENGLISH.words(words)


def lines(table: Table) -> list[tuple[str, ...]]:
    """Return the rows of a table: the label, then the cells; its heads and notes are said, too."""
    for words in (table.title, table.corner, *table.columns, *table.notes):
        said(words)
    return [(said(row.label), *(said(cell.shown) for cell in row.cells)) for row in table.rows]


def block(table: Table, head: str) -> dict[str, tuple[str, ...]]:
    """Return the rows below a head up to the next, by their labels."""
    labels = [said(row.label) for row in table.rows]
    start = labels.index(head) + 1
    found: dict[str, tuple[str, ...]] = {}
    for row in table.rows[start:]:
        if row.depth == 0:
            break
        found[said(row.label)] = tuple(said(cell.shown) for cell in row.cells)
    return found


def notes(table: Table) -> list[str]:
    """Return the notes of a table."""
    return [said(note) for note in table.notes]


def everything_said(results: Iterable[Section | Outcome]) -> None:
    """Say every word of some results in both languages."""
    for one in results:
        for words in one.said:
            said(words)
        for table in one.tables:
            lines(table)
        for figure in one.figures:
            said(figure.title)
