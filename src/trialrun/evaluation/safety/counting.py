"""Subjects and adverse events counted: of whom something is true, and of whom nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialrun.criteria.truth import Truth
from trialrun.evaluation.columns import Column
from trialrun.evaluation.numbers import not_estimable, p_value, percent
from trialrun.evaluation.results import NOTHING, Cell, Row, Words, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.questions import Asked
from trialrun.records.analysis_data import AdverseEventRecord
from trialrun.statistics.contingency import fisher_exact
from trialrun.statistics.errors import NotEstimableError

Events = Sequence[AdverseEventRecord]


@dataclass(frozen=True)
class Counted:
    """The events of a column's subjects that an answer holds of, and those that it may hold of."""

    size: int
    events: tuple[AdverseEventRecord, ...]
    unknown: tuple[AdverseEventRecord, ...]

    @property
    def subjects(self) -> int:
        """How many subjects have such an event."""
        return _subjects(self.events)

    @property
    def is_open(self) -> bool:
        """Whether no event is known to be counted, and yet there may be one."""
        return not self.events and bool(self.unknown)

    @property
    def cell(self) -> Cell:
        """Return subjects (share) [events]; of nobody nothing, and no 0 where it may be more."""
        if self.is_open:
            return Cell(phrase("not_known"), None, _rows(self.unknown))
        return _cell(self.events, self.size)

    @property
    def unknown_cell(self) -> Cell:
        """Return subjects (share) [events] of which it cannot be told."""
        return _cell(self.unknown, self.size)


def counted(safety: Safety, column: Column, asked: Asked) -> Counted:
    """Ask of every adverse event of a column's subjects."""
    answers = [(asked(event), event) for event in safety.events_of(column.subjects)]
    return Counted(
        column.size,
        tuple(event for answer, event in answers if answer is Truth.TRUE),
        tuple(event for answer, event in answers if answer is Truth.UNKNOWN),
    )


def compared_heads(safety: Safety) -> tuple[Words, ...]:
    """Return the heads of all columns, and of the tests of each arm against the first one."""
    first, *others = safety.groups
    tests = tuple(phrase("p_against", arm=one.title, first=first.title) for one in others)
    return (*safety.heads, *tests)


def compared_cells(safety: Safety, asked: Asked) -> tuple[Cell, ...]:
    """Return what each column counts, and Fisher's exact test of each arm against the first."""
    return _compared(safety, [counted(safety, column, asked) for column in safety.columns])


def _compared(safety: Safety, found: Sequence[Counted]) -> tuple[Cell, ...]:
    first, *others = found[: len(safety.groups)]
    return (*(one.cell for one in found), *(fisher_cell(one, first) for one in others))


def compared_rows(safety: Safety, label: Words, asked: Asked, depth: int = 0) -> list[Row]:
    """Return a row, and one below it for the events of which the answer is not known."""
    found = [counted(safety, column, asked) for column in safety.columns]
    rows = [Row(label, _compared(safety, found), depth)]
    if any(one.unknown for one in found):
        no_tests = [NOTHING] * (len(safety.groups) - 1)
        cells = (*(one.unknown_cell for one in found), *no_tests)
        rows.append(Row(phrase("cannot_be_told"), cells, depth + 1))
    return rows


def fisher_cell(of: Counted, reference: Counted) -> Cell:
    """Return the two-sided p-value of Fisher's exact test of the subjects with an event."""
    if of.is_open or reference.is_open:
        return Cell(phrase("not_known"))
    table = [[one.subjects, one.size - one.subjects] for one in (of, reference)]
    try:
        p = fisher_exact(table)
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(p_value(p), p)


def cell_notes(safety: Safety) -> tuple[Words, ...]:
    """Say what stands in a cell, and, where there are several arms, what their test is."""
    tested = (phrase("fisher_rule"),) if len(safety.groups) > 1 else ()
    return (phrase("subjects_events"), *tested)


def unanswered(safety: Safety, asked: Asked) -> tuple[Words, ...]:
    """Say how many events may belong to a table, and are not counted in it."""
    unknown = [e for arm in safety.arms for e in counted(safety, arm, asked).unknown]
    if not unknown:
        return ()
    subjects = str(_subjects(unknown))
    return (phrase("events_unanswered", n=str(len(unknown)), subjects=subjects),)


def _cell(events: Events, size: int) -> Cell:
    if size == 0:
        return NOTHING
    subjects = _subjects(events)
    if not subjects:
        return Cell("0", 0)
    shown = f"{subjects} ({percent(subjects, size)}%) [{len(events)}]"
    return Cell(shown, subjects, _rows(events))


def _subjects(events: Events) -> int:
    return len({event.subject for event in events})


def _rows(events: Events) -> tuple[str, ...]:
    return tuple(row for event in events for row in event.rows)
