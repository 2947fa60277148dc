"""The likelihood by patterns against the plain formula over single participants."""

import numpy as np
import pytest

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.covariances import Correlation, VisitCovariance
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.likelihood import Likelihood, patterns_of

STRUCTURE = VisitCovariance(Correlation.TOEPLITZ)
TIMES = np.arange(3.0)[:, None]
PARAMETERS = np.array([0.1, 0.4, -0.2, 0.5, 0.3])


def observations() -> tuple[FloatArray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    subjects, occasions = (part.ravel() for part in np.indices((12, 3)))
    seen = rng.random(36) > 0.25
    x = np.column_stack([np.ones(36), rng.normal(size=36), rng.normal(size=36)])
    columns = np.column_stack([x, rng.normal(size=36)])[seen]
    _, numbers = np.unique(subjects[seen], return_inverse=True)
    return columns, numbers, occasions[seen]


def likelihood(*, restricted: bool) -> Likelihood:
    columns, subjects, occasions = observations()
    groups = np.zeros(len(subjects), dtype=np.int64)
    patterns = patterns_of(columns, subjects, occasions, groups, occasions[:, None] * 1.0)
    shape = (len(patterns.counts), 3, 3)
    return Likelihood(
        patterns, lambda p: np.broadcast_to(STRUCTURE.matrices(p, TIMES), shape), restricted
    )


def plain(parameters: FloatArray, *, restricted: bool) -> float:
    """Harville (1977), equations 2.4 and 3.1, with the whole matrix V."""
    columns, subjects, occasions = observations()
    x, y = columns[:, :-1], columns[:, -1]
    one = STRUCTURE.matrices(parameters, TIMES)
    v = np.where(subjects[:, None] == subjects, one[np.ix_(occasions, occasions)], 0.0)
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    residual = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
    value = np.linalg.slogdet(v)[1] + residual @ inverse @ residual
    if restricted:
        value += np.linalg.slogdet(information)[1]
    return float(value + (len(y) - restricted * x.shape[1]) * np.log(2 * np.pi))


@pytest.mark.parametrize("restricted", [True, False])
def test_value_is_that_of_the_plain_formula(restricted: bool) -> None:
    at = likelihood(restricted=restricted).at(PARAMETERS)
    assert at is not None
    assert at.value == pytest.approx(plain(PARAMETERS, restricted=restricted), rel=1e-12)


@pytest.mark.parametrize("restricted", [True, False])
def test_gradient_and_hessian_are_differences_of_the_plain_formula(restricted: bool) -> None:
    model = likelihood(restricted=restricted)
    at = model.at(PARAMETERS)
    assert at is not None
    hessian = model.hessian(PARAMETERS, at, np.ones(5))
    assert hessian is not None
    for index, unit in enumerate(np.eye(5)):
        above, middle, below = (
            plain(PARAMETERS + step * unit, restricted=restricted) for step in (1e-4, 0.0, -1e-4)
        )
        assert at.gradient[index] == pytest.approx((above - below) / 2e-4, abs=1e-5)
        assert hessian[index, index] == pytest.approx((above - 2 * middle + below) / 1e-8, abs=1e-3)


def test_expected_information_is_the_mean_of_the_observed() -> None:
    # E[H]/2 = I: the mean over outcomes drawn from the model, here exact by averaging over all
    # draws' second moments: y replaced by the columns of a square root of V.
    columns, subjects, occasions = observations()
    model = likelihood(restricted=True)
    at = model.at(PARAMETERS)
    assert at is not None
    one = STRUCTURE.matrices(PARAMETERS, TIMES)
    v = np.where(subjects[:, None] == subjects, one[np.ix_(occasions, occasions)], 0.0)
    groups = np.zeros(len(subjects), dtype=np.int64)
    roots = np.linalg.cholesky(v).T
    total = np.zeros((5, 5))
    without = np.zeros((5, 5))
    for y in [*roots, np.zeros(len(v))]:
        drawn = np.column_stack([columns[:, :-1], y])
        patterns = patterns_of(drawn, subjects, occasions, groups, occasions[:, None] * 1.0)
        there = Likelihood(patterns, model.covariances, restricted=True)
        point = there.at(PARAMETERS)
        assert point is not None
        hessian = there.hessian(PARAMETERS, point, np.ones(5))
        assert hessian is not None
        total += hessian
        without = hessian
    # The part of H without y is counted once for each root; it belongs there once.
    mean = total - len(v) * without
    assert model.expected_information(at) == pytest.approx(mean / 2, abs=1e-5)


def test_participants_of_one_pattern_are_one_term() -> None:
    columns, subjects, occasions = observations()
    many = np.tile(columns, (50, 1))
    numbers = (np.arange(50)[:, None] * (subjects.max() + 1) + subjects).ravel()
    groups = np.zeros(len(numbers), dtype=np.int64)
    repeated = np.tile(occasions, 50)
    patterns = patterns_of(many, numbers, repeated, groups, repeated[:, None] * 1.0)
    assert len(patterns.counts) <= 7
    assert patterns.counts.sum() == numbers.max() + 1


def test_no_likelihood_where_the_covariance_is_not_finite() -> None:
    assert likelihood(restricted=True).at(np.full(5, 800.0)) is None


def test_one_participant_has_one_value_per_occasion_and_one_group() -> None:
    columns, rows = np.ones((3, 2)), np.ones((3, 1))
    subjects, twice = np.array([0, 0, 1]), np.array([0, 0, 0])
    with pytest.raises(InvalidInputError, match="two observations"):
        patterns_of(columns, subjects, twice, np.zeros(3, dtype=np.int64), rows)
    with pytest.raises(InvalidInputError, match="two groups"):
        patterns_of(columns, subjects, np.array([0, 1, 0]), np.array([0, 1, 0]), rows)
