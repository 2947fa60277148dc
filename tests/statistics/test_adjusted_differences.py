"""The difference of two arms in many trials at once: against the linear model of each trial."""

import numpy as np
import pytest

from trialrun.statistics.adjusted_differences import adjusted_differences
from trialrun.statistics.ancova import contrast, fit_linear
from trialrun.statistics.errors import InvalidInputError

ARM = np.repeat([0.0, 1.0], 6)


def test_each_trial_is_that_of_the_linear_model() -> None:
    rng = np.random.default_rng(3)
    baselines = 24 + 12 * rng.normal(size=(25, 12))
    outcomes = 2 - 0.1 * baselines - 1.5 * ARM + 5 * rng.normal(size=(25, 12))
    outcomes[rng.random((25, 12)) < 0.2] = np.nan
    found = adjusted_differences(outcomes, baselines, ARM)
    for trial in range(25):
        fit = fit_linear(
            outcomes[trial], {"arm": ARM, "baseline": baselines[trial]}, [("arm",), ("baseline",)]
        )
        one = contrast(fit, fit.design.column("arm"))
        assert found.values[trial] == pytest.approx(one.value, rel=1e-9)
        assert found.standard_errors[trial] == pytest.approx(one.standard_error, rel=1e-9)
        assert (found.dfs[trial], found.n_participants[trial]) == (one.df, fit.n_observed)


@pytest.mark.parametrize("seen", [slice(0, 6), slice(4, 7)], ids=["one arm", "three participants"])
def test_a_trial_without_an_estimate_has_no_number(seen: slice) -> None:
    rng = np.random.default_rng(4)
    outcomes = np.full((1, 12), np.nan)
    outcomes[0, seen] = rng.normal(size=12)[seen]
    found = adjusted_differences(outcomes, rng.normal(size=(1, 12)), ARM)
    assert np.isnan([found.values[0], found.standard_errors[0]]).all()


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="shape"):
        adjusted_differences(np.zeros((2, 12)), np.zeros((2, 11)), ARM)
    with pytest.raises(InvalidInputError, match="shape"):
        adjusted_differences(np.zeros((2, 12)), np.zeros((2, 12)), ARM[1:])
