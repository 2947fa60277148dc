"""What it means that nothing is found: a code not understood, an open list, or coverage.

Refuses to read silence as absence unless a source covers every day of the window.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.criteria.answers import Gap
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.windows import Days, membership
from trialrun.criteria.truth import Truth
from trialrun.records.rows import Finding, Row
from trialrun.records.schema import Kind
from trialrun.terminology.value_sets import ValueSet


@dataclass(frozen=True)
class Silence:
    """Why absence is not proven (with the rows that prevent it), or the coverage that proves it."""

    gap: Gap | None = None
    rows: tuple[Row, ...] = ()
    coverage: tuple[int, ...] = ()


def weigh(question: Question, kind: Kind, value_set: ValueSet, days: Days) -> Silence:
    """Weigh the silence of one kind of record over the days of a window."""
    unread = not_understood(question, kind, value_set, days)
    if unread:
        return Silence(Gap.CODE_NOT_UNDERSTOOD, unread)
    if value_set.is_open:
        return Silence(Gap.LIST_OPEN)
    covering = coverage_of(question, kind, days)
    return Silence(coverage=covering) if covering else Silence(Gap.NOT_COVERED)


def not_understood(
    question: Question, kind: Kind, value_set: ValueSet, days: Days
) -> tuple[Row, ...]:
    """Return the rows that are or may be in the window, and that the value set cannot read.

    A finding that was absent is passed over: whatever its code means, it was not found.
    """
    return tuple(
        row
        for row in question.patient.of_kind(kind)
        if not _was_absent(row)
        and membership(row, days) is not Truth.FALSE
        and not value_set.can_read(row.concept)
    )


def _was_absent(row: Row) -> bool:
    return isinstance(row, Finding) and row.present is False


def coverage_of(question: Question, kind: Kind, days: Days) -> tuple[int, ...]:
    """Return the ids, ascending, of every coverage of the kind over the whole window."""
    patient = question.patient
    return tuple(
        sorted(
            coverage.coverage_id
            for coverage in patient.coverage
            if coverage.covers(kind, days.first, days.last, patient.birth.lo)
        )
    )
