"""Days as tests write them: `2019`, `2019-05` or `2019-05-31`."""

from __future__ import annotations

import calendar
from datetime import date

from trialrun.records.dates import Span


def parse_span(text: str) -> Span:
    """Read a day, or all the days of a month or a year."""
    year, month, day = (*map(int, text.split("-")), None, None)[:3]
    assert year is not None
    if month is None:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        last = calendar.monthrange(year, month)[1]
        return Span(date(year, month, 1), date(year, month, last))
    return Span.of(date(year, month, day))
