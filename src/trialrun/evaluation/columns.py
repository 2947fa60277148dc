"""The columns of a table: the arms with their N, and a total where there are several arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Group, Study
from trialrun.records.analysis_data import TrialSubject


@dataclass(frozen=True)
class Column:
    """A column: its head, which says N, and whom it counts."""

    head: Words
    subjects: tuple[TrialSubject, ...]

    @property
    def size(self) -> int:
        """The N of the column."""
        return len(self.subjects)


def columns_of_set(study: Study, name: str) -> tuple[Column, ...]:
    """Return the columns of a table about an analysis set."""
    groups = membership(study, name).groups(study)
    return _with_total(groups)


def columns_of_enrolled(study: Study) -> tuple[Column, ...]:
    """Return the columns of a table about everybody who was enrolled, by allocated arm."""
    return _with_total(study.enrolled)


def _with_total(groups: Sequence[Group]) -> tuple[Column, ...]:
    columns = [Column(group.head, group.subjects) for group in groups]
    if len(columns) > 1:
        everybody = tuple(subject for column in columns for subject in column.subjects)
        columns.append(Column(phrase("total_n", n=str(len(everybody))), everybody))
    return tuple(columns)
