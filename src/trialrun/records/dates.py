"""Partial dates as intervals of days, and calendar arithmetic.

A date known only to the month is the interval of that month's days. Nothing here knows which day
it is now: every date is an argument.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EARLIEST = date(1, 1, 1)
LATEST = date(9999, 12, 31)


class DateUnit(StrEnum):
    """A unit of calendar time, as windows and ages are written."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Span:
    """A day known to lie from `lo` to `hi`, both included; exact when they are equal."""

    lo: date
    hi: date

    def __post_init__(self) -> None:
        if self.lo > self.hi:
            raise ValueError("a span ends before it starts")

    @property
    def is_exact(self) -> bool:
        """Whether the day is known."""
        return self.lo == self.hi

    @classmethod
    def of(cls, day: date) -> Span:
        """Return the span of one known day."""
        return cls(day, day)

    def __str__(self) -> str:
        if self == UNKNOWN_DATE:
            return "an unknown date"
        if self.is_exact:
            return self.lo.isoformat()
        if self == _month(self.lo.year, self.lo.month):
            return f"{self.lo:%Y-%m}"
        if self == _year(self.lo.year):
            return f"{self.lo:%Y}"
        return f"{_bound(self.lo)} to {_bound(self.hi)}"


UNKNOWN_DATE = Span(EARLIEST, LATEST)
ALIVE = Span.of(LATEST)
"""The day of death of whoever is not known to have died."""


_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def parse_span(text: str) -> Span:
    """Read `2019`, `2019-05` or `2019-05-31` (FHIR R4 `date`, section 2.24.0.1).

    Raises:
        ValueError: the text is none of these, or no such day exists.
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError("not a date of the form YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return _year(year)
    if day is None:
        return _month(year, month)
    return Span.of(date(year, month, day))


def add(day: date, count: int, unit: DateUnit) -> date:
    """Move a day by a count of calendar units.

    Months and years keep the day of the month, or take the month's last day where that does not
    exist: 30 April less 2 months is the last day of February. Beyond year 1 or 9999 the calendar's
    own first or last day is returned.
    """
    try:
        if unit is DateUnit.DAYS:
            return day + timedelta(days=count)
        if unit is DateUnit.WEEKS:
            return day + timedelta(weeks=count)
    except OverflowError:
        return EARLIEST if count < 0 else LATEST
    return _add_months(day, count * (12 if unit is DateUnit.YEARS else 1))


def _add_months(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < 1:
        return EARLIEST
    if year > 9999:
        return LATEST
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def _month(year: int, month: int) -> Span:
    return Span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _year(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31))


def _bound(day: date) -> str:
    return {EARLIEST: "any time before", LATEST: "any time after"}.get(day, day.isoformat())
