"""Spending functions: published formulas, and what every one of them must do."""

import math

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.spending import (
    Spending,
    hwang_shih_decani_spending,
    kim_demets_spending,
    obrien_fleming_spending,
    pocock_spending,
)

FUNCTIONS = [
    obrien_fleming_spending,
    pocock_spending,
    hwang_shih_decani_spending(-4.0),
    hwang_shih_decani_spending(0.0),
    hwang_shih_decani_spending(1.5),
    kim_demets_spending(2.5),
]


@pytest.mark.parametrize("spending", FUNCTIONS)
def test_it_spends_nothing_at_first_and_everything_in_the_end(spending: Spending) -> None:
    assert spending(0.025, 0.0) == 0.0
    assert spending(0.025, 1.0) == pytest.approx(0.025, rel=1e-13)
    assert spending(0.025, 1.2) == pytest.approx(0.025, rel=1e-13)
    spent = [spending(0.025, k / 20) for k in range(21)]
    assert spent == sorted(spent)


def test_values_by_the_formulas_as_printed() -> None:
    # Lan & DeMets (1983), p. 660; Hwang, Shih & DeCani (1990); Kim & DeMets (1987).
    by_hand = 2 * (1 - stats.norm.cdf(stats.norm.isf(0.0125) / math.sqrt(0.5)))
    assert obrien_fleming_spending(0.025, 0.5) == pytest.approx(by_hand, rel=1e-9)
    assert pocock_spending(0.05, 0.5) == pytest.approx(0.05 * math.log(1 + (math.e - 1) / 2))
    assert hwang_shih_decani_spending(-4.0)(0.05, 0.5) == pytest.approx(
        0.05 * (1 - math.exp(2)) / (1 - math.exp(4))
    )
    assert kim_demets_spending(3.0)(0.05, 0.5) == pytest.approx(0.05 / 8)


def test_gamma_zero_is_the_limit_of_small_gammas() -> None:
    near = hwang_shih_decani_spending(1e-7)(0.025, 0.3)
    assert hwang_shih_decani_spending(0.0)(0.025, 0.3) == pytest.approx(near, rel=1e-6)


@pytest.mark.parametrize("spending", FUNCTIONS)
@pytest.mark.parametrize(("total", "t"), [(0.0, 0.5), (1.0, 0.5), (0.05, -0.1), (0.05, math.nan)])
def test_errors_and_fractions_out_of_range_are_refused(
    spending: Spending, total: float, t: float
) -> None:
    with pytest.raises(InvalidInputError):
        spending(total, t)


@pytest.mark.parametrize("parameter", [math.nan, math.inf, 0.0, -1.0])
def test_rho_is_positive(parameter: float) -> None:
    with pytest.raises(InvalidInputError, match="rho"):
        kim_demets_spending(parameter)


@pytest.mark.parametrize("parameter", [math.nan, math.inf, 41.0])
def test_gamma_is_within_reason(parameter: float) -> None:
    with pytest.raises(InvalidInputError, match="gamma"):
        hwang_shih_decani_spending(parameter)
