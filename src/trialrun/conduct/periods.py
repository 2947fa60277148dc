"""Doses of concomitant medication over time: what was written, what it can mean, what is wrong.

Rules without a database. Dates may be partial (`2022`, `2022-05`), or the word `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trialrun.conduct.days import span_of
from trialrun.errors import Problem
from trialrun.records.dates import LATEST, UNKNOWN_DATE, DateUnit, Span, add

UNKNOWN = "unknown"
"""What is written for a date of which nothing is known."""


@dataclass(frozen=True)
class Regimen:
    """How a drug is taken: `amount` in `unit`, `per_day` times a day (0.5: every other day).

    None: not known, or (`per_day`) as needed.
    """

    amount: Decimal | None = None
    unit: str | None = None
    per_day: Decimal | None = None

    @property
    def daily(self) -> Decimal | None:
        """The dose of a day, in `unit`; None where it is not known."""
        if self.amount is None or self.per_day is None:
            return None
        return self.amount * self.per_day


@dataclass(frozen=True)
class Period:
    """One dose from its first day to its last, as written.

    `stopped` None: it goes on (`ongoing`), or nobody knows whether it does.
    """

    started: str
    regimen: Regimen
    stopped: str | None = None
    ongoing: bool = True


@dataclass(frozen=True)
class PeriodSpans:
    """The days that the first and the last day of a period can be."""

    start: Span
    stop: Span


def spans(period: Period) -> PeriodSpans | None:
    """Return what the dates of a period can mean; None if one is no date, or they contradict.

    Nothing stops before it starts, so each end narrows what the other can be.
    """
    start, stop = _span(period.started), _stop(period)
    if start is None or stop is None or stop.hi < start.lo:
        return None
    return PeriodSpans(
        Span(start.lo, min(start.hi, stop.hi)), Span(max(start.lo, stop.lo), stop.hi)
    )


def period_problems(period: Period, today: date) -> Iterator[Problem]:
    """Say what is wrong with a period as recorded on a day of the hospital."""
    yield from _date_problems("started", period.started, today)
    if period.stopped is not None:
        yield from _date_problems("stopped", period.stopped, today)
        if period.ongoing:
            yield Problem("ongoing", "it has stopped, and goes on", "leave one of them out")
    start, stop = _span(period.started), _stop(period)
    if start is not None and stop is not None and stop.hi < start.lo:
        yield Problem("stopped", "it is before the start", "see which of the two is right")
    yield from regimen_problems(period.regimen)


def regimen_problems(regimen: Regimen) -> Iterator[Problem]:
    """Say what is wrong with a dose."""
    for field, number in (("amount", regimen.amount), ("per_day", regimen.per_day)):
        if number is not None and not (number.is_finite() and number > 0):
            yield Problem(field, "it is not above zero", "leave it empty if it is not known")
    if (regimen.amount is None) != (regimen.unit is None or not regimen.unit.strip()):
        yield Problem("unit", "amount and unit go together", "give both, or neither")


def certainly_overlap(one: PeriodSpans, other: PeriodSpans) -> bool:
    """Say whether two periods share a day, whatever their partial dates mean."""
    return one.start.hi <= other.stop.lo and other.start.hi <= one.stop.lo


def ended_by(period: Period, next_start: str) -> Period:
    """Return a period that ends because another dose begins.

    Its last day is the one before the next begins; where that is known to the month or year only,
    it ended in that month or year.
    """
    start = _span(next_start)
    if start is None or not start.is_exact:
        return replace(period, stopped=next_start, ongoing=False)
    return replace(period, stopped=str(add(start.lo, -1, DateUnit.DAYS)), ongoing=False)


def _span(written: str) -> Span | None:
    if written.strip() == UNKNOWN:
        return UNKNOWN_DATE
    return span_of(written)


def _stop(period: Period) -> Span | None:
    if period.stopped is not None:
        return _span(period.stopped)
    return Span.of(LATEST) if period.ongoing else UNKNOWN_DATE


def _date_problems(field: str, written: str, today: date) -> Iterator[Problem]:
    span = _span(written)
    if span is None:
        remedy = f"write YYYY, YYYY-MM, YYYY-MM-DD or {UNKNOWN}"
        yield Problem(field, "it is no date", remedy)
    elif span.lo > today:
        yield Problem(field, "it is in the future", "record it when its day has come")
