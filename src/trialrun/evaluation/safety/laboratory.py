"""The laboratory: shifts of grades and against the normal range, changes, and the liver."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.evaluation.results import Figure, Section, Table, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_changes import changes
from trialrun.evaluation.safety.laboratory_figures import courses_over_time, shift_to_worst
from trialrun.evaluation.safety.laboratory_grades import grade_shifts
from trialrun.evaluation.safety.laboratory_ranges import range_shifts
from trialrun.evaluation.safety.liver import liver_figure, liver_table


def laboratory(safety: Safety) -> Section:
    """Return everything about the laboratory; that there is nothing is said."""
    title = phrase("laboratory")
    plan = safety.plan
    named = dict.fromkeys((*plan.laboratory, *plan.parameters))
    if not named:
        return Section("laboratory", title, (phrase("no_laboratory_planned"),))
    if not any(safety.parameter(name).results for name in named):
        return Section("laboratory", title, (phrase("no_laboratory_results"),))
    return Section("laboratory", title, (), tuple(_tables(safety)), tuple(_figures(safety)))


def _tables(safety: Safety) -> Iterator[Table]:
    if safety.plan.laboratory:
        yield from grade_shifts(safety)
        yield from range_shifts(safety)
        yield changes(safety)
    if safety.plan.liver is not None:
        yield liver_table(safety, safety.plan.liver)


def _figures(safety: Safety) -> Iterator[Figure]:
    yield from courses_over_time(safety)
    yield from shift_to_worst(safety)
    if safety.plan.liver is not None:
        yield from liver_figure(safety, safety.plan.liver)
