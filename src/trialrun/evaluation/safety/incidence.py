"""How frequent adverse events are: shares with exact intervals, and rates per time at risk.

The time at risk of a subject begins with the first dose and ends with the last day in the trial
(for first events: with the first event), both days included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.evaluation.columns import Column
from trialrun.evaluation.numbers import in_percent, interval, not_estimable, number, percent
from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, column_heads, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.counting import Counted, counted, fisher_cell, unanswered
from trialrun.evaluation.safety.questions import Asked
from trialrun.records.analysis_data import AdverseEventRecord, TrialSubject
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.proportions import proportion
from trialrun.statistics.rates import event_rate

DAYS_PER_YEAR = 365.25
_PER = 100
_UNKNOWN = Cell(phrase("not_known"))


@dataclass(frozen=True)
class AtRisk:
    """Events and the days at risk of them; `left_out` subjects have no known days."""

    events: int
    days: int
    left_out: int


def all_events(subjects: Sequence[TrialSubject], events: Sequence[AdverseEventRecord]) -> AtRisk:
    """Return every event, and the days from the first dose to the last day."""
    days = {one.id: known for one in subjects if (known := days_at_risk(one)) is not None}
    of_known = sum(event.subject in days for event in events)
    return AtRisk(of_known, sum(days.values()), len(subjects) - len(days))


def first_events(subjects: Sequence[TrialSubject], events: Sequence[AdverseEventRecord]) -> AtRisk:
    """Return the subjects with an event, and the days until their first one.

    Whoever has an event of which the day is not known is left out: it may be the first.
    """
    days_of_onset: dict[str, list[int | None]] = defaultdict(list)
    for event in events:
        days_of_onset[event.subject].append(event.onset_day)
    number_of, days, left_out = 0, 0, 0
    for subject in subjects:
        onsets = days_of_onset.get(subject.id, [])
        until = _until_first(subject, onsets)
        if until is None:
            left_out += 1
        else:
            days += until
            number_of += bool(onsets)
    return AtRisk(number_of, days, left_out)


def days_at_risk(subject: TrialSubject) -> int | None:
    """Return the days from the first dose to the last day, both included; None: not known."""
    if subject.first_dose_day is None or subject.last_day is None:
        return None
    return max(subject.last_day - subject.first_dose_day + 1, 0)


def _until_first(subject: TrialSubject, onsets: Sequence[int | None]) -> int | None:
    whole, known = days_at_risk(subject), [day for day in onsets if day is not None]
    if whole is None or len(known) < len(onsets):
        return None
    if not known:
        return whole
    assert subject.first_dose_day is not None
    return min(whole, max(min(known) - subject.first_dose_day + 1, 1))


def incidence(safety: Safety, name: str, asked: Sequence[tuple[Words, Asked]]) -> Table:
    """Return shares, intervals and rates of several kinds of events, by arm."""
    several = len(safety.groups) > 1
    tests = (phrase("p_against_first", first=safety.groups[0].title),) if several else ()
    columns = column_heads("subjects", "share_interval")
    rates = ("events", "years", "event_rate", "first_event_rate")
    return Table(
        f"adverse-events-{name}",
        phrase(f"events_{name.replace('-', '_')}"),
        (*columns, *tests, *column_heads(*rates)),
        tuple(row for label, question in asked for row in _rows(safety, label, question)),
        (phrase("rate_rule"), *_left_out(safety, asked)),
    )


def _left_out(safety: Safety, asked: Sequence[tuple[Words, Asked]]) -> Iterator[Words]:
    """Say for each kind of events what is not counted, and who has no time at risk."""
    if timeless := all_events(safety.subjects, ()).left_out:
        yield phrase("no_time_at_risk", n=str(timeless))
    for label, question in asked:
        events = [e for arm in safety.arms for e in counted(safety, arm, question).events]
        undated = len({event.subject for event in events if event.onset_day is None})
        if undated:
            yield phrase("no_day_of_first", what=label, n=str(undated))
        for said in unanswered(safety, question):
            yield phrase("of_what", what=label, said=said)


def _rows(safety: Safety, label: Words, asked: Asked) -> Iterator[Row]:
    found = [counted(safety, arm, asked) for arm in safety.arms]
    for group, arm, one in zip(safety.groups, safety.arms, found, strict=True):
        tests = [NOTHING if one is found[0] else fisher_cell(one, found[0])]
        cells = (
            *_share(one, safety.study.level),
            *(tests if len(found) > 1 else ()),
            *_rates(arm, one, safety.study.level),
        )
        yield Row(safety.in_arm(group, label), cells)


def _share(of: Counted, level: float) -> tuple[Cell, Cell]:
    """Return n/N (share) and the exact interval: a share of 0 has an upper bound."""
    if of.is_open:
        return of.cell, _UNKNOWN
    try:
        found = proportion(of.subjects, of.size, level=level)
    except NotEstimableError as error:
        return NOTHING, not_estimable(error)
    shown = f"{of.subjects}/{of.size} ({percent(of.subjects, of.size)}%)"
    return Cell(shown, found.value, of.cell.rows), Cell(in_percent(found.interval))


def _rates(arm: Column, of: Counted, level: float) -> tuple[Cell, ...]:
    whole, first = (count(arm.subjects, of.events) for count in (all_events, first_events))
    years = whole.days / DAYS_PER_YEAR
    time = Cell(number(years, 2), years) if whole.days else NOTHING
    if of.is_open:
        return _UNKNOWN, time, _UNKNOWN, _UNKNOWN
    events = Cell(str(len(of.events)), len(of.events)) if of.size else NOTHING
    return events, time, _rate(whole, level), _rate(first, level)


def _rate(at_risk: AtRisk, level: float) -> Cell:
    try:
        found = event_rate(at_risk.events, at_risk.days / DAYS_PER_YEAR, per=_PER, level=level)
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(f"{number(found.value, 1)} ({interval(found.interval, 1)})", found.value)
