"""Imputation strategies against the joint laws as Carpenter, Roger and Kenward write them."""

import numpy as np
import pytest

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.imputation import LongitudinalData, ParameterDraw, longitudinal_data
from trialrun.statistics.reference_based import (
    Strategy,
    completed_data,
    last_observation_carried_forward,
)

ACTIVE_MEAN, REFERENCE_MEAN = np.array([10.0, 8, 6, 4]), np.array([10.0, 11, 12, 14])
ACTIVE = np.array([[4.0, 2, 1, 1], [2, 5, 2, 1], [1, 2, 6, 3], [1, 1, 3, 7]])
REFERENCE = np.array([[5.0, 3, 2, 2], [3, 6, 3, 2], [2, 3, 5, 2], [2, 2, 2, 4]])
DRAW = ParameterDraw(
    np.array([ACTIVE_MEAN[None], REFERENCE_MEAN[None]]), np.array([ACTIVE, REFERENCE])
)


COPIES = 20_000


def trial(row: list[float], copies: int = COPIES) -> LongitudinalData:
    """Copies of a row of the active arm, and complete rows that give every arm every visit."""
    complete = np.random.default_rng(0).normal(size=(4, 4))
    outcomes = np.vstack([np.tile(row, (copies, 1)), complete])
    return longitudinal_data(outcomes, ["active"] * (copies + 2) + ["reference"] * 2)


def completed_copies(row: list[float], strategy: Strategy, seed: int = 1) -> FloatArray:
    completed = completed_data(
        trial(row), [DRAW], strategy, reference="reference", generator=np.random.default_rng(seed)
    )
    return np.asarray(completed[0, :COPIES])


def carpenter(strategy: Strategy, k: int) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of the joint law if the last outcome is the k-th (their section 4)."""
    own, ref = ACTIVE_MEAN, REFERENCE_MEAN
    if strategy is Strategy.AT_RANDOM:
        return own, ACTIVE
    if strategy is Strategy.COPY_REFERENCE:
        return ref, REFERENCE
    if strategy is Strategy.LAST_MEAN:
        return np.append(own[:k], np.full(4 - k, own[k - 1])), ACTIVE
    after = ref[k:]
    if strategy is Strategy.COPY_INCREMENTS:
        after = own[k - 1] + ref[k:] - ref[k - 1]
    a11, r11 = ACTIVE[:k, :k], REFERENCE[:k, :k]
    r21, r22 = REFERENCE[k:, :k], REFERENCE[k:, k:]
    inverse = np.linalg.inv(r11)
    s21 = r21 @ inverse @ a11
    s22 = r22 - r21 @ inverse @ (r11 - a11) @ inverse @ r21.T
    return np.append(own[:k], after), np.block([[a11, s21.T], [s21, s22]])


@pytest.mark.parametrize("strategy", list(Strategy))
@pytest.mark.parametrize("k", [1, 2, 3])
def test_draws_have_the_moments_of_the_conditional_law(strategy: Strategy, k: int) -> None:
    known = [9.0, 12.0, 5.0][:k]
    completed = completed_copies(known + [np.nan] * (4 - k), strategy, seed=k)
    mean, covariance = carpenter(strategy, k)
    weights = covariance[k:, :k] @ np.linalg.inv(covariance[:k, :k])
    expected = mean[k:] + weights @ (np.array(known) - mean[:k])
    spread = covariance[k:, k:] - weights @ covariance[:k, k:]
    assert np.all(completed[:, :k] == known)
    # Four standard errors of a mean of 20,000 draws with a variance below 7.
    assert completed[:, k:].mean(axis=0) == pytest.approx(expected, abs=0.08)
    assert np.atleast_2d(np.cov(completed[:, k:].T)) == pytest.approx(spread, abs=0.3)


@pytest.mark.parametrize("strategy", list(Strategy))
def test_gaps_before_the_last_outcome_are_at_random(strategy: Strategy) -> None:
    completed = completed_copies([9.0, np.nan, np.nan, 3.0], strategy)
    known, gaps = np.ix_([0, 3], [0, 3]), np.ix_([1, 2], [0, 3])
    weights = ACTIVE[gaps] @ np.linalg.inv(ACTIVE[known])
    expected = ACTIVE_MEAN[[1, 2]] + weights @ (np.array([9.0, 3.0]) - ACTIVE_MEAN[[0, 3]])
    assert completed[:, [1, 2]].mean(axis=0) == pytest.approx(expected, abs=0.08)


@pytest.mark.parametrize(
    ("strategy", "mean"),
    [
        (Strategy.AT_RANDOM, ACTIVE_MEAN),
        (Strategy.JUMP_TO_REFERENCE, REFERENCE_MEAN),
        (Strategy.COPY_REFERENCE, REFERENCE_MEAN),
        (Strategy.COPY_INCREMENTS, REFERENCE_MEAN),
    ],
)
def test_without_any_outcome_all_visits_follow_the_strategy(
    strategy: Strategy, mean: FloatArray
) -> None:
    completed = completed_copies([np.nan] * 4, strategy)
    assert completed.mean(axis=0) == pytest.approx(mean, abs=0.08)


def test_the_reference_arm_is_always_at_random() -> None:
    rng = np.random.default_rng(0)
    outcomes = rng.normal(size=(4, 4))
    outcomes[2, 2:] = np.nan
    data = longitudinal_data(outcomes, ["active", "active", "reference", "reference"])
    first, *others = (
        completed_data(
            data, [DRAW] * 3, strategy, reference="reference", generator=np.random.default_rng(6)
        )
        for strategy in Strategy
    )
    for other in others:
        assert np.array_equal(first, other)


def test_covariates_move_the_means() -> None:
    outcomes = np.array([[1.0, np.nan], [2.0, 3.0], [1.0, 0.0], [0.0, 1.0]])
    data = longitudinal_data(outcomes, ["a", "a", "b", "b"], [[5.0], [0.0], [0.0], [0.0]])
    slopes = np.array([[0.0, 0.0], [0.0, 2.0]])
    draw = ParameterDraw(np.array([slopes, slopes]), np.array([np.eye(2), np.eye(2)]))
    completed = completed_data(
        data,
        [draw] * 2000,
        Strategy.JUMP_TO_REFERENCE,
        reference="b",
        generator=np.random.default_rng(1),
    )
    assert completed[:, 0, 1].mean() == pytest.approx(10.0, abs=0.09)


def test_mistakes_are_refused() -> None:
    generator = np.random.default_rng(1)
    with pytest.raises(InvalidInputError, match="no arm"):
        completed_data(
            trial([1.0] * 4), [DRAW], Strategy.AT_RANDOM, reference="placebo", generator=generator
        )
    with pytest.raises(InvalidInputError, match="last mean"):
        completed_data(
            trial([np.nan] * 4),
            [DRAW],
            Strategy.LAST_MEAN,
            reference="reference",
            generator=generator,
        )


def test_last_observation_is_carried_forward() -> None:
    outcomes = np.array([[np.nan, 1.0, np.nan, 2.0, np.nan], [np.nan] * 5])
    carried = last_observation_carried_forward(outcomes)
    assert np.array_equal(carried[0], [np.nan, 1.0, 1.0, 2.0, 2.0], equal_nan=True)
    assert np.isnan(carried[1]).all()
