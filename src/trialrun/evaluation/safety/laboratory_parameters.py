"""A laboratory parameter with the results of everybody in a set, in one unit, read once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.safety.laboratory_results import (
    Course,
    Result,
    course_of,
    decimals_of,
    title_of_parameter,
)
from trialrun.evaluation.study import Group, Study
from trialrun.terminology.units import conversion
from trialrun.terminology.written_units import written_unit


@dataclass(frozen=True)
class Parameter:
    """One parameter with everybody's results, by arm."""

    study: Study
    groups: tuple[Group, ...]
    name: str

    @cached_property
    def courses(self) -> tuple[tuple[Group, tuple[Course, ...]], ...]:
        """Each arm with its subjects' results, in the order of its subjects."""
        return tuple(
            (group, tuple(course_of(self.study, self.name, one) for one in group.subjects))
            for group in self.groups
        )

    def in_arm(self, group: Group) -> tuple[Course, ...]:
        """Return the results of an arm's subjects, in their order."""
        return next(courses for one, courses in self.courses if one.arm.id == group.arm.id)

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
        """What it is called."""
        return title_of_parameter(self.study, self.name)

    @property
    def title_with_unit(self) -> Words:
        """What it is called, with the unit."""
        if not self.unit:
            return self.title
        return phrase("with_unit", what=self.title, unit=written_unit(self.unit))

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
        planned = self.study.visit_days[visit]
        those = [one for one in course.later if one.of.visit == visit]
        return min(those, key=lambda one: abs(one.day - planned), default=None)
