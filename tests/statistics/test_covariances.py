"""Covariance structures: what they look like, that they are positive definite, that they nest."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialrun.statistics.covariances import (
    Correlation,
    RandomEffects,
    VarianceComponents,
    VisitCovariance,
)
from trialrun.statistics.errors import InvalidInputError

TIMES = np.array([[0.0], [1.0], [2.0], [4.0]])
ALL = [VisitCovariance(kind, mixed) for kind in Correlation for mixed in (True, False)]


@pytest.mark.parametrize("structure", ALL)
@settings(deadline=None)
@given(data=st.data())
def test_every_vector_of_parameters_is_a_covariance(
    structure: VisitCovariance, data: st.DataObject
) -> None:
    count = len(structure.start(TIMES, 1.0))
    values = data.draw(st.lists(st.floats(-2, 2), min_size=count, max_size=count))
    matrix = structure.matrices(np.array(values), TIMES)
    assert matrix == pytest.approx(matrix.T)
    assert np.linalg.eigvalsh(matrix)[0] > 0


@pytest.mark.parametrize("structure", ALL)
def test_starts_have_the_stated_variance(structure: VisitCovariance) -> None:
    matrix = structure.matrices(structure.start(TIMES, 9.0), TIMES)
    assert np.diag(matrix) == pytest.approx(9.0)


@pytest.mark.parametrize("structure", ALL)
@pytest.mark.parametrize("index", range(3))
def test_complex_steps_agree_with_differences(structure: VisitCovariance, index: int) -> None:
    start = structure.start(TIMES, 2.0) + 0.1
    unit = np.zeros(len(start))
    unit[index % len(start)] = 1.0
    exact = structure.matrices(start + 1e-30j * unit, TIMES).imag / 1e-30
    above, below = (structure.matrices(start + s * 1e-5 * unit, TIMES) for s in (1, -1))
    assert exact == pytest.approx((above - below) / 2e-5, abs=1e-8)


@pytest.mark.parametrize(
    ("correlation", "parameters", "expected"),
    [
        # The four-visit shapes as SAS PROC MIXED's table of structures writes them.
        (Correlation.AUTOREGRESSIVE, [np.arctanh(0.5)], [0.5, 0.25, 0.125]),
        (Correlation.COMPOUND_SYMMETRY, [0.0], [1 / 3, 1 / 3, 1 / 3]),
        # Partial autocorrelations 0.5, 0.2: r2 = r1² + p2 (1 − r1²) = 0.4 by Durbin-Levinson,
        # r3 = φ21 r2 + φ22 r1 + 0 with φ21 = r1 (1 − p2) = 0.4, φ22 = 0.2.
        (Correlation.TOEPLITZ, np.arctanh([0.5, 0.2, 0.0]), [0.5, 0.4, 0.26]),
    ],
)
def test_correlations_by_lag(correlation: Correlation, parameters: Any, expected: Any) -> None:
    structure = VisitCovariance(correlation, heterogeneous=False)
    matrix = structure.matrices(np.array([np.log(2.0), *parameters]), TIMES)
    assert matrix[0] == pytest.approx([4.0, *(4 * np.array(expected))])
    assert matrix[2, 3] == pytest.approx(4 * expected[0])


def test_exponential_correlation_falls_with_distance() -> None:
    structure = VisitCovariance(Correlation.EXPONENTIAL, heterogeneous=False)
    matrix = structure.matrices(np.array([0.0, np.log(2.0)]), TIMES)
    assert matrix[0] == pytest.approx(np.exp([0, -0.5, -1, -2]))


def test_one_visit_has_a_variance_only() -> None:
    for structure in ALL:
        start = structure.start(TIMES[:1], 4.0)
        assert structure.matrices(start, TIMES[:1]) == pytest.approx(np.array([[4.0]]))


def test_random_effects_add_up_to_the_covariance() -> None:
    rows = np.column_stack([np.ones(3), [0.0, 1.0, 2.0]])
    parameters = np.array([2.0, 0.5, 1.0, np.log(3.0)])
    effects, residual = RandomEffects().components(parameters, 2)
    assert effects == pytest.approx(np.array([[4.0, 1.0], [1.0, 1.25]]))
    assert residual == pytest.approx(9.0)
    expected = rows @ effects @ rows.T + 9 * np.eye(3)
    assert RandomEffects().matrices(parameters, rows) == pytest.approx(expected)
    components = RandomEffects().as_components(parameters, 2)
    assert components == pytest.approx([4.0, 1.0, 1.25, 9.0])
    assert VarianceComponents().matrices(components, rows) == pytest.approx(expected)


def test_a_random_effect_of_zeros_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="zeros"):
        RandomEffects().start(np.zeros((3, 1)), 1.0)


def test_antedependence_multiplies_the_correlations_of_neighbours() -> None:
    structure = VisitCovariance(Correlation.ANTEDEPENDENCE, heterogeneous=False)
    matrix = structure.matrices(np.array([np.log(2.0), *np.arctanh([0.5, -0.2, 0.8])]), TIMES)
    assert matrix[0] == pytest.approx(4 * np.array([1, 0.5, -0.1, -0.08]))
    assert matrix[1:3, 3] == pytest.approx(4 * np.array([-0.16, 0.8]))
    assert np.array_equal(matrix, matrix.T)
