"""Exposure as the source says it of each subject (in ADSL), where the data hold no dose.

The unit is that of the design, where all arms share one; an amount whose unit nobody says is not
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trialrun.evaluation.characteristics import decimals_written
from trialrun.evaluation.columns import Column
from trialrun.evaluation.results import Row, Words, head_row, phrase
from trialrun.evaluation.study import Study
from trialrun.evaluation.summaries import Numbers, summary_rows
from trialrun.records.analysis_data import StatedExposure
from trialrun.terminology.written_units import written_unit

Measure = Callable[[StatedExposure], float | None]


def stated_rows(study: Study, columns: Sequence[Column]) -> Iterator[Row]:
    """Yield each measure that the source states, summarised over those of whom it does."""
    for title, measure in _measures(study):
        those = [_numbers(column, measure) for column in columns]
        known = [value for one in those for value in one.values]
        if known:
            yield head_row(title, len(columns))
            yield from summary_rows(those, decimals_written(known))


def _measures(study: Study) -> Iterator[tuple[Words, Measure]]:
    yield phrase("exposure_duration"), lambda one: one.duration
    units = {arm.regimen.unit for arm in study.protocol.design.arms}
    if len(units) == 1:
        unit = written_unit(units.pop())
        yield phrase("exposure_total", unit=unit), lambda one: one.total
        yield phrase("exposure_daily", unit=unit), lambda one: one.daily


def _numbers(column: Column, measure: Measure) -> Numbers:
    known = [
        (value, subject)
        for subject in column.subjects
        if subject.exposure is not None and (value := measure(subject.exposure)) is not None
    ]
    rows = tuple(row for _, subject in known for row in subject.rows)
    return Numbers(tuple(value for value, _ in known), rows)
