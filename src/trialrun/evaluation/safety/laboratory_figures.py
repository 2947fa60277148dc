"""What the laboratory's figures are drawn of: everybody's course, and baseline against worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from trialrun.evaluation.figure_data import LaboratoryShift, Path, ShiftPoint, Trajectories
from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_parameters import Parameter
from trialrun.evaluation.safety.laboratory_results import Course, Result, value_sets_of
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.terminology.ctcae.rule_file import terms_reading
from trialrun.terminology.ctcae.terms import Direction


def courses_over_time(safety: Safety) -> Iterator[Trajectories]:
    """Yield for each parameter that the plan follows everybody's results, and the means."""
    for name in safety.plan.over_time:
        of = safety.parameter(name)
        paths = tuple(
            Path(one.subject.id, group.title, points)
            for group, courses in of.courses
            for one in courses
            if (points := _points(of, one))
        )
        if paths:
            identity = f"laboratory-{name.replace('.', '-')}-over-time"
            means = tuple(_mean_path(of, group, courses) for group, courses in of.courses)
            yield Trajectories(identity, of.title_with_unit, of.title_with_unit, paths, means, None)


def _points(of: Parameter, course: Course) -> tuple[tuple[float, float], ...]:
    numbered = [(one.day / DAYS_PER_MONTH, of.number(one)) for one in course.all]
    return tuple((month, value) for month, value in numbered if value is not None)


def _mean_path(of: Parameter, group: Group, courses: Sequence[Course]) -> Path:
    at: dict[float, list[float]] = {0.0: _known(of, [one.baseline for one in courses])}
    for visit, day in of.study.visit_days.items():
        seen = _known(of, [of.at(one, visit) for one in courses])
        if seen:
            at.setdefault(day / DAYS_PER_MONTH, []).extend(seen)
    means = ((month, float(np.mean(values))) for month, values in sorted(at.items()) if values)
    return Path("", group.title, tuple(means))


def _known(of: Parameter, results: Sequence[Result | None]) -> list[float]:
    return [value for one in results if (value := of.number(one)) is not None]


def shift_to_worst(safety: Safety) -> Iterator[LaboratoryShift]:
    """Yield the figure of baseline against the worst later result; none where there is no pair."""
    panels = []
    for name in safety.plan.laboratory:
        of = safety.parameter(name)
        points = tuple(_shift_points(of))
        if points:
            panels.append((_panel_title(of), points))
    if panels:
        yield LaboratoryShift("laboratory-shifts", phrase("laboratory_shifts"), tuple(panels))


def _panel_title(of: Parameter) -> Words:
    if of.in_multiples:
        return phrase("times_normal", what=of.title)
    return of.title_with_unit


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
    sets = value_sets_of(of.study, of.name)
    directions = {term.direction for one in sets for term in terms_reading(one)}
    if directions == {Direction.LOW}:
        return min(later)
    if directions == {Direction.HIGH}:
        return max(later)
    return max(later, key=lambda value: abs(value - start))
