"""A chapter of the manual is a list of tables; a row of a table is a question with its answer.

The same rows are run by the interpreter, by the engine, and written into the manual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tests.spec.record_text import read_record
from tests.spec.world import INDEX, setting

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Expression
from trialrun.criteria.parse import parse
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.records.rows import PatientRecord

COLUMNS: Final = (
    "record",
    "statement",
    "on",
    "against",
    "answer",
    "evidence",
    "because",
    "covered by",
    "until",
)
NOTHING: Final = "–"


@dataclass(frozen=True)
class Table:
    """A rule in a sentence, and rows that show it.

    `rows` is a table with `|` between its columns, whose first line names some of `COLUMNS`. What
    is the same in all rows is said once: `record` (a row's own record adds to it), `statement`,
    `on` (the index date), `against` (the truth that speaks against enrolment).
    """

    rule: str
    rows: str
    record: str = ""
    statement: str = ""
    on: str = INDEX.isoformat()
    against: str = "FALSE"

    def header(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return _cells(self._lines()[0])

    def body(self) -> list[Mapping[str, str]]:
        """Return the rows, each a cell by the name of its column.

        Raises:
            ValueError: a column is unknown, or a row has too few or too many cells.
        """
        header = self.header()
        if unknown := set(header) - set(COLUMNS):
            raise ValueError(f"no such column: {', '.join(sorted(unknown))}")
        return [dict(zip(header, _cells(line), strict=True)) for line in self._lines()[1:]]

    def _lines(self) -> list[str]:
        return [line for line in self.rows.splitlines() if line.strip()]


@dataclass(frozen=True)
class Chapter:
    """Tables under one title, and a sentence or two before them."""

    title: str
    introduction: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Case:
    """One row of the manual: a question, and what its table states about the answer.

    `stated` holds, of `rows`, `gap`, `coverage` and `until`, those that the table has a column for.
    """

    name: str
    statement: str
    expression: Expression
    patient: PatientRecord
    setting: Setting
    adverse: Truth
    truth: Truth
    stated: Mapping[str, object] = field(default_factory=dict)


def cases_of(chapter: Chapter) -> Iterator[Case]:
    """Return every row of a chapter as a question with its answer."""
    for number, table in enumerate(chapter.tables, 1):
        for line, row in enumerate(table.body(), 1):
            yield _case(f"{chapter.title} {number}.{line}", table, row)


def _case(name: str, table: Table, row: Mapping[str, str]) -> Case:
    statement = row.get("statement", table.statement)
    return Case(
        name=name,
        statement=statement,
        expression=parse(statement),
        patient=read_record("\n".join([table.record, row.get("record", "").strip(NOTHING)]), name),
        setting=setting(date.fromisoformat(row.get("on", table.on))),
        adverse=Truth[row.get("against", table.against)],
        truth=Truth[row["answer"]],
        stated={
            name: read(row[column]) for column, (name, read) in _STATED.items() if column in row
        },
    )


def _ids(cell: str) -> tuple[int, ...]:
    return tuple(int(name.lstrip("#C")) for name in cell.strip(NOTHING).split())


def _gap(cell: str) -> Gap | None:
    return None if cell == NOTHING else Gap[cell.upper().replace(" ", "_")]


def _until(cell: str) -> date | None:
    return None if cell == NOTHING else date.fromisoformat(cell)


_STATED: Final = {
    "evidence": ("rows", _ids),
    "because": ("gap", _gap),
    "covered by": ("coverage", _ids),
    "until": ("until", _until),
}


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))
