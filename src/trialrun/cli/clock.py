"""The clock: the one place of the command line that looks at it."""

from __future__ import annotations

from datetime import date, datetime


def now() -> datetime:
    """Return this moment, in the time zone of the machine."""
    return datetime.now().astimezone()


def today() -> date:
    """Return the machine's day."""
    return now().date()
