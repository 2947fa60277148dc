"""The days of a window, and how long a day stays in it: literals, computed before any SQL.

The rules are those of the manual's table of windows; both ends of every window count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trialrun.criteria.expressions import Active, Anchor, AtAnyTime, Between, Window, Within
from trialrun.criteria.setting import Setting
from trialrun.errors import ProtocolError
from trialrun.records.dates import EARLIEST, DateUnit, add


@dataclass(frozen=True)
class Days:
    """The first and the last day of a window."""

    first: date
    last: date


@dataclass(frozen=True)
class Exit:
    """How far a day's last index date lies after it: by days, by months, or (neither) never."""

    days: int | None = None
    months: int | None = None


NEVER = Exit()


def days_of(window: Window, setting: Setting) -> Days:
    """Return the days that a window stands for on the index date."""
    index = setting.index
    match window:
        case AtAnyTime():
            return Days(EARLIEST, index)
        case Within(count, unit, after=True):
            return Days(index, add(index, count, unit))
        case Within(count, unit):
            return Days(add(index, -count, unit), index)
        case Active():
            return Days(index, index)
        case Between(first, last):
            return Days(_day(first, setting), _day(last, setting))


def exit_of(window: Window, setting: Setting) -> Exit:
    """Return when a day leaves the window as the index date moves on."""
    match window:
        case Between(Anchor() as first, _):
            return Exit(days=(setting.index - _day(first, setting)).days)
        case Within(after=True) | Active():
            return Exit(days=0)
        case Within(count, DateUnit.DAYS):
            return Exit(days=count)
        case Within(count, DateUnit.WEEKS):
            return Exit(days=7 * count)
        case Within(count, DateUnit.MONTHS):
            return Exit(months=count)
        case Within(count, DateUnit.YEARS):
            return Exit(months=12 * count)
        case _:
            return NEVER


def _day(end: Anchor | date, setting: Setting) -> date:
    if isinstance(end, date):
        return end
    if end is Anchor.INDEX:
        return setting.index
    if setting.end_of_follow_up is None:
        raise ProtocolError("a window needs the end of follow-up, and the protocol has none")
    return setting.end_of_follow_up
