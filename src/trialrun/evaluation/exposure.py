"""Exposure to the study drug and compliance, by arm, from the doses that were given.

Where the data hold no dose, what the source itself says of each subject stands in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trialrun.evaluation.characteristics import decimals_written
from trialrun.evaluation.columns import Column, columns_of_enrolled, columns_of_set
from trialrun.evaluation.compliance import compliance_of, days_of
from trialrun.evaluation.results import Row, Section, Table, Words, head_row, phrase
from trialrun.evaluation.stated_exposure import stated_rows
from trialrun.evaluation.study import Study
from trialrun.evaluation.summaries import Numbers, summary_rows
from trialrun.records.analysis_data import TrialSubject
from trialrun.terminology.written_units import written_unit


@dataclass(frozen=True)
class Exposure:
    """What one subject was given: on how many days, over how many, and how much in each unit.

    `days` are those with a dose, `duration` those from the first to the last of them, both
    included; `totals` are amounts by unit.
    """

    days: int
    duration: int
    totals: Mapping[str, float]

    def daily(self, unit: str) -> float | None:
        """Return the mean dose of a day of treatment; None: nothing was given in this unit."""
        total = self.totals.get(unit)
        return None if total is None else total / self.duration


def exposure_of(study: Study, subject: TrialSubject) -> Exposure | None:
    """Return the exposure of a subject; None if no dose was given."""
    given = [
        (dose, dose.given) for dose in study.doses.get(subject.id, ()) if dose.given is not None
    ]
    if not given:
        return None
    totals: dict[str, float] = {}
    for dose, amount in given:
        totals[dose.unit] = totals.get(dose.unit, 0.0) + amount * days_of(dose)
    days = {day for dose, _ in given for day in range(dose.first_day, dose.last_day + 1)}
    return Exposure(len(days), max(days) - min(days) + 1, totals)


def exposure(study: Study) -> Section:
    """Return what was given, and how much of what was planned."""
    safety = study.plan.safety
    columns = columns_of_enrolled(study) if safety is None else columns_of_set(study, safety.set)
    title = phrase("exposure")
    if study.data.doses:
        rows = tuple(_rows(study, columns))
        names: tuple[str, ...] = ("days", "duration", "daily", "compliance")
    else:
        rows = tuple(stated_rows(study, columns))
        names = ("stated",)
    if not rows:
        return Section("exposure", title, (phrase("no_doses"),))
    notes = tuple(phrase(f"rule_exposure_{name}") for name in names)
    heads = tuple(column.head for column in columns)
    return Section("exposure", title, tables=(Table("exposure", title, heads, rows, notes),))


Measure = Callable[[TrialSubject], float | None]


def _rows(study: Study, columns: Sequence[Column]) -> Iterator[Row]:
    """Yield each measure of exposure, summarised over those who have it."""
    of = {s.id: exposure_of(study, s) for column in columns for s in column.subjects}
    units = sorted({unit for one in of.values() if one for unit in one.totals})
    for title, decimals, measure in (*_times(of), *_amounts(study, of, units), _compliance(study)):
        those = [_numbers(study, column, measure) for column in columns]
        yield head_row(title, len(columns))
        yield from summary_rows(those, decimals)


Measured = tuple[Words, int, Measure]
"""What a measure is called, the decimals of one value, and how it is found."""
BySubject = Mapping[str, Exposure | None]


def _times(of: BySubject) -> Iterator[Measured]:
    yield phrase("exposure_days"), 0, _of_the_exposed(of, lambda one: one.days)
    yield phrase("exposure_duration"), 0, _of_the_exposed(of, lambda one: one.duration)


def _amounts(study: Study, of: BySubject, units: Sequence[str]) -> Iterator[Measured]:
    """Yield total and daily dose; amounts in different units are never added."""
    for unit in units:
        amounts = (d.given for d in study.data.doses if d.unit == unit and d.given is not None)
        decimals = decimals_written(amounts)
        totals, daily, written = _total_in(unit), _daily_in(unit), written_unit(unit)
        yield phrase("exposure_total", unit=written), decimals, _of_the_exposed(of, totals)
        yield phrase("exposure_daily", unit=written), decimals, _of_the_exposed(of, daily)


def _compliance(study: Study) -> Measured:
    return phrase("exposure_compliance"), 1, lambda subject: compliance_of(study, subject)


def _total_in(unit: str) -> Callable[[Exposure], float | None]:
    return lambda one: one.totals.get(unit)


def _daily_in(unit: str) -> Callable[[Exposure], float | None]:
    return lambda one: one.daily(unit)


def _of_the_exposed(of: BySubject, get: Callable[[Exposure], float | None]) -> Measure:
    return lambda subject: None if (found := of[subject.id]) is None else get(found)


def _numbers(study: Study, column: Column, measure: Measure) -> Numbers:
    known = [(value, s) for s in column.subjects if (value := measure(s)) is not None]
    rows = tuple(row for _, s in known for dose in study.doses[s.id] for row in dose.rows)
    return Numbers(tuple(value for value, _ in known), rows)
