"""The clock of a serious adverse event: by when each recipient must have its first report.

The hours come from the protocol. They run from the moment at which the site came to know that the
event is serious (ICH E6(R3) 2.7.2: serious events are reported to the sponsor immediately).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ClockState(StrEnum):
    """What a recipient's clock says at a moment."""

    DUE = "due"
    OVERDUE = "overdue"
    IN_TIME = "sent in time"
    LATE = "sent late"


@dataclass(frozen=True)
class SentReport:
    """A report that went to a recipient."""

    recipient: str
    sent_at: datetime


@dataclass(frozen=True)
class Clock:
    """One recipient's clock. `left` is the time from the first report (or, without one, from the
    moment asked about) to the limit: negative when it came, or is, late. `reports` counts all.
    """

    recipient: str
    state: ClockState
    due_at: datetime
    left: timedelta
    first_sent_at: datetime | None
    reports: int


def clocks(
    serious_aware_at: datetime,
    hours: Mapping[str, int],
    sent: Sequence[SentReport],
    at: datetime,
) -> tuple[Clock, ...]:
    """Return the clock of every recipient at a moment, whoever is due first in front.

    `hours` leads from each recipient to the hours allowed. A report sent at the limit is in time.
    """
    found = [_clock(serious_aware_at, name, allowed, sent, at) for name, allowed in hours.items()]
    return tuple(sorted(found, key=lambda clock: (clock.due_at, clock.recipient)))


def _clock(
    start: datetime, recipient: str, allowed: int, sent: Sequence[SentReport], at: datetime
) -> Clock:
    times = sorted(
        report.sent_at for report in sent if report.recipient == recipient and report.sent_at <= at
    )
    due_at = start + timedelta(hours=allowed)
    first = times[0] if times else None
    left = due_at - (first or at)
    if first is None:
        state = ClockState.DUE if left >= timedelta(0) else ClockState.OVERDUE
    else:
        state = ClockState.IN_TIME if left >= timedelta(0) else ClockState.LATE
    return Clock(recipient, state, due_at, left, first, len(times))
