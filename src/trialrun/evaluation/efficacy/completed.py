"""Values at visits with gaps, and many completions of them under a stated assumption.

Nobody's values after their death are imputed: under the strategy "while alive" there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.values import Series, first_cut
from trialrun.protocol.analysis import Strategy
from trialrun.protocol.analysis_methods import MultipleImputation
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.imputation import longitudinal_data, posterior_draws
from trialrun.statistics.reference_based import Strategy as Assumed
from trialrun.statistics.reference_based import completed_data

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Gapped:
    """Values of n subjects at T visits, in the order of their planned days; NaN where missing.

    `after_death` marks what must stay missing; `arms` are the ids of the subjects' arms.
    """

    visits: tuple[str, ...]
    subjects: tuple[str, ...]
    arms: tuple[str, ...]
    values: Array
    after_death: npt.NDArray[np.bool_]
    rows: tuple[str, ...]

    @property
    def to_impute(self) -> int:
        """How many values are imputed."""
        return int((np.isnan(self.values) & ~self.after_death).sum())


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
        tuple(row for one in series for value in one.values for row in value.rows),
    )


def completions(case: Case, of: Gapped, analysis: MultipleImputation) -> Array:
    """Return completed values (imputations, n, T); NaN remains after a death.

    Raises NotEstimableError if there are too few subjects for the model.
    """
    generator = np.random.default_rng(analysis.seed)
    data = longitudinal_data(of.values, of.arms)
    draws = posterior_draws(data, by_arm=True, draws=analysis.imputations, generator=generator)
    reference = analysis.reference or case.study.protocol.design.arms[0].id
    assumed = Assumed(analysis.assumption.value)
    completed = completed_data(data, draws, assumed, reference=reference, generator=generator)
    return np.where(of.after_death, np.nan, completed)


def _number(series: Series, visit: str) -> float:
    value = series.at(visit)
    return float("nan") if value is None else value.number


def _gone(case: Case, series: Series, visits: tuple[str, ...]) -> list[bool]:
    """Say of each visit whether its planned day lies after an event that nothing follows."""
    cut = first_cut(case.study, case.estimand, case.study.subjects[series.subject])
    if cut is None or case.estimand.intercurrent[cut[0]] is not Strategy.WHILE_ALIVE:
        return [False] * len(visits)
    return [case.study.visit_days[visit] > cut[1] for visit in visits]
