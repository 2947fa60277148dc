"""Windows as first and last day, and whether a record is in one: surely, perhaps, or not.

Refuses a window that ends with a follow-up that the protocol does not have.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.expressions import Active, Anchor, AtAnyTime, Between, Window, Within
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.errors import ProtocolError
from trialrun.records.dates import EARLIEST, LATEST, DateUnit, Span, add
from trialrun.records.rows import Row


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a window, both ends included."""

    first: date
    last: date


def days_of(window: Window, setting: Setting) -> Days:
    """Return the window's first and last day on the index date of the setting."""
    index = setting.index
    match window:
        case AtAnyTime():
            return Days(EARLIEST, index)
        case Active():
            return Days(index, index)
        case Within(count, unit, after=True):
            return Days(index, add(index, count, unit))
        case Within(count, unit):
            return Days(add(index, -count, unit), index)
        case Between(first, last):
            return Days(_day(first, setting), _day(last, setting))


def _day(anchor: Anchor | date, setting: Setting) -> date:
    if not isinstance(anchor, Anchor):
        return anchor
    if anchor is Anchor.INDEX:
        return setting.index
    if setting.end_of_follow_up is None:
        raise ProtocolError("the window needs an end of follow-up, and the protocol has none")
    return setting.end_of_follow_up


def end_of(row: Row) -> Span:
    """Return when a record ended; a period without an end did so on some later day, or never."""
    if not row.kind.is_period:
        return row.start
    return row.end or Span(row.start.lo, LATEST)


def membership(row: Row, days: Days) -> Truth:
    """Say whether some day of the record is in the window."""
    end = end_of(row)
    if row.start.hi <= days.last and end.lo >= days.first:
        return Truth.TRUE
    if row.start.lo > days.last or end.hi < days.first:
        return Truth.FALSE
    return Truth.UNKNOWN


def last_index_holding(day: date, window: Window, setting: Setting) -> date | None:
    """Return the last index date whose window still holds the day; None: there is no last one."""
    if day == LATEST:
        return None
    match window:
        case Active() | Within(after=True):
            return day
        case Within(count, unit):
            last = _last_reaching_back_to(day, count, unit)
            return None if last == LATEST else last
        case Between(Anchor() as first, _):
            return add(day, -_days_ahead(first, setting), DateUnit.DAYS)
        case _:
            return None


def first_index_reaching(day: date, window: Window, setting: Setting) -> date | None:
    """Return the first index date whose window's last day is no earlier than the day.

    None: there is none, because no day is so late, or the window ends on a day of its own.
    """
    if day == LATEST:
        return None
    match window:
        case Within(count, unit, after=True):
            index = add(day, -count, unit)
            # By months, no day of a short month reaches the last days of a long one.
            return index if add(index, count, unit) >= day else add(index, 1, DateUnit.DAYS)
        case Between(_, Anchor() as last):
            return add(day, -_days_ahead(last, setting), DateUnit.DAYS)
        case Between():
            return None
        case _:
            return day


def _days_ahead(anchor: Anchor, setting: Setting) -> int:
    """Return how far after the index date an anchor lies: it moves on with the index date."""
    return (_day(anchor, setting) - setting.index).days


def _last_reaching_back_to(day: date, count: int, unit: DateUnit) -> date:
    reached = add(day, count, unit)
    if unit in (DateUnit.DAYS, DateUnit.WEEKS) or not _ends_its_month(day):
        return reached
    # Every later day of that month reaches back to the same last day of the shorter month.
    return reached.replace(day=calendar.monthrange(reached.year, reached.month)[1])


def _ends_its_month(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]
