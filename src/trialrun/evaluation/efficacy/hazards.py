"""Times to an event compared between arms: log-rank, and the hazard ratio of Cox's model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from trialrun.evaluation.characteristics import characteristic
from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.event_times import TimedGroup
from trialrun.evaluation.efficacy.outcome import Headline, not_estimable
from trialrun.evaluation.numbers import interval, number, p_value
from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, phrase
from trialrun.protocol.analysis_methods import TimeToEvent
from trialrun.statistics.cox import CoxFit, cox
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.log_rank import log_rank_test
from trialrun.statistics.proportional_hazards import proportional_hazards_test

_DECIMALS = 2
"""Of a hazard ratio."""


def comparison(case: Case, groups: Sequence[TimedGroup]) -> Table:
    """Return the log-rank test of all arms, and each arm's hazard ratio to the first."""
    rows = [Row(phrase("log_rank"), _log_rank(case, groups))]
    first, *others = groups
    for other in others:
        rows.append(Row(_versus(other, first), _hazard_ratio(case, first, other)))
    columns = tuple(phrase(f"column_{name}") for name in ("hazard_ratio", "interval", "p", "ph"))
    notes = (phrase("hazard_rule"),)
    return Table(f"{case.analysis.id}-hazards", case.title, columns, tuple(rows), notes)


def _versus(other: TimedGroup, first: TimedGroup) -> Words:
    return phrase("versus", one=other.group.title, other=first.group.title)


def _strata(case: Case, groups: Sequence[TimedGroup]) -> list[str]:
    """Return everybody's stratum, in the order of their times; one for all if none is named."""
    assert isinstance(case.analysis, TimeToEvent)
    names, subjects = case.analysis.strata, case.study.subjects
    return [
        str([characteristic(case.study, name, subjects[one.subject]).value for name in names])
        for group in groups
        for one in group.followed
    ]


def _log_rank(case: Case, groups: Sequence[TimedGroup]) -> tuple[Cell, ...]:
    with_times = [one for one in groups if one.followed]
    months = [month for one in with_times for month in one.months]
    events = [event for one in with_times for event in one.events]
    arms = [one.group.arm.id for one in with_times for _ in one.followed]
    rows = tuple(row for one in with_times for row in one.rows)
    try:
        found = log_rank_test(months, events, arms, strata=_strata(case, with_times)).test
    except NotEstimableError as error:
        return (not_estimable(error), NOTHING, NOTHING, NOTHING)
    return (NOTHING, NOTHING, Cell(p_value(found.p_value), found.p_value, rows), NOTHING)


def _fit(case: Case, first: TimedGroup, other: TimedGroup) -> CoxFit:
    treated = np.repeat([0.0, 1.0], [len(first.followed), len(other.followed)])
    months, events = [*first.months, *other.months], [*first.events, *other.events]
    strata = _strata(case, (first, other))
    return cox(months, events, treated[:, None], strata=strata, level=case.study.level)


def _hazard_ratio(case: Case, first: TimedGroup, other: TimedGroup) -> tuple[Cell, ...]:
    try:
        fit = _fit(case, first, other)
    except NotEstimableError as error:
        return (not_estimable(error), NOTHING, NOTHING, NOTHING)
    ratio, log = fit.hazard_ratios[0], fit.coefficients[0]
    return (
        Cell(number(ratio.value, _DECIMALS), ratio.value, (*first.rows, *other.rows)),
        Cell(interval(ratio.interval, _DECIMALS)),
        Cell(p_value(log.p_value), log.p_value),
        _proportional(fit),
    )


def _proportional(fit: CoxFit) -> Cell:
    try:
        found = proportional_hazards_test(fit).together
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(p_value(found.p_value), found.p_value)


def headlines(case: Case, groups: Sequence[TimedGroup]) -> Iterator[Headline]:
    """Yield each hazard ratio that the data hold."""
    first, *others = groups
    for other in others:
        try:
            fit = _fit(case, first, other)
        except NotEstimableError:
            continue
        ratio = fit.hazard_ratios[0]
        label = phrase("in_arm", arm=_versus(other, first), what=case.title)
        p = fit.coefficients[0].p_value
        yield Headline(label, ratio.value, ratio.interval, p, 1.0, _DECIMALS)
