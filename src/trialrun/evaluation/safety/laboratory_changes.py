"""Laboratory results over time: the mean at baseline, and the mean change at each visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, head_row, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_parameters import Parameter
from trialrun.evaluation.safety.laboratory_results import Course, Result
from trialrun.evaluation.summaries import mean_sd


def changes(safety: Safety) -> Table:
    """Return the baseline, and the mean change at each visit."""
    parameters = [safety.parameter(name) for name in safety.plan.laboratory]
    heads = tuple(arm.head for arm in safety.arms)
    rows = tuple(row for one in parameters for row in _rows(one))
    return Table(
        "laboratory-changes",
        phrase("laboratory_changes"),
        heads,
        rows,
        (phrase("change_rule"), *_unread(parameters)),
    )


def _unread(parameters: Sequence[Parameter]) -> Iterator[Words]:
    """Say what is not used: results that cannot be read, are no number, or have another unit."""
    for one in parameters:
        unread = sum(course.unread for _, courses in one.courses for course in courses)
        unused = sum(one.number(result) is None for result in one.results)
        if unread or unused:
            yield phrase("results_unused", what=one.title, unread=str(unread), unused=str(unused))


def _rows(of: Parameter) -> Iterator[Row]:
    yield head_row(of.title_with_unit, len(of.courses))
    baseline = [[(of.number(c.baseline), c.baseline) for c in courses] for _, courses in of.courses]
    yield Row(phrase("at_baseline"), tuple(_summary(those, of) for those in baseline), 1)
    for visit in of.study.visit_days:
        columns = [[_change(of, one, visit) for one in courses] for _, courses in of.courses]
        if any(value is not None for those in columns for value, _ in those):
            title = phrase("change_at", visit=of.study.visit_title(visit))
            yield Row(title, tuple(_summary(those, of) for those in columns), 1)


Numbered = tuple[float | None, Result | None]


def _change(of: Parameter, course: Course, visit: str) -> Numbered:
    result = of.at(course, visit)
    start, now = of.number(course.baseline), of.number(result)
    return (None if start is None or now is None else now - start), result


def _summary(values: Sequence[Numbered], of: Parameter) -> Cell:
    known = [(value, result) for value, result in values if value is not None]
    if not known:
        return NOTHING
    numbers = [value for value, _ in known]
    rows = tuple(row for _, result in known if result for row in result.of.rows)
    shown = phrase("n_mean", n=str(len(numbers)), mean=mean_sd(numbers, of.decimals))
    return Cell(shown, float(np.mean(numbers)), rows)
