"""The days on which an answer about a participant may turn, so that not every day need be asked.

Between two of them nothing that a criterion reads begins, ends, enters or leaves a window, becomes
known or is no longer covered, and nobody has a birthday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from trialrun.criteria import expressions as e
from trialrun.criteria.interpreter.coming import READS, kinds_read
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.windows import (
    end_of,
    first_index_reaching,
    last_index_holding,
)
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.records.coverage import Coverage
from trialrun.records.dates import EARLIEST, LATEST, DateUnit, Span, add
from trialrun.records.rows import PatientRecord, Row

_DAY = timedelta(days=1)


def turns_of_window_end(
    expression: e.Expression, record: PatientRecord, first: date, last: date
) -> list[date]:
    """Return the days, ascending, on which an answer may turn whose window's end moves.

    The index date stays; `first` is always one of them.
    """
    kinds = frozenset(kind for leaf in _leaves(expression) for kind in kinds_read(leaf))
    rows = [row for row in record.rows if row.kind in kinds]
    coverage = [one for one in record.coverage if one.kind in kinds]
    return _within([*_bounds(rows), *_ends(coverage)], first, last)


def turns_of_index(
    expression: e.Expression, record: PatientRecord, setting: Setting, last: date
) -> list[date]:
    """Return the days, ascending, on which an answer may turn that is asked of each day anew.

    From the index date of the setting, which is always one of them, to `last`.
    """
    first = setting.index
    found: list[date] = []
    question = Question(record, setting, Truth.TRUE)
    for leaf in _leaves(expression):
        for row, window in READS[type(leaf)](leaf, question):
            found += [day for bound in _bounds([row]) for day in _moved(bound, window, setting)]
        kinds = kinds_read(leaf)
        covered = _ends(one for one in record.coverage if one.kind in kinds)
        own = getattr(leaf, "window", None)
        if own is not None:
            found += [day for bound in covered for day in _moved(bound, own, setting)]
    return _within([*found, *_birthdays(record.birth, first, last)], first, last)


def _leaves(expression: e.Expression) -> Iterator[e.Leaf]:
    parts = e.children(expression)
    if not parts:
        yield expression  # type: ignore[misc]
    for part in parts:
        yield from _leaves(part)


def _bounds(rows: Iterable[Row]) -> Iterator[date]:
    """Yield the days on which a row begins or may begin, and those after it ended or may have."""
    for row in rows:
        for day in (row.start.lo, row.start.hi, end_of(row).lo, end_of(row).hi):
            yield day
            if day != LATEST:
                yield day + _DAY


def _ends(coverage: Iterable[Coverage]) -> Iterator[date]:
    for one in coverage:
        yield one.since
        if one.until != LATEST:
            yield one.until + _DAY


def _moved(day: date, window: e.Window, setting: Setting) -> Iterator[date]:
    """Yield the index dates on which a day enters the window, and on which it has left it."""
    entered = first_index_reaching(day, window, setting)
    if entered is not None:
        yield entered
    held = last_index_holding(day, window, setting)
    for left in (held, last_index_holding(day - _DAY, window, setting) if day > EARLIEST else None):
        if left is not None and left != LATEST:
            yield left + _DAY


def _birthdays(birth: Span, first: date, last: date) -> Iterator[date]:
    for born in (birth.lo, birth.hi):
        for years in range(first.year - born.year, last.year - born.year + 1):
            yield add(born, years, DateUnit.YEARS)


def _within(days: Iterable[date], first: date, last: date) -> list[date]:
    return sorted({first, *(day for day in days if first <= day <= last)})
