"""Change from baseline at each visit, with a paired t-test within each arm."""

from __future__ import annotations

from collections.abc import Iterator

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.changes import ByVisit, Changes, changes_at, notes_on
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.efficacy.trajectories import mean_paths, trajectories
from trialrun.evaluation.numbers import interval, not_estimable, p_value
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Row,
    Table,
    Words,
    column_heads,
    head_row,
    phrase,
)
from trialrun.evaluation.study import Study
from trialrun.evaluation.summaries import Numbers, mean_sd
from trialrun.protocol.analysis_methods import ChangeFromBaseline
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.paired import one_sample_t

_COLUMNS = ("n", "baseline_sd", "value_sd", "change_sd", "interval", "p")


def change_from_baseline(study: Study, analysis: ChangeFromBaseline) -> Outcome:
    """Carry out the analysis in every arm, at every visit."""
    case = case_of(study, analysis)
    by_visit = {visit: changes_at(case, visit) for visit in analysis.visits}
    return Outcome(
        analysis,
        (),
        (_table(case, by_visit),),
        (trajectories(case, mean_paths(case, (*_baseline_visits(case), *analysis.visits)), None),),
        tuple(_headlines(case, by_visit)),
    )


def _baseline_visits(case: Case) -> tuple[str, ...]:
    """Return the visits at which baselines were taken, in the order of the design."""
    taken = {one.baseline.visit for one in case.everybody if one.baseline is not None}
    return tuple(visit for visit in case.study.visit_days if visit in taken)


def _table(case: Case, by_visit: ByVisit) -> Table:
    rows: list[Row] = []
    notes: list[Words] = [phrase("paired_t_within")]
    for visit, changes in by_visit.items():
        title = case.study.visit_title(visit)
        rows.append(head_row(title, len(_COLUMNS)))
        rows.extend(Row(one.group.title, _cells(case, one), depth=1) for one in changes)
        of_visit = (phrase("at_visit", visit=title, what=note) for note in notes_on(changes))
        notes.extend(of_visit)
    notes.extend(unused_values(case.study, case.everybody))
    columns = column_heads(*_COLUMNS)
    return Table(f"{case.analysis.id}-changes", case.title, columns, tuple(rows), tuple(notes))


def _cells(case: Case, of: Changes) -> tuple[Cell, ...]:
    n = len(of.known)
    summaries = [_summary(one, case.variable.decimals) for one in (of.baselines, of.values)]
    change = _summary(of.numbers, case.variable.decimals)
    return (Cell(str(n), n, of.numbers.rows), *summaries, change, *_test(case, of.numbers))


def _summary(of: Numbers, decimals: int) -> Cell:
    mean = sum(of.values) / len(of.values) if of.values else None
    return Cell(mean_sd(of.values, decimals), mean, of.rows)


def _test(case: Case, of: Numbers) -> tuple[Cell, Cell]:
    try:
        found = one_sample_t(of.values, level=case.study.level)
    except NotEstimableError as error:
        return not_estimable(error), NOTHING
    between = interval(found.interval, case.variable.decimals + 1)
    return Cell(between), Cell(p_value(found.p_value), found.p_value)


def _headlines(case: Case, by_visit: ByVisit) -> Iterator[Headline]:
    """Yield the mean change of each arm at each visit that has one."""
    for visit, changes in by_visit.items():
        what = phrase("at_visit", visit=case.study.visit_title(visit), what=case.title)
        for one in changes:
            try:
                found = one_sample_t(one.numbers.values, level=case.study.level)
            except NotEstimableError:
                continue
            label = case.in_arm(one.group, what)
            decimals = case.variable.decimals + 1
            yield Headline(label, found.value, found.interval, found.p_value, 0.0, decimals)
