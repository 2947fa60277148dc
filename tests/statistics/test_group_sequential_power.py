"""Power, information and futility of group sequential tests, against tables and R's rpact."""

import math

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.group_sequential import (
    Boundaries,
    equal_looks,
    obrien_fleming_boundaries,
    pocock_boundaries,
    spending_boundaries,
)
from trialrun.statistics.group_sequential_power import (
    binding_futility_design,
    conditional_power,
    crossing,
    drift_for_power,
    expected_information,
    futility_design,
    inflation_factor,
    power,
)
from trialrun.statistics.spending import (
    Spending,
    hwang_shih_decani_spending,
    obrien_fleming_spending,
    pocock_spending,
)


def _inflation(boundaries: Boundaries, wanted: float) -> float:
    drift = drift_for_power(boundaries, wanted)
    return inflation_factor(drift, one_sided_alpha=0.025, power=wanted)


@pytest.mark.parametrize(
    ("looks", "wanted", "pocock", "obrien_fleming"),
    # Jennison & Turnbull (2000), tables 2.2 and 2.4: R_P and R_B(K, alpha, beta), alpha = 0.05.
    [
        (2, 0.8, 1.110, 1.008),
        (2, 0.9, 1.100, 1.007),
        (5, 0.8, 1.229, 1.028),
        (5, 0.9, 1.207, 1.026),
    ],
)
def test_inflation_factors(looks: int, wanted: float, pocock: float, obrien_fleming: float) -> None:
    information = equal_looks(looks)
    assert _inflation(pocock_boundaries(information, 0.05, sides=2), wanted) == pytest.approx(
        pocock, abs=6e-4
    )
    assert _inflation(
        obrien_fleming_boundaries(information, 0.05, sides=2), wanted
    ) == pytest.approx(obrien_fleming, abs=6e-4)


def test_power_and_information_of_rpact() -> None:
    # R 4.2.2, rpact 3.3.4:
    #   ch <- getDesignCharacteristics(getDesignGroupSequential(kMax=5, alpha=.025, beta=.1,
    #     sided=1, typeOfDesign="OF")); print(ch)
    #   print(c(ch$shift, ch$inflationFactor, ch$averageSampleNumber1, ch$averageSampleNumber0))
    boundaries = obrien_fleming_boundaries(equal_looks(5), 0.025)
    drift = drift_for_power(boundaries, 0.9)
    inflation = inflation_factor(drift, one_sided_alpha=0.025, power=0.9)
    assert drift**2 == pytest.approx(10.7857259450, abs=1e-6)
    assert inflation == pytest.approx(1.0264863118, abs=1e-7)
    assert inflation * expected_information(boundaries, drift) == pytest.approx(
        0.7502543554, abs=1e-7
    )
    assert inflation * expected_information(boundaries, 0.0) == pytest.approx(
        1.0228163808, abs=1e-7
    )
    assert crossing(boundaries, drift).upper == pytest.approx(
        [0.0009907, 0.1244241, 0.3421242, 0.2840384, 0.1484226], abs=6e-8
    )


@pytest.mark.parametrize(
    ("information", "alpha_spending", "beta_spending", "lower", "drift_squared", "ratios"),
    # R 4.2.2, rpact 3.3.4, alpha=.025, beta=.1, sided=1, bindingFutility=FALSE:
    #   getDesignGroupSequential(kMax=3, typeOfDesign="asOF", typeBetaSpending="bsOF")
    #   getDesignGroupSequential(informationRates=c(.4,.7,1), typeOfDesign="asHSD", gammaA=-4,
    #     typeBetaSpending="bsHSD", gammaB=-2)
    # then $futilityBounds, and of getDesignCharacteristics() the shift, and the ratios of the
    # expected to the fixed sample size under H1 and H0.
    [
        (
            equal_looks(3),
            obrien_fleming_spending,
            obrien_fleming_spending,
            [-0.6945411659, 1.0024595610],
            11.1315,
            [0.8228, 0.6733],
        ),
        (
            (0.4, 0.7, 1.0),
            hwang_shih_decani_spending(-4),
            hwang_shih_decani_spending(-2),
            [0.05441366206, 1.04945078166],
            11.2928941182,
            [0.7800712645, 0.6258421057],
        ),
    ],
)
def test_futility_of_rpact(
    information: tuple[float, ...],
    alpha_spending: Spending,
    beta_spending: Spending,
    lower: list[float],
    drift_squared: float,
    ratios: list[float],
) -> None:
    efficacy = spending_boundaries(information, 0.025, alpha_spending)
    design = futility_design(efficacy, 0.1, beta_spending)
    inflation = inflation_factor(design.drift, one_sided_alpha=0.025, power=0.9)
    assert design.boundaries.lower[:-1] == pytest.approx(lower, abs=1e-6)
    assert design.boundaries.lower[-1] == design.boundaries.upper[-1]
    assert design.drift**2 == pytest.approx(drift_squared, abs=6e-5)
    assert [
        inflation * expected_information(design.boundaries, drift) for drift in (design.drift, 0.0)
    ] == pytest.approx(ratios, abs=6e-5)


