"""Laboratory results over time: mean changes by visit, everybody's course, baseline and worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trialrun.evaluation.figure_data import LaboratoryShift, Path, ShiftPoint, Trajectories
from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_results import (
    Course,
    Result,
    course_of,
    decimals_of,
    title_of_parameter,
    value_sets_of,
)
from trialrun.evaluation.study import Group
from trialrun.evaluation.summaries import mean_sd
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.terminology.ctcae.rule_file import terms_reading
from trialrun.terminology.ctcae.terms import Direction
from trialrun.terminology.units import conversion
from trialrun.terminology.written_units import written_unit


@dataclass(frozen=True)
class Parameter:
    """One parameter of the plan with everybody's results, by arm."""

    safety: Safety
    name: str

    @cached_property
    def courses(self) -> tuple[tuple[Group, tuple[Course, ...]], ...]:
        """Each arm with its subjects' results."""
        study = self.safety.study
        return tuple(
            (group, tuple(course_of(study, self.name, one) for one in group.subjects))
            for group in self.safety.groups
        )

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """All results."""
        return tuple(r for _, courses in self.courses for one in courses for r in one.all)

    @cached_property
    def unit(self) -> str:
        """The unit of most results, in which all are summarised."""
        units = Counter(one.of.unit for one in self.results)
        return units.most_common(1)[0][0] if units else ""

    @property
    def title(self) -> Words:
        """The name, with the unit."""
        name = title_of_parameter(self.safety.study, self.name)
        return phrase("with_unit", what=name, unit=written_unit(self.unit)) if self.unit else name

    @cached_property
    def decimals(self) -> int:
        """The decimals of one value."""
        return decimals_of(one for one in self.results if one.of.unit == self.unit)

    @cached_property
    def in_multiples(self) -> bool:
        """Whether every result has an upper limit of normal: a panel of a figure has one scale."""
        return all(one.times_normal is not None for one in self.results if one.number is not None)

    def number(self, result: Result | None) -> float | None:
        """Return a result in the unit of the parameter; None: no number, or another kind."""
        if result is None or result.number is None:
            return None
        if result.of.unit == self.unit:
            return result.number
        linear = conversion(result.of.unit or None, self.unit or None)
        if linear is None:
            return None
        return float(linear.factor) * result.number + float(linear.offset)

    def at(self, course: Course, visit: str) -> Result | None:
        """Return the later result at a visit, the one nearest to its planned day."""
        planned = self.safety.study.visit_days[visit]
        those = [one for one in course.later if one.of.visit == visit]
        return min(those, key=lambda one: abs(one.day - planned), default=None)


def changes(safety: Safety) -> Table:
    """Return the baseline, and the mean change at each visit."""
    parameters = [Parameter(safety, name) for name in safety.plan.laboratory]
    heads = safety.heads[: len(safety.groups)]
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
            title = title_of_parameter(one.safety.study, one.name)
            yield phrase("results_unused", what=title, unread=str(unread), unused=str(unused))


def _rows(of: Parameter) -> Iterator[Row]:
    yield Row(of.title, tuple(Cell("") for _ in of.courses))
    baseline = [[(of.number(c.baseline), c.baseline) for c in courses] for _, courses in of.courses]
    yield Row(phrase("at_baseline"), tuple(_summary(those, of) for those in baseline), 1)
    for visit in of.safety.study.visit_days:
        columns = [[_change(of, one, visit) for one in courses] for _, courses in of.courses]
        if any(value is not None for those in columns for value, _ in those):
            title = phrase("change_at", visit=of.safety.study.visit_title(visit))
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


def courses_over_time(safety: Safety) -> Iterator[Trajectories]:
    """Yield for each parameter that the plan follows everybody's results, and the means."""
    for name in safety.plan.over_time:
        of = Parameter(safety, name)
        paths = tuple(
            Path(one.subject.id, group.title, points)
            for group, courses in of.courses
            for one in courses
            if (points := _points(of, one))
        )
        if paths:
            identity = f"laboratory-{name.replace('.', '-')}-over-time"
            means = tuple(_mean_path(of, group, courses) for group, courses in of.courses)
            yield Trajectories(identity, of.title, of.title, paths, means, None)


def _points(of: Parameter, course: Course) -> tuple[tuple[float, float], ...]:
    numbered = [(one.day / DAYS_PER_MONTH, of.number(one)) for one in course.all]
    return tuple((month, value) for month, value in numbered if value is not None)


def _mean_path(of: Parameter, group: Group, courses: Sequence[Course]) -> Path:
    at: dict[float, list[float]] = {0.0: _known(of, [one.baseline for one in courses])}
    for visit, day in of.safety.study.visit_days.items():
        seen = _known(of, [of.at(one, visit) for one in courses])
        if seen:
            at.setdefault(day / DAYS_PER_MONTH, []).extend(seen)
    means = ((month, float(np.mean(values))) for month, values in sorted(at.items()) if values)
    return Path("", group.title, tuple(means))


def _known(of: Parameter, results: Sequence[Result | None]) -> list[float]:
    return [value for one in results if (value := of.number(one)) is not None]


def shifts_figure(safety: Safety) -> Iterator[LaboratoryShift]:
    """Yield the figure of baseline against the worst later result; none where there is no pair."""
    panels = []
    for name in safety.plan.laboratory:
        of = Parameter(safety, name)
        points = tuple(_shift_points(of))
        if points:
            panels.append((_panel_title(of), points))
    if panels:
        yield LaboratoryShift("laboratory-shifts", phrase("laboratory_shifts"), tuple(panels))


def _panel_title(of: Parameter) -> Words:
    if of.in_multiples:
        return phrase("times_normal", what=title_of_parameter(of.safety.study, of.name))
    return of.title


def _scaled(of: Parameter, result: Result) -> float | None:
    return result.times_normal if of.in_multiples else of.number(result)


def _shift_points(of: Parameter) -> Iterator[ShiftPoint]:
    for group, courses in of.courses:
        for one in courses:
            start = None if one.baseline is None else _scaled(of, one.baseline)
            later = [value for r in one.later if (value := _scaled(of, r)) is not None]
            if start is not None and later:
                yield ShiftPoint(one.subject.id, group.title, start, _worst(of, start, later))


def _worst(of: Parameter, start: float, later: Sequence[float]) -> float:
    """Return the result that is worst by CTCAE: the lowest, the highest, or the farthest."""
    sets = value_sets_of(of.safety.study, of.name)
    directions = {term.direction for one in sets for term in terms_reading(one)}
    if directions == {Direction.LOW}:
        return min(later)
    if directions == {Direction.HIGH}:
        return max(later)
    return max(later, key=lambda value: abs(value - start))
