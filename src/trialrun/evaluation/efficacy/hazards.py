"""Times to an event compared between arms: log-rank, and the hazard ratio of Cox's model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.event_times import TimedGroup
from trialrun.evaluation.efficacy.outcome import Headline
from trialrun.evaluation.efficacy.strata import stratum_of
from trialrun.evaluation.numbers import interval, not_estimable, number, p_value
from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, column_heads, phrase
from trialrun.protocol.analysis_methods import TimeToEvent
from trialrun.statistics.cox import CoxFit, cox
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.log_rank import log_rank_test
from trialrun.statistics.proportional_hazards import proportional_hazards_test

_DECIMALS = 2
"""Of a hazard ratio."""


def comparison(case: Case, groups: Sequence[TimedGroup]) -> Table:
    """Return the log-rank test of all arms, and each arm's hazard ratio to the first."""
    known = [_in_strata(case, one) for one in groups]
    rows = [Row(phrase("log_rank"), _log_rank(case, known))]
    first, *others = known
    for other in others:
        rows.append(Row(_versus(other, first), _hazard_ratio(case, first, other)))
    columns = column_heads("hazard_ratio", "interval", "p", "ph")
    left_out = sum(len(a.followed) - len(b.followed) for a, b in zip(groups, known, strict=True))
    notes: tuple[Words, ...] = (phrase("hazard_rule"),)
    if left_out:
        notes += (phrase("stratum_missing", n=str(left_out)),)
    return Table(f"{case.analysis.id}-hazards", case.title, columns, tuple(rows), notes)


def _names(case: Case) -> tuple[str, ...]:
    assert isinstance(case.analysis, TimeToEvent)
    return case.analysis.strata


def _in_strata(case: Case, of: TimedGroup) -> TimedGroup:
    """Return whoever's stratum is known: the others are compared with nobody."""
    subjects, names = case.study.subjects, _names(case)
    known = tuple(
        one
        for one in of.followed
        if stratum_of(case.study, names, subjects[one.subject]) is not None
    )
    return replace(of, followed=known)


def _versus(other: TimedGroup, first: TimedGroup) -> Words:
    return phrase("versus", one=other.group.title, other=first.group.title)


def _strata(case: Case, groups: Sequence[TimedGroup]) -> list[str]:
    """Return everybody's stratum, in the order of their times; one for all if none is named."""
    subjects, names = case.study.subjects, _names(case)
    return [
        str(stratum_of(case.study, names, subjects[one.subject]))
        for group in groups
        for one in group.followed
    ]


def _log_rank(case: Case, groups: Sequence[TimedGroup]) -> tuple[Cell, ...]:
    with_times = [one for one in groups if one.followed]
    months = [month for one in with_times for month in one.months]
    events = [event for one in with_times for event in one.events]
    arms = [one.group.arm.id for one in with_times for _ in one.followed]
    rows = tuple(row for one in with_times for row in one.rows)
    if len(with_times) < 2:
        alone = NotEstimableError(Reason.NO_DATA, "fewer than two arms hold anybody")
        return (not_estimable(alone), NOTHING, NOTHING, NOTHING)
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
    first, *others = (_in_strata(case, one) for one in groups)
    for other in others:
        try:
            fit = _fit(case, first, other)
        except NotEstimableError:
            continue
        ratio = fit.hazard_ratios[0]
        label = phrase("in_arm", arm=_versus(other, first), what=case.title)
        p = fit.coefficients[0].p_value
        yield Headline(label, ratio.value, ratio.interval, p, 1.0, _DECIMALS)
