"""Many completed data sets at once, against each of them alone."""

from __future__ import annotations

import numpy as np
import pytest

from trialrun.statistics.ancova import contrast, fit_linear
from trialrun.statistics.ancova_of_completed import fit_completed
from trialrun.statistics.design_matrix import factor, mean_row
from trialrun.statistics.errors import InvalidInputError, NotEstimableError

TERMS = [("arm",), ("site",), ("baseline",)]


def data(n: int = 24, sets: int = 5) -> tuple[np.ndarray, dict[str, object]]:
    generator = np.random.default_rng(4)
    arms = factor(["a" if i % 2 else "b" for i in range(n)], "a")
    sites = factor([str(i % 3) for i in range(n)], "0")
    baseline = generator.normal(30, 5, n)
    outcomes = 0.4 * baseline + 2 * (arms.codes == 1) + generator.normal(0, 3, (sets, n))
    outcomes[:, 3] = np.nan
    return outcomes, {"arm": arms, "site": sites, "baseline": baseline}


def test_each_data_set_gives_what_it_gives_alone() -> None:
    outcomes, variables = data()
    fits = fit_completed(outcomes, variables, TERMS)  # type: ignore[arg-type]
    row = mean_row(fits.design, {"arm": "b"}, "observed") - mean_row(
        fits.design, {"arm": "a"}, "observed"
    )
    values, errors = fits.contrasts(row)
    for outcome, value, error in zip(outcomes, values, errors, strict=True):
        alone = fit_linear(outcome, variables, TERMS)  # type: ignore[arg-type]
        found = contrast(alone, row)
        assert (value, error) == pytest.approx((found.value, found.standard_error), rel=1e-12)
        assert fits.residual_df == alone.residual_df == 23 - 5


def test_what_cannot_be_fitted_is_said() -> None:
    outcomes, variables = data()
    outcomes[1, 4] = np.nan
    with pytest.raises(InvalidInputError, match="lack the same"):
        fit_completed(outcomes, variables, TERMS)  # type: ignore[arg-type]
    few, of_few = data(n=5)
    with pytest.raises(NotEstimableError):
        fit_completed(few, of_few, TERMS)  # type: ignore[arg-type]


def test_a_data_set_without_residual_variation_has_no_fit() -> None:
    x = np.arange(6.0)
    with pytest.raises(NotEstimableError, match="does not vary"):
        fit_completed([x**2, 1 + 2 * x], {"x": x}, [("x",)])