def test_the_default_design_of_gs_design() -> None:
    # R, gsDesign: gsDesign() (three looks, alpha 0.025, beta 0.1, non-binding futility, Hwang-Shih-
    # DeCani with gamma -4 and -2) prints these bounds and the inflation 1.07.
    efficacy = spending_boundaries(equal_looks(3), 0.025, hwang_shih_decani_spending(-4))
    design = futility_design(efficacy, 0.1, hwang_shih_decani_spending(-2))
    assert design.boundaries.upper == pytest.approx([3.01, 2.55, 2.00], abs=5.1e-3)
    assert design.boundaries.lower == pytest.approx([-0.24, 0.94, 2.00], abs=5.1e-3)
    inflation = inflation_factor(design.drift, one_sided_alpha=0.025, power=0.9)
    assert inflation == pytest.approx(1.07, abs=5e-4)


def test_futility_keeps_the_power_and_does_not_spend_alpha() -> None:
    efficacy = spending_boundaries(equal_looks(4), 0.025, pocock_spending)
    design = futility_design(efficacy, 0.2, pocock_spending)
    below = crossing(design.boundaries, design.drift).lower
    assert [sum(below[: k + 1]) for k in range(4)] == pytest.approx(
        [pocock_spending(0.2, (k + 1) / 4) for k in range(4)], abs=1e-9
    )
    assert power(design.boundaries, design.drift) == pytest.approx(0.8, abs=1e-9)
    assert design.boundaries.upper == efficacy.upper
    assert power(design.boundaries, 0.0) < power(efficacy, 0.0)


def test_power_grows_with_the_drift_from_the_error_on() -> None:
    boundaries = pocock_boundaries(equal_looks(3), 0.025)
    powers = [power(boundaries, drift / 2) for drift in range(12)]
    assert powers == sorted(powers)
    assert powers[0] == pytest.approx(0.025)


def test_one_look_is_the_fixed_test() -> None:
    boundaries = pocock_boundaries((1.0,), 0.025)
    drift = drift_for_power(boundaries, 0.9)
    assert drift == pytest.approx(stats.norm.isf(0.025) + stats.norm.isf(0.1), abs=1e-9)
    assert inflation_factor(drift, one_sided_alpha=0.025, power=0.9) == pytest.approx(1.0)
    assert expected_information(boundaries, drift) == 1.0


def test_input_out_of_range_is_refused() -> None:
    efficacy = pocock_boundaries(equal_looks(2), 0.025)
    for wanted in (0.02, 1.0, math.nan):
        with pytest.raises(InvalidInputError, match="power wanted"):
            drift_for_power(efficacy, wanted)
    with pytest.raises(InvalidInputError, match="the power above"):
        inflation_factor(3.0, one_sided_alpha=0.9, power=0.8)
    with pytest.raises(InvalidInputError, match="beta lies"):
        futility_design(efficacy, 0.5, pocock_spending)
    with pytest.raises(InvalidInputError, match="one-sided"):
        futility_design(pocock_boundaries((1.0,), 0.05, sides=2), 0.1, pocock_spending)
    with pytest.raises(InvalidInputError, match="all looks"):
        futility_design(pocock_boundaries((0.5, 0.8), 0.025), 0.1, pocock_spending)


LATE_LOOKS = (0.35, 0.7, 1.0)


