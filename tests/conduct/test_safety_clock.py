"""The clock of a serious event: hours allowed, what was sent, and the moment asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trialrun.conduct.safety_clock import SentReport, clocks

AWARE = datetime(2022, 5, 20, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# minutes of the reports after the site knew | minute asked about | state | minutes left | reports
TABLE = [
    ([], 0, "due", 1440, 0),
    ([], 1440, "due", 0, 0),
    ([], 1441, "overdue", -1, 0),
    ([60], 120, "sent in time", 1380, 1),
    ([1440], 1500, "sent in time", 0, 1),
    ([1441], 1500, "sent late", -1, 1),
    ([1500, 60], 1600, "sent in time", 1380, 2),  # the first one counts, in whatever order
    ([60], 30, "due", 1410, 0),  # asked about a moment before it was sent
]


@pytest.mark.parametrize(("sent", "asked", "state", "left", "reports"), TABLE)
def test_a_clock(sent: list[int], asked: int, state: str, left: int, reports: int) -> None:
    reported = [SentReport("sponsor", AWARE + minute * MINUTE) for minute in sent]
    (clock,) = clocks(AWARE, {"sponsor": 24}, reported, AWARE + asked * MINUTE)
    assert (clock.state, clock.left, clock.reports) == (state, left * MINUTE, reports)
    assert clock.due_at == datetime(2022, 5, 21, 8, tzinfo=UTC)


def test_each_recipient_has_its_own_clock() -> None:
    hours = {"sponsor": 24, "ethics committee": 12, "authority": 24}
    found = clocks(AWARE, hours, [SentReport("sponsor", AWARE)], AWARE + timedelta(hours=13))
    assert [(clock.recipient, clock.state) for clock in found] == [
        ("ethics committee", "overdue"),
        ("authority", "due"),
        ("sponsor", "sent in time"),
    ]
