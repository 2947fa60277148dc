"""Days of the trial: which day a moment belongs to, days known in part, and the first day there is.

Refuses moments without a zone, and days before 1900: nobody of a trial was alive then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from trialrun.errors import Problem
from trialrun.records.dates import Span, parse_span

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""Nobody means a later one; and days are counted from it, which the calendar must have."""


def day_of(moment: datetime, zone: tzinfo) -> date:
    """Return the day of a moment by the hospital's clocks.

    Raises:
        ValueError: the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.astimezone(zone).date()


def span_of(written: str) -> Span | None:
    """Read a day as written, which may be known to the month or year only; None: it is no day."""
    try:
        return parse_span(written.strip())
    except ValueError:
        return None


def day_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the columns that hold a day or a moment before there is one, by the field's name.

    Of a day known in part (`onset_lo`, `onset_hi`) the last that it can mean counts.
    """
    for column, value in values.items():
        if isinstance(value, date) and not column.endswith("_lo"):
            day = value.date() if isinstance(value, datetime) else value
            if day < FIRST_DAY:
                field = column.removesuffix("_hi")
                yield Problem(field, "it lies before 1900", "correct the year")
