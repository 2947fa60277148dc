"""Another analysis of the plan on imputed values, pooled, and shifted until its answer tips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.completed import Array, Gapped, completions, gapped
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, not_estimable, why_not
from trialrun.evaluation.efficacy.trajectories import month_of
from trialrun.evaluation.numbers import interval, number, p_value
from trialrun.evaluation.results import NOTHING, Cell, Row, Table, Words, phrase
from trialrun.evaluation.study import Group, Study
from trialrun.protocol.analysis_methods import MultipleImputation, SlopeDifference
from trialrun.statistics.change_of_slope import slope_changes
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate
from trialrun.statistics.rubin import pooled, shifted, tipping_point

_OF_MEANS = 3
"""Decimals of a slope per month."""


@dataclass(frozen=True)
class _Imputed:
    """Everybody's values and their completions (imputations, n, T)."""

    case: Case
    plan: MultipleImputation
    other: SlopeDifference
    of: Gapped
    completed: Array

    def shifted(self, delta: float) -> Array:
        """Return the completions with every imputed value shifted."""
        everybody = np.ones(len(self.of.subjects), dtype=bool)
        return shifted(
            self.completed, self.of.values, np.full(len(self.of.visits), delta), everybody
        )

    def estimate(self, group: Group, delta: float) -> Estimate:
        """Pool the mean difference of slopes of an arm, before the turn less after it.

        Values are taken as of their planned days: those that are imputed have no other.
        """
        visits = [self.of.visits.index(visit) for visit in self.other.visits]
        those = np.array([arm == group.arm.id for arm in self.of.arms])
        months = np.array([month_of(self.case, visit) for visit in self.other.visits])
        values = self.shifted(delta)[:, those][:, :, visits]
        found = slope_changes(values, months, change_at=month_of(self.case, self.other.turn))
        if np.isnan(found.values).any():
            raise NotEstimableError(Reason.TOO_FEW, "a completed data set gives no estimate")
        level, df = self.case.study.level, float(found.dfs[0])
        return pooled(-found.values, found.standard_errors, complete_df=df, level=level).estimate


def multiple_imputation(study: Study, analysis: MultipleImputation) -> Outcome:
    """Carry out the analysis that is named on imputed values, in every arm."""
    case = case_of(study, analysis)
    other = next(one for one in study.plan.analyses if one.id == analysis.analysis)
    assert isinstance(other, SlopeDifference)
    try:
        imputed = _imputed(case, analysis, other)
    except NotEstimableError as error:
        return Outcome(analysis, (phrase("model_says", reason=why_not(error)),), ())
    said = phrase("imputed_n", n=str(imputed.of.to_impute), subjects=str(len(imputed.of.subjects)))
    return Outcome(analysis, (said,), (_table(imputed),), (), tuple(_headlines(imputed)))


def _imputed(case: Case, plan: MultipleImputation, other: SlopeDifference) -> _Imputed:
    of = gapped(case)
    if missing := [visit for visit in other.visits if visit not in of.visits]:
        raise NotEstimableError(Reason.NO_DATA, f"nobody has a value at {', '.join(missing)}")
    return _Imputed(case, plan, other, of, completions(case, of, plan))


def _table(imputed: _Imputed) -> Table:
    plan = imputed.plan
    rows: list[Row] = []
    for group in imputed.case.groups:
        for delta in plan.deltas or (0,):
            label = phrase("shifted_by", delta=number(float(delta), 1))
            cells = _cells(imputed, group, float(delta))
            rows.append(Row(imputed.case.in_arm(group, label), cells))
        rows += _tips(imputed, group)
    columns = tuple(phrase(f"column_{name}") for name in ("estimate", "error", "interval", "p"))
    notes = (
        phrase(
            "imputed_how",
            assumption=phrase(f"assumption_{plan.assumption.name.lower()}"),
            imputations=str(plan.imputations),
            seed=str(plan.seed),
        ),
        phrase("shift_means"),
    )
    return Table(f"{plan.id}-imputed", imputed.case.title, columns, tuple(rows), notes)


def _cells(imputed: _Imputed, group: Group, delta: float) -> tuple[Cell, ...]:
    try:
        found = imputed.estimate(group, delta)
    except NotEstimableError as error:
        return (not_estimable(error), NOTHING, NOTHING, NOTHING)
    return (
        Cell(number(found.value, _OF_MEANS), found.value, imputed.of.rows),
        Cell(number(found.standard_error, _OF_MEANS), found.standard_error),
        Cell(interval(found.interval, _OF_MEANS)),
        Cell(p_value(found.p_value), found.p_value),
    )


def _tips(imputed: _Imputed, group: Group) -> Iterator[Row]:
    """Yield, towards either end of the shifts of the plan, where the answer tips."""
    deltas = [float(delta) for delta in imputed.plan.deltas]
    for limit in dict.fromkeys((min(deltas, default=0.0), max(deltas, default=0.0))):
        if limit == 0:
            continue
        label = phrase("tips_towards", limit=number(limit, 1))
        yield Row(imputed.case.in_arm(group, label), (_tip(imputed, group, limit), *(NOTHING,) * 3))


def _tip(imputed: _Imputed, group: Group, limit: float) -> Cell:
    significance = 1 - imputed.case.study.level
    try:
        found = tipping_point(
            lambda delta: imputed.estimate(group, delta).p_value, limit, significance=significance
        )
    except NotEstimableError as error:
        if error.reason is not Reason.NOT_REACHED:
            return not_estimable(error)
        return Cell(_never(imputed, group, significance))
    return Cell(phrase("tips_at", delta=number(found, 2)), found)


def _never(imputed: _Imputed, group: Group, significance: float) -> Words:
    """Say which of two things: there is nothing to tip, or it does not tip so far."""
    if imputed.estimate(group, 0.0).p_value > significance:
        return phrase("nothing_to_tip")
    return phrase("does_not_tip")


def _headlines(imputed: _Imputed) -> Iterator[Headline]:
    for group in imputed.case.groups:
        try:
            found = imputed.estimate(group, 0.0)
        except NotEstimableError:
            continue
        label = imputed.case.in_arm(group, imputed.case.title)
        yield Headline(label, found.value, found.interval, found.p_value, 0.0, _OF_MEANS)
