"""The baseline table: numbers by mean and quartiles, words by counts (CONSORT 2010, item 15)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.evaluation.characteristics import (
    OF_HOSPITAL,
    WORDS,
    Known,
    characteristic,
    decimals_of,
    in_order,
    label_of,
    title_of_characteristic,
    title_of_group,
)
from trialrun.evaluation.columns import Column, columns_of_set
from trialrun.evaluation.numbers import count_and_percent, not_estimable, p_value
from trialrun.evaluation.results import Cell, Row, Section, Table, phrase, wording
from trialrun.evaluation.study import Study
from trialrun.evaluation.summaries import Numbers, summary_rows
from trialrun.protocol.analysis import BaselineTable
from trialrun.statistics.ancova import one_way_anova
from trialrun.statistics.contingency import chi_square
from trialrun.statistics.errors import NotEstimableError, Reason

_EMPTY = Cell("")


def baseline(study: Study) -> Iterator[Section]:
    """Yield the section of the baseline table; nothing if the plan has none."""
    if study.plan.baseline is not None:
        table = _table(study, study.plan.baseline)
        yield Section("baseline", phrase("baseline"), tables=(table,))


@dataclass(frozen=True)
class _Shown:
    """A characteristic as the table shows it: what is known in each column."""

    study: Study
    name: str
    columns: tuple[tuple[Known, ...], ...]
    compared: bool

    @property
    def arms(self) -> tuple[tuple[Known, ...], ...]:
        """The columns without the total that stands last where there are several arms."""
        return self.columns[:-1] if len(self.columns) > 1 else self.columns

    @property
    def everybody(self) -> tuple[Known, ...]:
        """What is known of all."""
        return self.columns[-1]

    @property
    def is_number(self) -> bool:
        """Whether nothing but numbers is known of anybody, and it is no word by its nature."""
        words = any(isinstance(one.value, str) for one in self.everybody)
        return not words and self.name not in WORDS

    @property
    def is_unknown(self) -> bool:
        """Whether it is known of nobody."""
        return all(one.value is None for one in self.everybody)


def _table(study: Study, plan: BaselineTable) -> Table:
    columns = columns_of_set(study, plan.set)
    compared = plan.compared and len(columns) > 1
    shown = [_shown(study, name, columns, compared) for name in plan.rows]
    rows = [row for one in shown for row in _rows(one)]
    heads = [column.head for column in columns]
    notes = [phrase("baseline_percent")]
    if compared:
        heads.append(phrase("column_p"))
        notes.append(phrase("baseline_tests"))
    if any(one.is_unknown and one.name in OF_HOSPITAL for one in shown):
        notes.append(phrase("baseline_of_hospital"))
    of = study.sets[plan.set]
    title = phrase("baseline_of", set=wording(of.title, of.title_zh))
    return Table("baseline", title, tuple(heads), tuple(rows), tuple(notes))


def _shown(study: Study, name: str, columns: Sequence[Column], compared: bool) -> _Shown:
    known = (tuple(characteristic(study, name, s) for s in one.subjects) for one in columns)
    return _Shown(study, name, tuple(known), compared)


def _rows(of: _Shown) -> Iterator[Row]:
    """Yield the head of a characteristic with its test, its rows, and how many lack it."""
    last = (_test(of),) if of.compared else ()
    title = title_of_characteristic(of.study, of.name)
    yield Row(title, (*(_EMPTY for _ in of.columns), *last))
    empty = (_EMPTY,) if of.compared else ()
    # Of what is known of nobody it is not known either whether it is a number.
    if not (of.everybody and of.is_unknown):
        for row in _of_numbers(of) if of.is_number else _of_words(of):
            yield Row(row.label, (*row.cells, *empty), row.depth)
    if any(one.value is None for one in of.everybody):
        cells = tuple(_counted(column, None) for column in of.columns)
        yield Row(phrase("missing_value"), (*cells, *empty), depth=1)


def _of_numbers(of: _Shown) -> tuple[Row, ...]:
    columns = [_numbers(column) for column in of.columns]
    decimals = decimals_of(of.study, of.name, _numbers(of.everybody).values)
    return summary_rows(columns, decimals)


def _numbers(known: Sequence[Known]) -> Numbers:
    those = [(one.value, one.rows) for one in known if isinstance(one.value, float | int)]
    rows = tuple(row for _, rows in those for row in rows)
    return Numbers(tuple(float(value) for value, _ in those), rows)


def _of_words(of: _Shown) -> Iterator[Row]:
    for label in _labels(of):
        cells = tuple(_counted(column, label) for column in of.columns)
        yield Row(title_of_group(of.study, of.name, label), cells, depth=1)


def _labels(of: _Shown) -> list[str]:
    return in_order(label for one in of.everybody if (label := _label(one)) is not None)


def _label(known: Known) -> str | None:
    return None if known.value is None else label_of(known.value)


def _counted(column: Sequence[Known], label: str | None) -> Cell:
    those = [one for one in column if _label(one) == label]
    rows = [row for one in those for row in one.rows]
    return count_and_percent(len(those), len(column), rows)


def _test(of: _Shown) -> Cell:
    """Return the p-value of the comparison between the arms."""
    try:
        found = _anova(of) if of.is_number else _chi_square(of)
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(p_value(found), found)


def _anova(of: _Shown) -> float:
    known = [(str(at), one.value) for at, arm in enumerate(of.arms) for one in arm]
    values = [float(v) if isinstance(v, float | int) else math.nan for _, v in known]
    return one_way_anova(values, [arm for arm, _ in known]).p_value


def _chi_square(of: _Shown) -> float:
    counts = [
        [sum(_label(one) == label for one in arm) for arm in of.arms] for label in _labels(of)
    ]
    if not counts:
        raise NotEstimableError(Reason.NO_DATA, "it is known of nobody")
    return chi_square(counts).p_value
