"""Everybody's course as a lane: doses, severe adverse events, death, the end."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.criteria.truth import Truth
from trialrun.evaluation.figure_data import Lane, Swimmer
from trialrun.evaluation.results import Section, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.questions import SEVERE, at_least
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.records.analysis_data import Standing, TrialSubject


def swimmer(safety: Safety) -> Section:
    """Return the section of everybody's course: doses, severe adverse events, the end."""
    lanes = tuple(
        _lane(safety, group, subject) for group in safety.groups for subject in group.subjects
    )
    said = () if lanes else (phrase("no_subjects"),)
    figures = (Swimmer("swimmer", phrase("courses"), lanes),) if lanes else ()
    return Section("courses", phrase("courses"), said, figures=figures)


def _lane(safety: Safety, group: Group, subject: TrialSubject) -> Lane:
    given = [dose for dose in safety.study.doses.get(subject.id, ()) if dose.given is not None]
    bars = [("trial", 0.0, _month(subject.last_day + 1))] if subject.last_day is not None else []
    bars.extend(("dose", _month(one.first_day), _month(one.last_day + 1)) for one in given)
    return Lane(
        subject.id,
        group.title,
        tuple(bars),
        tuple(sorted(_marks(safety, subject), key=lambda mark: mark[1])),
        subject.standing is Standing.ONGOING,
    )


def _marks(safety: Safety, subject: TrialSubject) -> Iterator[tuple[str, float]]:
    severe = at_least(SEVERE)
    for event in safety.study.adverse_events.get(subject.id, ()):
        if event.onset_day is not None and severe(event) is Truth.TRUE:
            yield "severe event", _month(event.onset_day)
    if subject.death_day is not None:
        yield "death", _month(subject.death_day)
    elif subject.last_day is not None and subject.standing is not Standing.ONGOING:
        yield subject.standing.value, _month(subject.last_day)


def _month(day: int) -> float:
    return day / DAYS_PER_MONTH
