"""The hospital's days: which day a moment belongs to. Refuses moments without a zone."""

from __future__ import annotations

from datetime import date, datetime, tzinfo


def day_of(moment: datetime, zone: tzinfo) -> date:
    """Return the day of a moment by the hospital's clocks.

    Raises:
        ValueError: the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.astimezone(zone).date()
