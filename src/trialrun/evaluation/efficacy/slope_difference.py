"""The difference of slopes within participants, from the planned points: t, Wilcoxon, bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.efficacy.scale import per_month
from trialrun.evaluation.efficacy.slopes import DECIMALS, DECIMALS_OF_MEAN, Slopes, slopes_of
from trialrun.evaluation.efficacy.trajectories import mean_paths, trajectories
from trialrun.evaluation.numbers import interval, not_estimable, number, p_value
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Listed,
    Row,
    Table,
    column_heads,
    head_row,
    phrase,
)
from trialrun.evaluation.study import Study
from trialrun.evaluation.summaries import Numbers, summary_rows
from trialrun.protocol.analysis_methods import SlopeDifference
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.bootstrap import BootstrapInterval, bootstrap_interval
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.paired import Zeros, one_sample_t, pseudo_median, signed_rank_test

BySubject = Sequence[Slopes]


def slope_difference(study: Study, analysis: SlopeDifference) -> Outcome:
    """Carry out the analysis in every arm."""
    case = case_of(study, analysis)
    slopes = [
        [slopes_of(one, analysis.visits, analysis.turn) for one in those] for those in case.series
    ]
    return Outcome(
        analysis,
        (),
        (
            _summary(case, analysis, slopes),
            _tests(case, analysis, slopes),
            _listing(case, analysis, slopes),
        ),
        (trajectories(case, mean_paths(case, analysis.visits), analysis.turn),),
        tuple(_headlines(case, slopes)),
        (
            sum(len(differences(those).values) for those in slopes),
            sum(group.size for group in case.groups),
        ),
    )


def differences(slopes: BySubject) -> Numbers:
    """Return the differences of whoever has both slopes."""
    return _known(slopes, lambda one: one.difference)


def _known(slopes: BySubject, part: Callable[[Slopes], float | None]) -> Numbers:
    known = [(value, one) for one in slopes if (value := part(one)) is not None]
    rows = tuple(row for _, one in known for row in one.rows)
    return Numbers(tuple(value for value, _ in known), rows)


_PARTS: Mapping[str, Callable[[Slopes], float | None]] = {
    "before": lambda one: one.before,
    "after": lambda one: one.after,
    "difference": lambda one: one.difference,
}


def _summary(case: Case, analysis: SlopeDifference, slopes: Sequence[BySubject]) -> Table:
    """Return the slopes before and after the turn and their differences, summarised."""
    rows: list[Row] = []
    for name, part in _PARTS.items():
        columns = [_known(those, part) for those in slopes]
        head = phrase(f"slope_{name}", turn=case.study.visit_title(analysis.turn))
        rows.append(head_row(head, len(columns)))
        rows.extend(summary_rows(columns, DECIMALS))
    visits = Listed(tuple(case.study.visit_title(visit) for visit in analysis.visits))
    rule = phrase("slope_rule", visits=visits, turn=case.study.visit_title(analysis.turn))
    notes = (rule, *unused_values(case.study, case.everybody))
    corner = phrase("slope_unit", unit=per_month(case.study, case.analysis))
    return Table(f"{analysis.id}-slopes", case.title, case.heads, tuple(rows), notes, corner)


def _tests(case: Case, analysis: SlopeDifference, slopes: Sequence[BySubject]) -> Table:
    """Return each test of the differences: what it estimates, its interval, its p-value."""
    rows = [
        Row(case.in_arm(group, phrase(f"test_{name}")), _said(differences(those), say, case))
        for group, those in zip(case.groups, slopes, strict=True)
        for name, say in _TESTS.items()
    ]
    columns = column_heads("n", "estimate", "interval", "p")
    notes = (phrase("bootstrap_of", resamples=f"{analysis.resamples:,}", seed=str(analysis.seed)),)
    return Table(f"{analysis.id}-tests", case.title, columns, tuple(rows), notes)


Said = tuple[Cell, Cell, Cell]
"""An estimate, its interval, and the p-value."""


def _said(of: Numbers, say: Callable[[FloatArray, Case], Said], case: Case) -> tuple[Cell, ...]:
    n = Cell(str(len(of.values)), len(of.values), of.rows)
    try:
        return (n, *say(np.array(of.values), case))
    except NotEstimableError as error:
        return (n, not_estimable(error), NOTHING, NOTHING)


def _by_t(values: FloatArray, case: Case) -> Said:
    found = one_sample_t(values, level=case.study.level)
    p = Cell(p_value(found.p_value), found.p_value)
    return _mean(found.value), Cell(interval(found.interval, DECIMALS_OF_MEAN)), p


def _by_ranks(values: FloatArray, case: Case) -> Said:
    tested = signed_rank_test(values, Zeros.WILCOXON)
    median = pseudo_median(values, case.study.level)
    between = "–" if median.interval is None else interval(median.interval, DECIMALS_OF_MEAN)
    return _mean(median.value), Cell(between), Cell(p_value(tested.p_value), tested.p_value)


def _by_bootstrap(values: FloatArray, case: Case) -> Said:
    assert isinstance(case.analysis, SlopeDifference)
    between = bootstrap_interval(
        values,
        np.mean,
        BootstrapInterval.BCA,
        generator=np.random.default_rng(case.analysis.seed),
        resamples=case.analysis.resamples,
        level=case.study.level,
    )
    return _mean(float(values.mean())), Cell(interval(between, DECIMALS_OF_MEAN)), NOTHING


_TESTS: Mapping[str, Callable[[FloatArray, Case], Said]] = {
    "paired_t": _by_t,
    "wilcoxon": _by_ranks,
    "bootstrap": _by_bootstrap,
}


def _mean(value: float) -> Cell:
    return Cell(number(value, DECIMALS_OF_MEAN), value)


def _listing(case: Case, analysis: SlopeDifference, slopes: Sequence[BySubject]) -> Table:
    """Return everybody's slopes."""
    rows = [
        Row(one.subject, (Cell(group.title), *(_slope(part(one), one) for part in _PARTS.values())))
        for group, those in zip(case.groups, slopes, strict=True)
        for one in those
    ]
    turn = case.study.visit_title(analysis.turn)
    columns = tuple(phrase(f"column_{name}", turn=turn) for name in ("arm", *_PARTS))
    title = phrase("listing_of", what=case.title)
    return Table(f"{case.analysis.id}-listing", title, columns, tuple(rows))


def _slope(value: float | None, of: Slopes) -> Cell:
    return NOTHING if value is None else Cell(number(value, DECIMALS), value, of.rows)


def _headlines(case: Case, slopes: Sequence[BySubject]) -> Iterator[Headline]:
    """Yield the paired t estimate of each arm that has one."""
    for group, those in zip(case.groups, slopes, strict=True):
        try:
            found = one_sample_t(differences(those).values, level=case.study.level)
        except NotEstimableError:
            continue
        label = case.in_arm(group, case.title)
        yield Headline(label, found.value, found.interval, found.p_value, 0.0, DECIMALS_OF_MEAN)
