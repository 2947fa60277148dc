"""Posterior draws against moments in closed form, and against the model for repeated measures."""

import numpy as np
import pytest
from tests.statistics.longitudinal import ARMS, FEV1, fitted

from trialrun.statistics.ancova import contrast, fit_linear
from trialrun.statistics.design_matrix import factor, mean_row
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.imputation import (
    LongitudinalData,
    conditional_draw,
    longitudinal_data,
    posterior_draws,
)
from trialrun.statistics.reference_based import Strategy, completed_data
from trialrun.statistics.rubin import pooled


def complete_trial(n: int = 40) -> LongitudinalData:
    rng = np.random.default_rng(11)
    outcomes = rng.normal(size=(n, 3)) @ np.array([[1.0, 0.5, 0.2], [0, 1, 0.7], [0, 0, 1]])
    return longitudinal_data(outcomes, ["a", "b"] * (n // 2), rng.normal(size=(n, 1)))


def test_draws_from_complete_data_have_the_moments_of_the_posterior() -> None:
    # Σ ~ inverse Wishart(n − p, S) has mean S/(n − p − T − 1); B given Σ is normal about least
    # squares with covariance (DᵀD)⁻¹ ⊗ Σ (Schafer 1997, section 5.2.2).
    data = complete_trial()
    draws = posterior_draws(
        data, by_arm=False, draws=6000, generator=np.random.default_rng(1), burn_in=0, spacing=1
    )
    design = np.column_stack([data.arms == 0, data.arms == 1, data.covariates])
    fit = np.linalg.lstsq(design * 1.0, data.outcomes, rcond=None)[0]
    residuals = data.outcomes - design @ fit
    mean = residuals.T @ residuals / (40 - 3 - 3 - 1)
    covariances = np.array([draw.covariances[0] for draw in draws])
    assert covariances.mean(axis=0) == pytest.approx(mean, abs=0.03)
    assert np.array_equal(draws[0].covariances[0], draws[0].covariances[1])
    coefficients = np.array([draw.coefficients for draw in draws])
    assert coefficients[:, 0, 0].mean(axis=0) == pytest.approx(fit[0], abs=0.02)
    assert coefficients[:, 1, 0].mean(axis=0) == pytest.approx(fit[1], abs=0.02)
    assert coefficients[:, 1, 1].mean(axis=0) == pytest.approx(fit[2], abs=0.02)
    spread = np.linalg.inv(design.T @ design)[2, 2] * mean
    assert np.cov(coefficients[:, 0, 1].T) == pytest.approx(spread, abs=0.004)


def test_arms_apart_are_models_of_their_own() -> None:
    data = complete_trial()
    draws = posterior_draws(
        data, by_arm=True, draws=3000, generator=np.random.default_rng(1), burn_in=0, spacing=1
    )
    rows = data.arms == 1
    design = np.column_stack([np.ones(20), data.covariates[rows]])
    fit = np.linalg.lstsq(design, data.outcomes[rows], rcond=None)[0]
    drawn = np.mean([draw.coefficients[1] for draw in draws], axis=0)
    assert drawn == pytest.approx(fit, abs=0.03)


def test_conditional_draws_have_the_moments_of_the_normal_law() -> None:
    covariance = np.array([[4.0, 2.0, 1.0], [2.0, 3.0, 1.5], [1.0, 1.5, 2.0]])
    observed = np.array([True, False, False])
    values = np.tile([3.0, np.nan, np.nan], (40_000, 1))
    drawn = conditional_draw(
        values, np.ones((40_000, 3)), covariance, observed, np.random.default_rng(2)
    )
    # Mean 1 + (2, 1)/4 · (3 − 1); covariance less (2, 1)ᵀ(2, 1)/4.
    assert drawn.mean(axis=0) == pytest.approx([2.0, 1.5], abs=0.03)
    assert np.cov(drawn.T) == pytest.approx(np.array([[2.0, 1.0], [1.0, 1.75]]), abs=0.04)


def test_pooled_imputations_agree_with_the_model_for_repeated_measures() -> None:
    # TRT − PBO at the last visit: the model's 4.3985 (1.6805) without covariates differs little;
    # the same assumptions must give the same answer up to the draws and the prior.
    outcomes = FEV1.reshape(200, 4)
    arms = ARMS[::4]
    data = longitudinal_data(outcomes, arms)
    generator = np.random.default_rng(3)
    draws = posterior_draws(data, by_arm=False, draws=100, generator=generator, spacing=10)
    completed = completed_data(
        data, draws, Strategy.AT_RANDOM, reference="PBO", generator=generator
    )
    assert not np.isnan(completed).any()
    observed = ~np.isnan(outcomes)
    assert np.array_equal(completed[5][observed], outcomes[observed])
    fits = [fit_linear(one[:, 3], {"arm": factor(arms, "PBO")}, [("arm",)]) for one in completed]
    effects = [contrast(fit, fit.design.column("arm=TRT")) for fit in fits]
    found = pooled(
        [one.value for one in effects], [one.standard_error for one in effects], complete_df=198
    )
    model = fitted([("arm",), ("visit",), ("arm", "visit")])
    row = mean_row(model.design, {"arm": "TRT", "visit": "VIS4"}, "equal") - mean_row(
        model.design, {"arm": "PBO", "visit": "VIS4"}, "equal"
    )
    error = float(np.sqrt(row @ model.covariance @ row))
    assert found.estimate.value == pytest.approx(float(row @ model.coefficients), abs=0.25)
    assert found.estimate.standard_error == pytest.approx(error, rel=0.08)


def test_draws_repeat_with_their_generator() -> None:
    data = longitudinal_data(FEV1.reshape(200, 4), ARMS[::4])
    first, second = (
        posterior_draws(
            data, by_arm=True, draws=2, generator=np.random.default_rng(8), burn_in=3, spacing=2
        )
        for _ in range(2)
    )
    assert np.array_equal(first[1].coefficients, second[1].coefficients)
    assert not np.array_equal(first[0].coefficients, first[1].coefficients)


def test_what_has_no_posterior_says_why() -> None:
    generator = np.random.default_rng(1)
    gaps = np.array([[1.0, np.nan], [2.0, np.nan], [1.0, 3.0], [4.0, 5.0]])
    with pytest.raises(NotEstimableError) as caught:
        longitudinal_data(gaps, ["a", "a", "b", "b"])
    assert caught.value.reason is Reason.NO_DATA
    few = longitudinal_data(np.arange(6.0).reshape(3, 2), ["a", "a", "b"])
    with pytest.raises(NotEstimableError) as caught:
        posterior_draws(few, by_arm=False, draws=1, generator=generator)
    assert caught.value.reason is Reason.TOO_FEW
    # 3 outcomes at the second of 3 visits determine no covariance with the others: the chain would
    # wander until it fails.
    sparse = np.random.default_rng(1).normal(size=(30, 3))
    sparse[3:, 1] = np.nan
    with pytest.raises(NotEstimableError, match="3 outcomes at a visit") as caught:
        posterior_draws(
            longitudinal_data(sparse, ["a"] * 30), by_arm=False, draws=1, generator=generator
        )
    assert caught.value.reason is Reason.TOO_FEW
    same = np.random.default_rng(1).normal(size=(10, 1)) @ np.ones((1, 2))
    with pytest.raises(NotEstimableError) as caught:
        posterior_draws(
            longitudinal_data(same, ["a"] * 10), by_arm=False, draws=1, generator=generator
        )
    assert caught.value.reason is Reason.SINGULAR
    constant = longitudinal_data(
        np.random.default_rng(1).normal(size=(10, 2)), ["a"] * 10, np.ones((10, 1))
    )
    with pytest.raises(NotEstimableError, match="covariate"):
        posterior_draws(constant, by_arm=False, draws=1, generator=generator)


def test_covariates_are_complete() -> None:
    with pytest.raises(InvalidInputError, match="first visit"):
        longitudinal_data([[1.0], [2.0]], ["a", "b"], [[np.nan], [1.0]])
    with pytest.raises(InvalidInputError, match="one n"):
        longitudinal_data([[1.0], [2.0]], ["a"])
