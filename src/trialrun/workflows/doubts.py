"""What makes a result doubtful although nothing has failed: records that do not reach the day.

Says so in words; changes no answer, for the language already reads a silence as its coverage says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from trialrun.records.schema import Kind

STALE = timedelta(days=30)
"""The shortest window of a laboratory value: if nothing is newer, no such value can be in it."""


def doubts(on: date, newest: date | None, covered: Iterable[tuple[Kind, date]]) -> tuple[str, ...]:
    """Say what is too old on a day: the newest record, and coverage (kind, last day) before it."""
    return (*_of_age(on, newest), *_of_coverage(on, covered))


def _of_age(on: date, newest: date | None) -> Iterator[str]:
    if newest is None:
        yield f"no record is dated {on} or earlier"
    elif on - newest > STALE:
        # In steps only: the exact day would be a value of somebody's record.
        steps = (on - newest) // STALE
        yield (
            f"the newest record is more than {steps * STALE.days} days older than {on}:"
            " what has happened since is not known; load a newer export"
        )


def _of_coverage(on: date, covered: Iterable[tuple[Kind, date]]) -> Iterator[str]:
    """Say of which kinds all coverage ends before the day: there silence means nothing any more."""
    last: dict[Kind, date] = {}
    for kind, until in covered:
        last[kind] = max(until, last.get(kind, until))
    for until, kinds in _by_day(last).items():
        if until < on:
            yield (
                f"coverage of {', '.join(kinds)} ends on {until}, before {on}:"
                " where nothing is recorded, the answer is unknown"
            )


def _by_day(last: Mapping[Kind, date]) -> dict[date, list[str]]:
    days: dict[date, list[str]] = {}
    for kind, until in sorted(last.items(), key=lambda one: (one[1], one[0])):
        days.setdefault(until, []).append(kind.value.replace("_", " "))
    return days
