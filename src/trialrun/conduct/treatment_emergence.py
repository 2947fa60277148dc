"""Whether an adverse event is treatment-emergent: TRUE, FALSE, or UNKNOWN where dates straddle.

Source: ICH E9, glossary: an event that emerges during treatment having been absent before it, or
worsens relative to the state before it. Here: the onset lies from the day of the first dose to the
end of the emergent period (both included), or within that period a grade was observed that is
higher than every grade observed before the first dose. The hour is not recorded, so the day of the
first dose counts as treated. Without a first dose nothing emerges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.truth import Truth, conjunction, disjunction, negate
from trialrun.records.dates import LATEST, Span


@dataclass(frozen=True)
class ObservedGrade:
    """A CTCAE grade (1 to 5) and the day on which it was observed, perhaps known only in part."""

    on: Span
    grade: int


def treatment_emergent(
    onset: ObservedGrade,
    later: Sequence[ObservedGrade],
    first_dose_on: date | None,
    emergent_until: date | None,
) -> Truth:
    """Say whether an event is treatment-emergent.

    `onset` is the onset with its grade, `later` are the grades observed since. `first_dose_on` is
    None for whoever has had no dose; `emergent_until` is the last day of the emergent period, None
    while its end is not known.
    """
    if first_dose_on is None:
        return Truth.FALSE
    period = Span(first_dose_on, max(first_dose_on, emergent_until or LATEST))
    observed = [onset, *later]
    worsened = (_worsened(each, observed, period) for each in later)
    return disjunction([_within(onset.on, period), *worsened])


def _worsened(now: ObservedGrade, observed: Sequence[ObservedGrade], period: Span) -> Truth:
    higher_than_before = (
        disjunction([negate(_before(other.on, period.lo)), Truth.of(now.grade > other.grade)])
        for other in observed
        if other is not now
    )
    return conjunction([_within(now.on, period), *higher_than_before])


def _within(day: Span, period: Span) -> Truth:
    if day.hi < period.lo or day.lo > period.hi:
        return Truth.FALSE
    return Truth.of(True if day.lo >= period.lo and day.hi <= period.hi else None)


def _before(day: Span, limit: date) -> Truth:
    if day.hi < limit:
        return Truth.TRUE
    return Truth.FALSE if day.lo >= limit else Truth.UNKNOWN