def test_futility_of_gsdesign() -> None:
    """Printed in the documentation of gsDesign2, "Computing spending boundaries", examples 3, 4.

    Alpha .025 by Lan and DeMets's O'Brien-Fleming spending, beta .15 by Hwang, Shih and DeCani's
    with gamma -0.5; upper and lower boundaries to four decimals.
    """
    late = hwang_shih_decani_spending(-0.5)
    efficacy = spending_boundaries(LATE_LOOKS, 0.025, obrien_fleming_spending)
    free = futility_design(efficacy, 0.15, late).boundaries
    assert free.upper == pytest.approx([3.6128, 2.4406, 2.0002], abs=6e-5)
    assert free.lower == pytest.approx([0.1860, 1.2406, 2.0002], abs=6e-5)
    bound = binding_futility_design(
        LATE_LOOKS,
        alpha=0.025,
        alpha_spending=obrien_fleming_spending,
        beta=0.15,
        beta_spending=late,
    )
    assert bound.boundaries.upper == pytest.approx([3.6128, 2.4382, 1.9232], abs=6e-5)
    assert bound.boundaries.lower == pytest.approx([0.1436, 1.1807, 1.9232], abs=6e-5)
    assert sum(crossing(bound.boundaries, 0.0).upper) == pytest.approx(0.025)
    assert power(bound.boundaries, bound.drift) == pytest.approx(0.85)


def test_the_default_design_of_gsdesign() -> None:
    # gsDesign's overview, gsBoundSummary(gsDesign(n.fix = 200)): bounds, chances, and N 214.
    efficacy = spending_boundaries(equal_looks(3), 0.025, hwang_shih_decani_spending(-4))
    design = futility_design(efficacy, 0.1, hwang_shih_decani_spending(-2))
    assert design.boundaries.upper == pytest.approx([3.0107, 2.5465, 1.9992], abs=6e-5)
    assert design.boundaries.lower == pytest.approx([-0.2387, 0.9411, 1.9992], abs=6e-5)
    null, alternative = (crossing(design.boundaries, at) for at in (0.0, design.drift))
    assert sum(null.upper) == pytest.approx(0.0233, abs=6e-5)
    assert null.lower[0] + null.lower[1] == pytest.approx(0.8347, abs=6e-5)
    assert alternative.upper[0] + alternative.upper[1] == pytest.approx(0.5815, abs=6e-5)
    inflation = inflation_factor(design.drift, one_sided_alpha=0.025, power=0.9)
    assert math.ceil(200 * inflation) == 214


def test_conditional_power_of_one_look_to_come() -> None:
    # Lan, Simon and Halperin: 1 - Phi((c - z sqrt(t) - drift (1 - t)) / sqrt(1 - t))
    boundaries = spending_boundaries((0.5, 1.0), 0.025, obrien_fleming_spending)
    reach = (boundaries.upper[1] - 1.2 * math.sqrt(0.5) - 3.2 * 0.5) / math.sqrt(0.5)
    found = conditional_power(boundaries, look=1, z=1.2, drift=3.2)
    assert found == pytest.approx(stats.norm.sf(reach), abs=1e-12)


def test_conditional_power_averages_to_power() -> None:
    boundaries = spending_boundaries((0.3, 0.6, 1.0), 0.025, pocock_spending)
    drift = drift_for_power(boundaries, 0.8)
    mean, step = drift * math.sqrt(0.3), 0.002
    grid = [mean - 9 + step * i for i in range(int((boundaries.upper[0] - mean + 9) / step))]
    going_on = sum(
        stats.norm.pdf(z - mean) * conditional_power(boundaries, look=1, z=z, drift=drift) * step
        for z in grid[::10]
    )
    assert crossing(boundaries, drift).upper[0] + 10 * going_on == pytest.approx(0.8, abs=5e-3)


def test_conditional_power_needs_a_look_to_come() -> None:
    boundaries = spending_boundaries((0.5, 1.0), 0.025, obrien_fleming_spending)
    for look in (0, 2):
        with pytest.raises(InvalidInputError):
            conditional_power(boundaries, look=look, z=1.0, drift=0.0)
    with pytest.raises(InvalidInputError):
        conditional_power(boundaries, look=1, z=math.nan, drift=0.0)
