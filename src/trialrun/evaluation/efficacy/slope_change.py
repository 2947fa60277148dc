"""A linear mixed model of all values, in which the slope changes at the turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.efficacy.scale import per_month
from trialrun.evaluation.efficacy.slopes import DECIMALS_OF_MEAN
from trialrun.evaluation.efficacy.trajectories import month_of, trajectories
from trialrun.evaluation.figure_data import MODEL, Path
from trialrun.evaluation.numbers import interval, number, p_value, why_not
from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, column_heads, phrase
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.values import Series
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.protocol.analysis_methods import SlopeChange
from trialrun.statistics.change_of_slope import ChangeOfSlope, change_of_slope
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.estimates import Estimate, Interval


def slope_change(study: Study, analysis: SlopeChange) -> Outcome:
    """Fit the model in every arm: random intercept and slope, REML, Kenward-Roger."""
    case = case_of(study, analysis)
    fitted: list[tuple[Group, ChangeOfSlope | NotEstimableError]] = [
        (group, _fit(case, analysis, those)) for group, those in case.by_group()
    ]
    found = [(group, fit) for group, fit in fitted if isinstance(fit, ChangeOfSlope)]
    lines = [_line(case, analysis, group, fit) for group, fit in found]
    return Outcome(
        analysis,
        tuple(_said(case, fitted)),
        (_table(case, analysis, fitted),),
        (trajectories(case, lines, analysis.turn, MODEL),),
        tuple(_headline(case, group, fit) for group, fit in found),
    )


def _fit(
    case: Case, analysis: SlopeChange, series: Sequence[Series]
) -> ChangeOfSlope | NotEstimableError:
    values = [(one.subject, value) for one in series for value in one.values]
    try:
        return change_of_slope(
            [value.number for _, value in values],
            [value.day / DAYS_PER_MONTH for _, value in values],
            subjects=[subject for subject, _ in values],
            change_at=month_of(case, analysis.turn),
            level=case.study.level,
        )
    except NotEstimableError as error:
        return error


def _said(
    case: Case, fitted: Sequence[tuple[Group, ChangeOfSlope | NotEstimableError]]
) -> Iterator[Words]:
    """Yield what must be known of a fit: that there is none, or that it lies on a boundary."""
    for group, fit in fitted:
        if isinstance(fit, NotEstimableError):
            what = phrase("model_says", reason=why_not(fit))
        elif fit.fit.singular:
            what = phrase("model_singular")
        else:
            continue
        yield phrase("in_arm", arm=case.title, what=case.in_arm(group, what))


def _table(
    case: Case,
    analysis: SlopeChange,
    fitted: Sequence[tuple[Group, ChangeOfSlope | NotEstimableError]],
) -> Table:
    rows = [
        row
        for (group, fit), (_, those) in zip(fitted, case.by_group(), strict=True)
        for row in _rows(case, group, fit, those)
    ]
    columns = column_heads("estimate", "error", "df", "interval", "p")
    notes = (phrase("slope_model"), *unused_values(case.study, case.everybody))
    corner = phrase("slope_unit", unit=per_month(case.study, case.analysis))
    return Table(f"{analysis.id}-model", case.title, columns, tuple(rows), notes, corner)


def _rows(
    case: Case, group: Group, fit: ChangeOfSlope | NotEstimableError, series: Sequence[Series]
) -> Iterator[Row]:
    assert isinstance(case.analysis, SlopeChange)
    turn = case.study.visit_title(case.analysis.turn)
    rows = tuple(row for one in series for value in one.values for row in value.rows)
    if isinstance(fit, NotEstimableError):
        blank = (NOTHING,) * 4
        what = phrase("slope_difference", turn=turn)
        yield Row(case.in_arm(group, what), (Cell(why_not(fit)), *blank))
        return
    parts = (("before", fit.before), ("after", fit.after), ("difference", _less(fit.change)))
    for name, estimate in parts:
        yield Row(case.in_arm(group, phrase(f"slope_{name}", turn=turn)), _cells(estimate, rows))


def _cells(of: Estimate, rows: tuple[str, ...]) -> tuple[Cell, ...]:
    return (
        Cell(number(of.value, DECIMALS_OF_MEAN), of.value, rows),
        Cell(number(of.standard_error, DECIMALS_OF_MEAN), of.standard_error),
        Cell(number(of.df, 1), of.df),
        Cell(interval(of.interval, DECIMALS_OF_MEAN)),
        Cell(p_value(of.p_value), of.p_value),
    )


def _less(change: Estimate) -> Estimate:
    """Return before less after, of an estimate of after less before."""
    between = change.interval
    return Estimate(
        -change.value,
        change.standard_error,
        change.df,
        -change.statistic,
        change.p_value,
        Interval(-between.upper, -between.lower, between.level),
    )


def _line(case: Case, analysis: SlopeChange, group: Group, fit: ChangeOfSlope) -> Path:
    """Return the line of the model from the first planned visit to the last."""
    turn = month_of(case, analysis.turn)
    level = float(fit.fit.coefficients[0])
    last = max(case.study.visit_days.values()) / DAYS_PER_MONTH
    ends = np.array([0.0, turn, last])
    after = np.maximum(ends - turn, 0)
    line = level + fit.before.value * np.minimum(ends - turn, 0) + fit.after.value * after
    return Path("", group.title, tuple(zip(ends.tolist(), line.tolist(), strict=True)))


def _headline(case: Case, group: Group, fit: ChangeOfSlope) -> Headline:
    found = _less(fit.change)
    label = case.in_arm(group, case.title)
    return Headline(label, found.value, found.interval, found.p_value, 0.0, DECIMALS_OF_MEAN)
