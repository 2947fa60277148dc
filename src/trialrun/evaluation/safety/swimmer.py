"""What the figures of adverse events are drawn of: shares by term, and a lane for each subject."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.criteria.truth import Truth
from trialrun.evaluation.figure_data import AdverseEventDots, DotRow, Lane, Swimmer
from trialrun.evaluation.results import Section, phrase
from trialrun.evaluation.safety.by_class import classes_of
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.counting import counted
from trialrun.evaluation.safety.questions import SEVERE, at_least, emergent, every, of_term
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.records.analysis_data import Standing, TrialSubject
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.proportion_differences import proportion_difference

_MOST_TERMS = 20


def dots(safety: Safety) -> Iterator[AdverseEventDots]:
    """Yield the figure of the most frequent terms; none where there is no event.

    Between two arms the difference is that of the second less the first, by Newcombe's method 10.
    """
    terms = {term for one in classes_of(safety, emergent) for term in one.terms}
    rows = sorted(
        (row for term in terms if (row := _dot(safety, term)) is not None),
        key=lambda row: (-max(share for _, share in row.shares), str(row.term)),
    )
    if rows:
        title = phrase("events_dots", n=str(min(len(rows), _MOST_TERMS)))
        yield AdverseEventDots("adverse-events-dots", title, tuple(rows[:_MOST_TERMS]))


def _dot(safety: Safety, term: str) -> DotRow | None:
    asked = every(of_term(term), emergent)
    arms = list(zip(safety.groups, safety.arms, strict=True))
    found = [(group, counted(safety, arm, asked)) for group, arm in arms if group.size]
    shares = tuple((group.title, 100 * one.subjects / one.size) for group, one in found)
    difference = None
    if len(found) == len(safety.groups) == 2:
        (_, first), (_, second) = found
        try:
            between = proportion_difference(
                second.subjects, second.size, first.subjects, first.size, level=safety.study.level
            )
        except NotEstimableError:
            return DotRow(term, shares, None)
        limits = between.interval
        difference = (100 * between.value, 100 * limits.lower, 100 * limits.upper)
    return DotRow(term, shares, difference)


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
