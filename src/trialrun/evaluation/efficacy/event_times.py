"""How long each subject was followed until the first of some events, or without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialrun.evaluation.happenings import befell
from trialrun.evaluation.study import Group, Study
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.records.analysis_data import TrialSubject

CENSORED = "censored"
"""The word of an observation that says until when its event had not come (ADTTE, CNSR > 0)."""


@dataclass(frozen=True)
class Followed:
    """A subject's time in days, both ends included (as AVAL of CDISC ADTTE), and what ended it.

    `event` is the id of the event; None: censored.
    """

    subject: str
    days: int
    event: str | None
    rows: tuple[str, ...]


def followed(study: Study, events: Sequence[str], subject: TrialSubject) -> Followed | None:
    """Return a subject's time; None if it is not known how long they were followed."""
    found = [
        (at.day, name, at.rows)
        for name in events
        if (at := befell(study, study.trial_events[name], subject)) is not None
    ]
    if found:
        day, name, rows = min(found)
        return Followed(subject.id, max(day, 0) + 1, name, rows)
    censored = _censored(study, events, subject)
    if censored is None:
        return None
    day, rows = censored
    return Followed(subject.id, max(day, 0) + 1, None, rows)


def _censored(
    study: Study, events: Sequence[str], subject: TrialSubject
) -> tuple[int, tuple[str, ...]] | None:
    """Return the last day without an event: the source's own, or the last one in the trial."""
    named = [
        (row.day, row.rows)
        for name in events
        for parameter in study.trial_events[name].parameters[:1]
        for row in study.observations.get((subject.id, parameter), ())
        if row.text == CENSORED and row.day is not None
    ]
    if named:
        return min(named)
    return None if subject.last_day is None else (subject.last_day, subject.rows)


@dataclass(frozen=True)
class TimedGroup:
    """An arm with the times of its subjects; `unknown` are those whose time nobody knows."""

    group: Group
    followed: tuple[Followed, ...]
    unknown: int

    @property
    def months(self) -> list[float]:
        """The times in months."""
        return [one.days / DAYS_PER_MONTH for one in self.followed]

    @property
    def events(self) -> list[bool]:
        """Whether an event ended each time."""
        return [one.event is not None for one in self.followed]

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows behind all times."""
        return tuple(row for one in self.followed for row in one.rows)


def timed(study: Study, events: Sequence[str], group: Group) -> TimedGroup:
    """Return the times of everybody in an arm."""
    found = [followed(study, events, subject) for subject in group.subjects]
    known = tuple(one for one in found if one is not None)
    return TimedGroup(group, known, len(found) - len(known))
