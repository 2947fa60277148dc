"""The tables of an evaluation as CSV: what they show, and the rows of the data behind each number.

`ID.csv` has the table as people read it; `ID.rows.csv` a line for each number and each row of the
source that it came from, so that every number can be traced. Words come from the data, and a
spreadsheet computes none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trialrun.evaluation.results import Evaluation, Table
from trialrun.exchange.csv_files import csv_text
from trialrun.report.evaluation.voice import EvaluationVoice


def table_files(evaluation: Evaluation, voice: EvaluationVoice) -> Mapping[str, bytes]:
    """Return the content of every table's files by their names."""
    files: dict[str, bytes] = {}
    for table in evaluation.tables:
        files[f"{table.id}.csv"] = csv_text(_heads(table, voice), _shown(table, voice))
        if traced := list(_traced(table, voice)):
            files[f"{table.id}.rows.csv"] = csv_text(_TRACED, traced)
    return files


_TRACED = ("row", "column", "shown", "value", "source_row")


def _heads(table: Table, voice: EvaluationVoice) -> Sequence[str]:
    return (voice.words(table.corner), *map(voice.words, table.columns))


def _shown(table: Table, voice: EvaluationVoice) -> Iterator[Sequence[str]]:
    for row in table.rows:
        label = "  " * row.depth + voice.words(row.label)
        yield (label, *(voice.words(cell.shown) for cell in row.cells))


def _traced(table: Table, voice: EvaluationVoice) -> Iterator[Sequence[str]]:
    # "mean (SD)" stands below the age and below the weight: the heads above are part of its name.
    heads: list[str] = []
    for row in table.rows:
        heads = [*heads[: row.depth], voice.words(row.label)]
        for column, cell in zip(table.columns, row.cells, strict=True):
            said = " / ".join(heads), voice.words(column), voice.words(cell.shown)
            value = "" if cell.value is None else repr(cell.value)
            yield from ((*said, value, source) for source in cell.rows)
