"""The search reaches one optimum from everywhere, and says when there is none."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from tests.statistics.longitudinal import FULL, fitted

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import NotEstimableError, Reason
from trialrun.statistics.likelihood import Evaluation, Likelihood
from trialrun.statistics.likelihood_search import optimum_from


@pytest.mark.parametrize("seed", range(4))
def test_every_start_leads_to_one_optimum(seed: int) -> None:
    likelihood = fitted(FULL).likelihood
    rng = np.random.default_rng(seed)
    start = np.concatenate([rng.uniform(1, 2.5, size=4), rng.normal(0, 0.5, size=6)])
    at = likelihood.at(optimum_from(likelihood, start, np.ones(10)))
    assert at is not None
    # nlme's gls, see test_mixed_models
    assert at.value == pytest.approx(3386.449871, abs=1e-6)
    assert np.abs(at.gradient).max() < 1e-6


@dataclass(frozen=True)
class _Misleading(Likelihood):
    """Its gradient points the wrong way: no step descends."""

    def at(self, parameters: FloatArray) -> Evaluation | None:
        found = super().at(parameters)
        return None if found is None else replace(found, gradient=found.gradient + 50.0)


@dataclass(frozen=True)
class _Nowhere(Likelihood):
    def at(self, parameters: FloatArray) -> Evaluation | None:
        return None


@pytest.mark.parametrize(
    ("kind", "reason"), [(_Misleading, Reason.NOT_CONVERGED), (_Nowhere, Reason.SINGULAR)]
)
def test_no_optimum_is_an_error(kind: type[Likelihood], reason: Reason) -> None:
    model = fitted(FULL).likelihood
    unfit = kind(model.patterns, model.covariances, model.restricted)
    with pytest.raises(NotEstimableError) as caught:
        optimum_from(unfit, np.array([1.8, 1.6, 1.4, 2.3, *([0.2] * 6)]), np.ones(10))
    assert caught.value.reason is reason
