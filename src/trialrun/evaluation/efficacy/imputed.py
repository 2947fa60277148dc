"""Values with gaps beside their completions, and what another analysis asks of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.completed import Array, Gapped, completions
from trialrun.evaluation.results import Words, phrase
from trialrun.protocol.analysis_methods import MultipleImputation
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.estimates import Estimate
from trialrun.statistics.rubin import pooled, shifted


@dataclass(frozen=True)
class Imputed:
    """Everybody's values and their completions (imputations, n, T)."""

    case: Case
    plan: MultipleImputation
    of: Gapped
    completed: Array

    def shifted(self, delta: float, arms: Collection[str]) -> Array:
        """Return the completions with every imputed value of some arms shifted."""
        those = np.array([arm in arms for arm in self.of.arms])
        return shifted(self.completed, self.of.values, np.full(len(self.of.visits), delta), those)

    def pooled(self, values: Array, errors: Array, df: float) -> Estimate:
        """Pool what the completions say, one value and error (M,) each, by Rubin's rules.

        Raises NotEstimableError where a completed data set says nothing.
        """
        if np.isnan(values).any():
            raise NotEstimableError(Reason.TOO_FEW, "a completed data set gives no estimate")
        return pooled(values, errors, complete_df=df, level=self.case.study.level).estimate


def imputed(case: Case, plan: MultipleImputation, of: Gapped) -> Imputed:
    """Complete values with gaps as the plan assumes; raises as `completions`."""
    return Imputed(case, plan, of, completions(case, of, plan))


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
