"""Laboratory results of a subject as the evaluation reads them: before treatment, and later.

The baseline is the result that the source marks, else the last one up to the day of the first dose;
later results are those after that day. A result that cannot be read is counted, and never a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from trialrun.evaluation.results import Words, wording
from trialrun.evaluation.study import Study
from trialrun.protocol.forms import Item
from trialrun.records.analysis_data import Observation, TrialSubject
from trialrun.terminology.bounds import Bounds, exactly
from trialrun.terminology.ctcae.results import Baseline, LabResult
from trialrun.terminology.laboratory_codes import value_set_of

_LIMITED = re.compile(r"([<>])\s*([0-9]+(?:\.[0-9]+)?)")
_DAY_0 = date(2000, 1, 1)
"""Grading compares days of one subject only, so that any day may stand for day 0."""


@dataclass(frozen=True)
class Result:
    """A result on a day; `number` is None where only bounds are known (`<5`)."""

    day: int
    value: Bounds
    number: float | None
    of: Observation

    @cached_property
    def low(self) -> Fraction | None:
        """The lower limit of normal."""
        return _exact(self.of.normal_low)

    @cached_property
    def high(self) -> Fraction | None:
        """The upper limit of normal."""
        return _exact(self.of.normal_high)

    @cached_property
    def times_normal(self) -> float | None:
        """The number in multiples of the upper limit of normal; None: one of them is missing.

        A limit of 0 is printed where there is none. The quotient is that of the numbers as they
        were written: 99.9 is 3 times 33.3.
        """
        number, high = _exact(self.number), self.high
        return float(number / high) if number is not None and high and high > 0 else None

    def as_result(self) -> LabResult:
        """Return it as CTCAE reads it."""
        return LabResult(
            value=self._graded, unit=self._unit, day=self._date, lln=self.low, uln=self.high
        )

    def as_baseline(self) -> Baseline:
        """Return it as the baseline of later results."""
        return Baseline(
            value=self._graded, unit=self._unit, day=self._date, lln=self.low, uln=self.high
        )

    @property
    def _graded(self) -> Fraction | Bounds:
        """The value; as a number where it is one, since grades of numbers are looked up."""
        number = _exact(self.number)
        return self.value if number is None else number

    @property
    def _unit(self) -> str | None:
        return self.of.unit or None

    @property
    def _date(self) -> date:
        return _DAY_0 + timedelta(days=self.day)


@dataclass(frozen=True)
class Course:
    """One subject's results of one parameter; `unread` are those that no one can read or place."""

    subject: TrialSubject
    baseline: Result | None
    later: tuple[Result, ...]
    unread: int

    @property
    def all(self) -> tuple[Result, ...]:
        """The baseline and all later results."""
        return (*((self.baseline,) if self.baseline else ()), *self.later)


def course_of(study: Study, parameter: str, subject: TrialSubject) -> Course:
    """Return the results of a subject."""
    observed = study.observations.get((subject.id, parameter), ())
    results = [read for row in observed if (read := _read(row)) is not None]
    told = [row for row in observed if row.value is not None or row.text]
    first = subject.first_dose_day or 0
    return Course(
        subject,
        _baseline(results, first),
        tuple(one for one in results if one.day > first),
        len(told) - len(results),
    )


def _baseline(results: Sequence[Result], first_dose: int) -> Result | None:
    marked = [one for one in results if one.of.baseline]
    before = marked or [one for one in results if one.day <= first_dose]
    return before[-1] if before else None


def _read(row: Observation) -> Result | None:
    if row.day is None or row.imputed:
        return None
    number = _exact(row.value)
    if number is not None:
        return Result(row.day, exactly(number), row.value, row)
    limited = _LIMITED.fullmatch(row.text.strip())
    if limited is None:
        return None
    limit = Fraction(limited[2])
    below = Bounds(None, limit, hi_open=True)
    return Result(row.day, below if limited[1] == "<" else Bounds(limit, None, True), None, row)


def _exact(value: float | None) -> Fraction | None:
    """Return a number as it was written: a float may miss it in the sixteenth digit."""
    return None if value is None else Fraction(f"{value:.12g}")


def item_of(study: Study, parameter: str) -> Item | None:
    """Return the item of the trial's own forms that a parameter names."""
    form_id, _, item_id = parameter.partition(".")
    items = (i for form in study.protocol.forms if form.id == form_id for i in form.items)
    return next((item for item in items if item.id == item_id), None)


def value_sets_of(study: Study, parameter: str) -> tuple[str, ...]:
    """Return the value sets of which a parameter's results are; none: it is not known."""
    item = item_of(study, parameter)
    if item is not None:
        return item.measures
    known = value_set_of(parameter)
    return () if known is None else (known,)


def title_of_parameter(study: Study, parameter: str) -> Words:
    """Return what a parameter is called: its item, a variable of the plan, else its code."""
    item = item_of(study, parameter)
    if item is not None:
        return wording(item.title, item.title_zh)
    for one in study.plan.variables:
        if one.parameter == parameter:
            return wording(one.title, one.title_zh)
    return parameter


def decimals_of(results: Iterable[Result]) -> int:
    """Return the decimals of the results as they were written, at most three."""
    numbers = (one.number for one in results if one.number is not None)
    return max((len(f"{n:.3f}".rstrip("0").partition(".")[2]) for n in numbers), default=0)
