"""Doses over time as tables: what dates can mean, when two overlap, when one ends another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from trialrun.conduct.periods import (
    Period,
    Regimen,
    certainly_overlap,
    ended_by,
    period_problems,
    spans,
)

RILUZOLE = Regimen(Decimal(50), "mg", Decimal(2))
TODAY = date(2022, 3, 1)


def ended(started: str, stopped: str) -> Period:
    return Period(started, RILUZOLE, stopped, ongoing=False)


def ongoing(started: str) -> Period:
    return Period(started, RILUZOLE)


def open_end(started: str) -> Period:
    return Period(started, RILUZOLE, None, ongoing=False)


# Amount | times a day | the daily dose
DAILY = [
    (Decimal(50), Decimal(2), Decimal(100)),
    (Decimal("1.5"), Decimal("0.5"), Decimal("0.75")),
    (None, Decimal(2), None),
    (Decimal(50), None, None),
]


@pytest.mark.parametrize(("amount", "per_day", "daily"), DAILY)
def test_the_daily_dose_is_derived_or_unknown(
    amount: Decimal | None, per_day: Decimal | None, daily: Decimal | None
) -> None:
    assert Regimen(amount, "mg", per_day).daily == daily


# A period | the days that its start can be | the days that its end can be
MEANT = [
    (ended("2022-01", "2022-02-03"), "2022-01", "2022-02-03"),
    (ended("2022", "2022-02"), "2022-01-01 to 2022-02-28", "2022-02"),
    (ended("2022-02-10", "2022"), "2022-02-10", "2022-02-10 to 2022-12-31"),
    (ended("unknown", "2021"), "any time before to 2021-12-31", "2021"),
    (ongoing("2022-01-17"), "2022-01-17", "9999-12-31"),
    (open_end("2022-01-17"), "2022-01-17", "2022-01-17 to any time after"),
]


@pytest.mark.parametrize(("period", "start", "stop"), MEANT)
def test_what_dates_can_mean(period: Period, start: str, stop: str) -> None:
    found = spans(period)
    assert found is not None
    assert (str(found.start), str(found.stop)) == (start, stop)


@pytest.mark.parametrize("period", [ended("x", "2022"), ended("2022", ""), ended("2022", "2021")])
def test_what_means_nothing(period: Period) -> None:
    assert spans(period) is None


# Two periods | whether they overlap for certain
OVERLAP = [
    (ended("2022-01-01", "2022-01-10"), ended("2022-01-10", "2022-01-20"), True),
    (ended("2022-01-01", "2022-01-10"), ended("2022-01-11", "2022-01-20"), False),
    (ended("2022-01-01", "2022-01-31"), ended("2022-01-05", "2022-01-06"), True),
    (ended("2022-01-01", "2022-02"), ended("2022-02", "2022-03"), False),
    (ended("2022-01-01", "2022-02"), ended("2022-01", "2022-03"), True),
    (ongoing("2022-01-01"), ongoing("2021"), True),
    (ongoing("unknown"), ongoing("unknown"), True),
    (ongoing("2022-01-01"), ended("2021", "2021-12-31"), False),
    (open_end("2022-01-01"), ongoing("2022-01-02"), False),
    (open_end("2022-01-01"), ended("2021", "2022-01-01"), True),
    (ended("unknown", "2022-02"), ongoing("2022-03-01"), False),
]


@pytest.mark.parametrize(("one", "other", "overlap"), OVERLAP)
def test_overlap(one: Period, other: Period, overlap: bool) -> None:
    first, second = spans(one), spans(other)
    assert first is not None
    assert second is not None
    assert certainly_overlap(first, second) is overlap
    assert certainly_overlap(second, first) is overlap


# The next dose begins | the one before it ends
ENDS = [("2022-02-01", "2022-01-31"), ("2022-02", "2022-02"), ("unknown", "unknown")]


@pytest.mark.parametrize(("next_start", "stopped"), ENDS)
def test_a_dose_ends_before_the_next_begins(next_start: str, stopped: str) -> None:
    assert ended_by(ongoing("2022-01-01"), next_start) == ended("2022-01-01", stopped)


# A period | the fields that are wrong as of 1 March 2022
WRONG = [
    (ongoing("2022-03-01"), []),
    (ongoing("unknown"), []),
    (ended("2021", "2022"), []),
    (ongoing("2022-03-02"), ["started"]),
    (ended("2022-01-01", "2022-03-02"), ["stopped"]),
    (ended("01/02/2022", "2022-02-30"), ["started", "stopped"]),
    (ended("2022-02-02", "2022-02-01"), ["stopped"]),
    (Period("2022", RILUZOLE, "2022-02", ongoing=True), ["ongoing"]),
    (Period("2022", Regimen(Decimal(0), "mg", Decimal(-1))), ["amount", "per_day"]),
    (Period("2022", Regimen(Decimal("NaN"), "mg")), ["amount"]),
    (Period("2022", Regimen(Decimal(1))), ["unit"]),
    (Period("2022", Regimen(None, "mg")), ["unit"]),
    (Period("2022", Regimen(None, None, Decimal(1))), []),
]


@pytest.mark.parametrize(("period", "fields"), WRONG)
def test_what_is_wrong_with_a_period(period: Period, fields: list[str]) -> None:
    assert [problem.where for problem in period_problems(period, TODAY)] == fields
