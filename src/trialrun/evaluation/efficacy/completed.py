"""Values at visits with gaps, and many completions of them under a stated assumption.

Nobody's values after their death are imputed: under the strategy "while alive" there are none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.values import Series, Value, first_cut
from trialrun.protocol.analysis import Strategy
from trialrun.protocol.analysis_methods import MultipleImputation
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.imputation import longitudinal_data, outcomes_needed, posterior_draws
from trialrun.statistics.reference_based import Strategy as Assumed
from trialrun.statistics.reference_based import completed_data

Array = npt.NDArray[np.float64]


_SPACING = 20
"""Steps between two draws that are used: even where half of the values are missing, two draws so
far apart know next to nothing of each other."""


@dataclass(frozen=True)
class Gapped:
    """Values of n subjects at T visits, in the order of their planned days; NaN where missing.

    `after_death` marks what must stay missing; `arms` are the ids of the subjects' arms, and
    `baselines` (n, 1) what all visits depend on, or (n, 0) where the baseline is a visit itself.
    """

    visits: tuple[str, ...]
    subjects: tuple[str, ...]
    arms: tuple[str, ...]
    values: Array
    after_death: npt.NDArray[np.bool_]
    baselines: Array
    rows: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """Visits with too few values in an arm for a model of them beside the others."""

    @property
    def to_impute(self) -> int:
        """How many values are imputed."""
        return int((np.isnan(self.values) & ~self.after_death).sum())

    def with_enough(self, asked: Collection[str]) -> Gapped:
        """Leave out visits that hold too few values in an arm, the emptiest first.

        What is `asked` stays: without it there is no answer, and the model says so itself.
        """
        codes = np.unique(np.array(self.arms), return_inverse=True)[1]
        seen = ~np.isnan(self.values)
        fewest = np.min([seen[codes == code].sum(axis=0) for code in set(codes)], axis=0)
        kept = list(range(len(self.visits)))
        while spare := [place for place in kept if self.visits[place] not in asked]:
            emptiest = min(spare, key=lambda place: int(fewest[place]))
            if fewest[emptiest] >= outcomes_needed(len(kept), 1 + self.baselines.shape[1]):
                break
            kept.remove(emptiest)
        return replace(
            self,
            visits=tuple(self.visits[place] for place in kept),
            values=self.values[:, kept],
            after_death=self.after_death[:, kept],
            left_out=tuple(name for place, name in enumerate(self.visits) if place not in kept),
        )


def gapped(case: Case) -> Gapped:
    """Return the values at every planned visit at which somebody of each arm has one.

    Raises NotEstimableError if there is no such visit.
    """
    groups = [(group, those) for group, those in case.by_group() if those]
    visits = tuple(
        visit
        for visit, _ in sorted(case.study.visit_days.items(), key=lambda one: one[1])
        if groups and all(any(one.at(visit) for one in those) for _, those in groups)
    )
    if not visits:
        raise NotEstimableError(Reason.NO_DATA, "there is no visit with a value in every arm")
    series = [one for _, those in groups for one in those]
    return Gapped(
        visits,
        tuple(one.subject for one in series),
        tuple(group.arm.id for group, those in groups for _ in those),
        np.array([[_number(one, visit) for visit in visits] for one in series]),
        np.array([_gone(case, one, visits) for one in series]),
        np.zeros((len(series), 0)),
        tuple(row for one in series for value in one.values for row in value.rows),
    )


def gapped_changes(case: Case, visit: str) -> Gapped:
    """Return the values after the baseline until a visit, of whoever has a baseline.

    A visit before the last counts if somebody of each arm has a value. The baseline is no visit: a
    reference arm says what follows it, not what it is. Raises NotEstimableError if there is no
    baseline in an arm, or no value at the visit.
    """
    groups = [
        (group, tuple(one for one in those if one.baseline is not None))
        for group, those in case.by_group()
    ]
    if any(not those for _, those in groups):
        raise NotEstimableError(Reason.NO_DATA, "there is an arm without any baseline")
    days = case.study.visit_days
    until = sorted((name for name in days if days[name] <= days[visit]), key=days.__getitem__)
    visits = tuple(
        name
        for name in until
        if all(any(_later(one, name) is not None for one in those) for _, those in groups)
    )
    if not visits or visits[-1] != visit:
        raise NotEstimableError(Reason.NO_DATA, f"there is an arm without any value at {visit}")
    series = [one for _, those in groups for one in those]
    return Gapped(
        visits,
        tuple(one.subject for one in series),
        tuple(group.arm.id for group, those in groups for _ in those),
        np.array([[_later_number(one, visit) for visit in visits] for one in series]),
        np.array([_gone(case, one, visits) for one in series]),
        np.array([[one.baseline.number] for one in series if one.baseline is not None]),
        tuple(row for one in series for value in one.values for row in value.rows),
    )


def _later(series: Series, visit: str) -> Value | None:
    found = series.at(visit)
    return found if found in series.later else None


def _later_number(series: Series, visit: str) -> float:
    found = _later(series, visit)
    return float("nan") if found is None else found.number


def completions(case: Case, of: Gapped, analysis: MultipleImputation) -> Array:
    """Return completed values (imputations, n, T); NaN remains after a death.

    Raises NotEstimableError if there are too few subjects for the model.
    """
    generator = np.random.default_rng(analysis.seed)
    assumed = Assumed(analysis.assumption.value)
    if assumed is Assumed.LAST_MEAN and np.isnan(of.values).all(axis=1).any():
        raise NotEstimableError(Reason.NO_DATA, "somebody has no value whose mean could be carried")
    data = longitudinal_data(of.values, of.arms, of.baselines)
    draws = posterior_draws(
        data,
        by_arm=True,
        draws=analysis.imputations,
        generator=generator,
        spacing=_SPACING,
    )
    reference = reference_of(case, analysis)
    completed = completed_data(data, draws, assumed, reference=reference, generator=generator)
    return np.where(of.after_death, np.nan, completed)


def reference_of(case: Case, analysis: MultipleImputation) -> str:
    """Return the arm that others jump to, or are compared with: the design's first by default."""
    return analysis.reference or case.study.protocol.design.arms[0].id


def _number(series: Series, visit: str) -> float:
    value = series.at(visit)
    return float("nan") if value is None else value.number


def _gone(case: Case, series: Series, visits: tuple[str, ...]) -> list[bool]:
    """Say of each visit whether its planned day lies after an event that nothing follows."""
    cut = first_cut(case.study, case.estimand, case.study.subjects[series.subject])
    if cut is None or case.estimand.intercurrent[cut[0]] is not Strategy.WHILE_ALIVE:
        return [False] * len(visits)
    return [case.study.visit_days[visit] > cut[1] for visit in visits]
