"""What the figure of adverse events is drawn of: the share of each arm by term, the difference."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.evaluation.figure_data import AdverseEventDots, DotRow
from trialrun.evaluation.results import phrase
from trialrun.evaluation.safety.by_class import classes_of
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.counting import counted
from trialrun.evaluation.safety.questions import emergent, every, of_term
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
