"""The difference of slopes on imputed values, in every arm.

Values are taken as of their planned days: those that are imputed have no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.gaps import gapped
from trialrun.evaluation.efficacy.imputed import Imputed, Question, imputed
from trialrun.evaluation.efficacy.slopes import DECIMALS_OF_MEAN
from trialrun.evaluation.efficacy.trajectories import month_of
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis_methods import MultipleImputation, SlopeDifference
from trialrun.statistics.change_of_slope import slope_changes
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate


def imputed_slopes(case: Case, plan: MultipleImputation, other: SlopeDifference) -> Imputed:
    """Return everybody's values and their completions.

    Raises NotEstimableError if nobody has a value at one of the visits, or too few have any.
    """
    of = gapped(case)
    if missing := [visit for visit in other.visits if visit not in of.visits]:
        raise NotEstimableError(Reason.NO_DATA, f"nobody has a value at {', '.join(missing)}")
    return imputed(case, plan, of.with_enough(other.visits))


def slope_questions(of: Imputed, other: SlopeDifference) -> Iterator[Question]:
    """Yield the mean difference of slopes of each arm, before the turn less after it."""
    for group in of.case.groups:
        yield Question(
            None if len(of.case.groups) == 1 else group.title,
            of.case.in_arm(group, of.case.title),
            partial(_difference, of, other, group),
            DECIMALS_OF_MEAN,
        )


def _difference(of: Imputed, other: SlopeDifference, group: Group, delta: float) -> Estimate:
    visits = [of.gapped.visits.index(visit) for visit in other.visits]
    those = np.array([arm == group.arm.id for arm in of.gapped.arms])
    months = np.array([month_of(of.case, visit) for visit in other.visits])
    values = of.shifted(delta, {group.arm.id})[:, those][:, :, visits]
    found = slope_changes(values, months, change_at=month_of(of.case, other.turn))
    return of.pooled(-found.values, found.standard_errors, float(found.dfs[0]))
