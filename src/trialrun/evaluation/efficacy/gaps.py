"""Values at visits with gaps, as a model of imputation takes them.

Nobody's values after their death are imputed: under the strategy "while alive" there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.study import Group
from trialrun.evaluation.values import Series, Value, first_cut
from trialrun.protocol.analysis import Strategy
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.imputation import outcomes_needed

Find = Callable[[Series, str], Value | None]
"""Which value of a subject stands at a visit."""


@dataclass(frozen=True)
class Gapped:
    """Values of n subjects at T visits, in the order of their planned days; NaN where missing.

    `after_death` marks what must stay missing; `arms` are the ids of the subjects' arms, and
    `baselines` (n, 1) what all visits depend on, or (n, 0) where the baseline is a visit itself.
    """

    visits: tuple[str, ...]
    subjects: tuple[str, ...]
    arms: tuple[str, ...]
    values: FloatArray
    after_death: npt.NDArray[np.bool_]
    baselines: FloatArray
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
    arms = [(group, those) for group, those in case.by_group() if those]
    visits = _held_in_every_arm(case, arms, Series.at)
    if not visits:
        raise NotEstimableError(Reason.NO_DATA, "there is no visit with a value in every arm")
    none = np.zeros((sum(len(those) for _, those in arms), 0))
    return _gapped(case, arms, visits, Series.at, none)


def gapped_changes(case: Case, visit: str) -> Gapped:
    """Return the values after the baseline until a visit, of whoever has a baseline.

    A visit before the last counts if somebody of each arm has a value. The baseline is no visit: a
    reference arm says what follows it, not what it is. Raises NotEstimableError if there is no
    baseline in an arm, or no value at the visit.
    """
    arms = [
        (group, tuple(one for one in those if one.baseline is not None))
        for group, those in case.by_group()
    ]
    if any(not those for _, those in arms):
        raise NotEstimableError(Reason.NO_DATA, "there is an arm without any baseline")
    days = case.study.visit_days
    held = _held_in_every_arm(case, arms, _later)
    visits = tuple(name for name in held if days[name] <= days[visit])
    if not visits or visits[-1] != visit:
        raise NotEstimableError(Reason.NO_DATA, f"there is an arm without any value at {visit}")
    baselines = [one.baseline for _, those in arms for one in those if one.baseline is not None]
    return _gapped(case, arms, visits, _later, np.array([[one.number] for one in baselines]))


Arms = Sequence[tuple[Group, Sequence[Series]]]


def _held_in_every_arm(case: Case, arms: Arms, find: Find) -> tuple[str, ...]:
    """Return the visits, in the order of their days, with a value of somebody in each arm."""
    days = case.study.visit_days
    return tuple(
        visit
        for visit in sorted(days, key=days.__getitem__)
        if arms and all(any(find(one, visit) for one in those) for _, those in arms)
    )


def _gapped(
    case: Case, arms: Arms, visits: tuple[str, ...], find: Find, baselines: FloatArray
) -> Gapped:
    series = [one for _, those in arms for one in those]
    found = [[find(one, visit) for visit in visits] for one in series]
    return Gapped(
        visits,
        tuple(one.subject for one in series),
        tuple(group.arm.id for group, those in arms for _ in those),
        np.array([[np.nan if one is None else one.number for one in row] for row in found]),
        np.array([_gone(case, one, visits) for one in series]),
        baselines,
        tuple(row for one in series for value in one.values for row in value.rows),
    )


def _later(series: Series, visit: str) -> Value | None:
    found = series.at(visit)
    return found if found in series.later else None


def _gone(case: Case, series: Series, visits: tuple[str, ...]) -> list[bool]:
    """Say of each visit whether its planned day lies after an event that nothing follows."""
    cut = first_cut(case.study, case.estimand, case.study.subjects[series.subject])
    if cut is None or case.estimand.intercurrent[cut[0]] is not Strategy.WHILE_ALIVE:
        return [False] * len(visits)
    return [case.study.visit_days[visit] > cut[1] for visit in visits]
