"""The tables of an evaluation as CSV: what they show, and the rows of the data behind each number.

`ID.csv` has the table as people read it; `ID.rows.csv` a line for each number and each row of the
source that it came from, so that every number can be traced.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from trialrun.evaluation.results import Evaluation, Table
from trialrun.report.evaluation.voice import EvaluationVoice

_BYTE_ORDER_MARK = "\ufeff"
"""Excel in China reads a CSV as GBK unless it begins so."""


def table_files(evaluation: Evaluation, voice: EvaluationVoice) -> Mapping[str, bytes]:
    """Return the content of every table's files by their names."""
    files: dict[str, bytes] = {}
    for table in evaluation.tables:
        files[f"{table.id}.csv"] = _csv(_shown(table, voice))
        if traced := list(_traced(table, voice)):
            files[f"{table.id}.rows.csv"] = _csv([_TRACED, *traced])
    return files


_TRACED = ("row", "column", "shown", "value", "source_row")


def _shown(table: Table, voice: EvaluationVoice) -> Iterator[Sequence[str]]:
    yield (voice.words(table.corner), *map(voice.words, table.columns))
    for row in table.rows:
        label = "  " * row.depth + voice.words(row.label)
        yield (label, *(voice.words(cell.shown) for cell in row.cells))


def _traced(table: Table, voice: EvaluationVoice) -> Iterator[Sequence[str]]:
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            said = voice.words(row.label), voice.words(column), voice.words(cell.shown)
            value = "" if cell.value is None else repr(cell.value)
            yield from ((*said, value, source) for source in cell.rows)


def _csv(lines: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return (_BYTE_ORDER_MARK + out.getvalue()).encode()
