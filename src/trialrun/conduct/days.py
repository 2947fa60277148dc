"""Days of the trial: which day a moment belongs to, and days that are known in part.

Refuses moments without a zone.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from trialrun.records.dates import Span, parse_span


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
