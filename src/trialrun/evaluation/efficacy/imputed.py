"""Values with gaps beside their completions, and what another analysis asks of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.gaps import Gapped
from trialrun.evaluation.results import Words, phrase
from trialrun.protocol.analysis_methods import MultipleImputation
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate
from trialrun.statistics.imputation import longitudinal_data, posterior_draws
from trialrun.statistics.reference_based import Strategy as Assumed
from trialrun.statistics.reference_based import completed_data
from trialrun.statistics.rubin import pooled, shifted

_SPACING = 20
"""Steps between two draws that are used: even where half of the values are missing, two draws so
far apart know next to nothing of each other."""


@dataclass(frozen=True)
class Imputed:
    """Everybody's values and their completions (imputations, n, T)."""

    case: Case
    plan: MultipleImputation
    gapped: Gapped
    completed: FloatArray

    def shifted(self, delta: float, arms: Collection[str]) -> FloatArray:
        """Return the completions with every imputed value of some arms shifted."""
        those = np.array([arm in arms for arm in self.gapped.arms])
        return shifted(
            self.completed, self.gapped.values, np.full(len(self.gapped.visits), delta), those
        )

    def pooled(self, values: FloatArray, errors: FloatArray, df: float) -> Estimate:
        """Pool what the completions say, one value and error (M,) each, by Rubin's rules.

        Raises NotEstimableError where a completed data set says nothing.
        """
        if np.isnan(values).any():
            raise NotEstimableError(Reason.TOO_FEW, "a completed data set gives no estimate")
        return pooled(values, errors, complete_df=df, level=self.case.study.level).estimate


def imputed(case: Case, plan: MultipleImputation, gapped: Gapped) -> Imputed:
    """Complete values with gaps as the plan assumes; raises as `completions`."""
    return Imputed(case, plan, gapped, completions(case, gapped, plan))


def completions(case: Case, gapped: Gapped, analysis: MultipleImputation) -> FloatArray:
    """Return completed values (imputations, n, T); NaN remains after a death.

    Raises NotEstimableError if there are too few subjects for the model.
    """
    generator = np.random.default_rng(analysis.seed)
    assumed = Assumed(analysis.assumption.value)
    if assumed is Assumed.LAST_MEAN and np.isnan(gapped.values).all(axis=1).any():
        raise NotEstimableError(Reason.NO_DATA, "somebody has no value whose mean could be carried")
    data = longitudinal_data(gapped.values, gapped.arms, gapped.baselines)
    draws = posterior_draws(
        data,
        by_arm=True,
        draws=analysis.imputations,
        generator=generator,
        spacing=_SPACING,
    )
    reference = reference_of(case, analysis)
    completed = completed_data(data, draws, assumed, reference=reference, generator=generator)
    return np.where(gapped.after_death, np.nan, completed)


def reference_of(case: Case, analysis: MultipleImputation) -> str:
    """Return the arm that others jump to, or are compared with: the design's first by default."""
    return analysis.reference or case.study.protocol.design.arms[0].id


@dataclass(frozen=True)
class Question:
    """What is estimated on imputed values that are shifted by so much, with its decimals.

    `about` is whom: an arm, or two that are compared; None where there is but one arm.
    """

    about: Words | None
    headline: Words
    estimate: Callable[[float], Estimate]
    decimals: int

    def label(self, what: Words) -> Words:
        """Return a label that names whom it is about, where that is needed."""
        return what if self.about is None else phrase("in_arm", arm=self.about, what=what)
