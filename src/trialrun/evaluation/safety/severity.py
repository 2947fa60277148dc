"""Adverse events by the worst grade of each subject, or by the worst word where there is no grade.

A subject of whom one event has no grade has no known worst one, unless another is the worst of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from trialrun.criteria.truth import Truth
from trialrun.evaluation.numbers import count_and_percent
from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, phrase
from trialrun.evaluation.safety.by_class import classes_of
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.counting import unanswered
from trialrun.evaluation.safety.questions import Asked, every, of_term
from trialrun.evaluation.study import Group
from trialrun.records.analysis_data import AdverseEventRecord

_WORDS = ("mild", "moderate", "severe")
_GRADES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Scale:
    """The levels of severity, the worst last, and the place of an event among them."""

    heads: tuple[Words, ...]
    place: Callable[[AdverseEventRecord], int | None]

    def worst(self, events: Sequence[AdverseEventRecord]) -> int | None:
        """Return the worst place of some events; None: it is not known."""
        places = [self.place(event) for event in events]
        known = max((place for place in places if place is not None), default=None)
        top = len(self.heads) - 1
        return None if None in places and known != top else known


def scale_of(safety: Safety) -> Scale:
    """Return the scale of grades where any event has one, else that of words."""
    events = list(safety.events_of(safety.subjects))
    if any(event.grade is not None for event in events) or not any(e.severity for e in events):
        return Scale(
            tuple(phrase("grade_n", n=str(grade)) for grade in _GRADES),
            lambda event: None if event.grade is None else event.grade - 1,
        )
    return Scale(
        tuple(phrase(f"severity_{word}") for word in _WORDS),
        lambda event: _WORDS.index(event.severity) if event.severity in _WORDS else None,
    )


def by_severity(safety: Safety, asked: Asked) -> Iterator[Table]:
    """Yield a table for each arm: subjects by class, term and worst grade."""
    scale = scale_of(safety)
    heads = (*scale.heads, phrase("not_known"), phrase("any_grade"))
    for group in safety.groups:
        yield Table(
            f"adverse-events-by-grade-{group.arm.id}",
            phrase("in_arm", arm=group.head, what=phrase("events_by_grade")),
            heads,
            tuple(_rows(safety, group, scale, asked)),
            (phrase("worst_rule"), *unanswered(safety, asked)),
            phrase("class_and_term"),
        )


def _rows(safety: Safety, group: Group, scale: Scale, asked: Asked) -> Iterator[Row]:
    def row(label: Words, question: Asked, depth: int = 0) -> Row:
        return Row(label, tuple(_cells(safety, group, scale, question)), depth)

    yield row(phrase("any_of_these"), asked)
    for one in classes_of(safety, asked):
        in_class = one.asked(asked)
        yield row(one.title, in_class)
        for term in one.terms:
            yield row(term, every(of_term(term), in_class), 1)


def _cells(safety: Safety, group: Group, scale: Scale, asked: Asked) -> Iterator[Cell]:
    if not group.size:
        yield from (NOTHING for _ in range(len(scale.heads) + 2))
        return
    # Of each place the subjects whose worst event has it, each as the rows of their events.
    worst: dict[int | None, list[tuple[str, ...]]] = defaultdict(list)
    for subject in group.subjects:
        events = [e for e in safety.events_of((subject,)) if asked(e) is Truth.TRUE]
        if events:
            worst[scale.worst(events)].append(tuple(row for e in events for row in e.rows))
    places = (*range(len(scale.heads)), None)
    for counted in (*(worst[place] for place in places), list(chain(*worst.values()))):
        yield count_and_percent(len(counted), group.size, list(chain(*counted)))
