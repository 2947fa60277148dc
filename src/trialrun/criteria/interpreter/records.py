"""Whether enough records of a kind are found in a window, and what their absence proves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.expressions import Recorded, Threshold
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.silence import weigh
from trialrun.criteria.interpreter.values import Reading, comparisons_in, said_of
from trialrun.criteria.interpreter.windows import (
    Days,
    days_of,
    end_of,
    last_index_holding,
    membership,
)
from trialrun.criteria.tree import nth_last
from trialrun.criteria.truth import Truth, conjunction
from trialrun.records.rows import Bounds, Finding, Medication, Row
from trialrun.terminology.value_sets import ValueSet


@dataclass(frozen=True)
class Match:
    """One row, whether it is what was asked for, and the first reason why that is not known."""

    row: Row
    truth: Truth
    gap: Gap | None


def recorded(leaf: Recorded, question: Question) -> LeafAnswer:
    """Answer from the rows where there are enough of them, else from their silence."""
    days = days_of(leaf.window, question.setting)
    value_set = question.value_set(leaf.value_set)
    matches = [
        match
        for row in question.patient.of_kind(leaf.kind)
        if value_set.entry_for(row.concept) is not None
        and (match := _match(leaf, row, days, value_set)).truth is not Truth.FALSE
    ]
    sure = [match for match in matches if match.truth is Truth.TRUE]
    if len(sure) >= leaf.count:
        leaving = (
            last_index_holding(end_of(match.row).lo, leaf.window, question.setting)
            for match in sure
        )
        return LeafAnswer(Truth.TRUE, ids(m.row for m in sure), until=nth_last(leaf.count, leaving))
    if len(matches) >= leaf.count:
        gap = min(match.gap for match in matches if match.gap is not None)
        return LeafAnswer(Truth.UNKNOWN, ids(m.row for m in matches), gap)
    silence = weigh(question, leaf.kind, value_set, days)
    rows = ids([*(match.row for match in matches), *silence.rows])
    truth = Truth.FALSE if silence.gap is None else Truth.UNKNOWN
    return LeafAnswer(truth, rows, silence.gap, silence.coverage)


def ids(rows: Iterable[Row]) -> tuple[int, ...]:
    """Return the ids of rows, ascending, each once."""
    return tuple(sorted({row.row_id for row in rows}))


def date_gap(row: Row, days: Days) -> Gap:
    """Return why it is not known whether the row is in the window."""
    begun = row.start.hi <= days.last
    return Gap.END_NOT_RECORDED if row.kind.is_period and begun else Gap.DATE_IMPRECISE


def dose_reading(row: Medication, dose: Threshold, value_set: ValueSet) -> Reading:
    """Say whether a daily dose passes a threshold, converted into the unit of the dose."""
    if row.daily_dose is None:
        return Reading(Truth.UNKNOWN, Gap.DOSE_NOT_RECORDED)
    comparisons = comparisons_in(row.dose_unit, dose, value_set.molar_mass)
    if comparisons is None:
        return Reading(Truth.UNKNOWN, Gap.UNIT_NOT_COMPARABLE)
    return said_of(comparisons, Bounds(row.daily_dose, row.daily_dose))


def _match(leaf: Recorded, row: Row, days: Days, value_set: ValueSet) -> Match:
    readings = [_in_window(row, days)]
    if isinstance(row, Finding):
        readings.append(_known(row.present, Gap.NOT_SAID))
    if isinstance(row, Medication) and leaf.route is not None:
        given = None if row.route is None else row.route is leaf.route
        readings.append(_known(given, Gap.ROUTE_NOT_RECORDED))
    if isinstance(row, Medication) and leaf.dose is not None:
        readings.append(dose_reading(row, leaf.dose, value_set))
    truth = conjunction(reading.truth for reading in readings)
    return Match(row, truth, next((r.gap for r in readings if r.gap is not None), None))


def _in_window(row: Row, days: Days) -> Reading:
    truth = membership(row, days)
    return Reading(truth, date_gap(row, days) if truth is Truth.UNKNOWN else None)


def _known(said: bool | None, gap: Gap) -> Reading:
    return Reading(Truth.of(said), gap if said is None else None)
