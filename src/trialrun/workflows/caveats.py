"""The caveats of a result, although nothing has failed: records that do not reach the day, and rows
that were rejected though their source says that it knows everything.

Says so in words; changes no answer, for the language already reads a silence as its coverage says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from trialrun.criteria.wording import Language
from trialrun.records.schema import Kind
from trialrun.report.voice import Voice

STALE = timedelta(days=30)
"""Our choice for any trial, whatever its windows: a month in which no patient of a hospital has any
record means an old export. Shorter steps would tell more of the day of somebody's record."""


def caveats(
    on: date,
    newest: date | None,
    covered: Iterable[tuple[Kind, date]],
    lost: Mapping[str, int],
    language: Language,
    *,
    is_empty: bool = False,
    unasked: int = 0,
) -> tuple[str, ...]:
    """Say that there is nobody, or what is too old on a day; and what was lost.

    `is_empty`: no patient is in the database, not even a deceased one. Too old: the newest record,
    and coverage (kind, last day) before the day. Lost: rows rejected, by resource type or table, of
    sources that declare coverage. Unasked: answers of people to what the protocol does not ask.
    """
    voice = Voice(language, {})
    return (
        *([voice.say("caveat_nobody")] if is_empty else _of_age(on, newest, voice)),
        *_of_coverage(on, covered, voice),
        *([voice.say("caveat_lost", rows=_counted(lost, voice))] if lost else []),
        *([voice.say("caveat_unasked", n=unasked)] if unasked else []),
    )


def _counted(lost: Mapping[str, int], voice: Voice) -> str:
    counted = [
        voice.say("rows_lost", n=rows, kind=voice.rows_of(kind)) for kind, rows in lost.items()
    ]
    return voice.listed(counted)


def _of_age(on: date, newest: date | None, voice: Voice) -> Iterator[str]:
    if newest is None:
        yield voice.say("caveat_no_record", on=on.isoformat())
    elif on - newest > STALE:
        # In steps only: the exact day would be a value of somebody's record.
        steps = (on - newest) // STALE
        yield voice.say("caveat_old", n=steps * STALE.days, on=on.isoformat())


def _of_coverage(on: date, covered: Iterable[tuple[Kind, date]], voice: Voice) -> Iterator[str]:
    """Say of which kinds all coverage ends before the day: there silence means nothing any more."""
    last: dict[Kind, date] = {}
    for kind, until in covered:
        last[kind] = max(until, last.get(kind, until))
    for until, kinds in _by_day(last).items():
        if until < on:
            days = {"until": until.isoformat(), "on": on.isoformat()}
            yield voice.say("caveat_coverage", kinds=voice.kinds(kinds), **days)


def _by_day(last: Mapping[Kind, date]) -> dict[date, list[Kind]]:
    days: dict[date, list[Kind]] = {}
    for kind, until in sorted(last.items(), key=lambda one: (one[1], one[0])):
        days.setdefault(until, []).append(kind)
    return days
