"""The comparison of arms by analysis of covariance, on imputed values.

The model of the imputation holds, in each arm, the visits up to the one compared, given the
baseline. Every arm is shifted but the reference: a shift of everybody would leave all differences
as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from trialrun.evaluation.efficacy.adjustment import (
    adjusters,
    difference_of,
    factor_of,
    later_with_earlier,
)
from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.gaps import gapped_changes
from trialrun.evaluation.efficacy.imputed import Imputed, Question, imputed, reference_of
from trialrun.evaluation.results import phrase
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis_methods import Ancova, MultipleImputation
from trialrun.statistics.ancova_of_completed import fit_completed
from trialrun.statistics.design_matrix import Variable, mean_row
from trialrun.statistics.estimates import Estimate


def imputed_changes(case: Case, plan: MultipleImputation, other: Ancova) -> Imputed:
    """Return everybody's baselines and values with their completions.

    Raises NotEstimableError if an arm has no baseline, or no value at the visit, or too few.
    """
    return imputed(case, plan, gapped_changes(case, other.visit).with_enough((other.visit,)))


def change_questions(of: Imputed, other: Ancova) -> Iterator[Question]:
    """Yield the difference of the adjusted means of every two arms, later less earlier."""
    for later, earlier in later_with_earlier(of.case.groups):
        about = difference_of(later, earlier)
        yield Question(
            about,
            phrase("in_arm", arm=of.case.title, what=about),
            partial(_difference, of, other, later, earlier),
            of.case.variable.decimals + 1,
        )


def _difference(of: Imputed, other: Ancova, later: Group, earlier: Group, delta: float) -> Estimate:
    shifted_arms = set(of.gapped.arms) - {reference_of(of.case, of.plan)}
    completed = of.shifted(delta, shifted_arms)
    baseline = of.gapped.baselines[:, 0]
    variables = {**_variables(of, other), "baseline": baseline}
    fits = fit_completed(completed[:, :, -1] - baseline, variables, [(name,) for name in variables])
    rows = [mean_row(fits.design, {"arm": one.arm.id}, "observed") for one in (later, earlier)]
    values, errors = fits.contrasts(rows[0] - rows[1])
    return of.pooled(values, errors, float(fits.residual_df))


def _variables(of: Imputed, other: Ancova) -> dict[str, Variable]:
    subjects = [of.case.study.subjects[name] for name in of.gapped.subjects]
    arms = factor_of(of.gapped.arms, [group.arm.id for group in of.case.groups])
    return {"arm": arms, **adjusters(of.case, other, subjects)}
