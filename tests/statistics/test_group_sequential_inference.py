"""What is said after a group sequential test, against R's rpact and what must hold."""

import math

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.group_sequential import (
    Boundaries,
    equal_looks,
    obrien_fleming_boundaries,
    pocock_boundaries,
)
from trialrun.statistics.group_sequential_inference import (
    repeated_interval,
    repeated_p_value,
    stagewise_estimate,
    stagewise_p_value,
)


def _design(error: float) -> Boundaries:
    return obrien_fleming_boundaries(equal_looks(3), error)


# R 4.2.2, rpact 3.3.4, options(digits = 10):
#   d <- getDesignGroupSequential(kMax=3, alpha=.025, sided=1, typeOfDesign="OF")
#   data <- getDataset(n=c(20,20), means=c(0.6,0.5), stDevs=c(1,1))
#   r <- getAnalysisResults(d, data, normalApproximation=TRUE, stage=2, nPlanned=20)
# then r$.stageResults$overallTestStatistics (2.683281573, 3.519350334; the mean is 0.55),
# r$finalPValues, r$medianUnbiasedEstimates, the final and the repeated intervals and p-values.
Z_FIRST, Z, ERROR = 2.683281573, 3.519350334, 0.55 / 3.519350334


def test_stagewise_results_of_rpact() -> None:
    found = stagewise_estimate(_design(0.025), look=2, z=Z, standard_error=ERROR)
    assert found.p_value == pytest.approx(0.0004465336077, abs=1e-10)
    assert found.median_unbiased == pytest.approx(0.5447435207, abs=1e-7)
    assert found.interval.lower == pytest.approx(0.2314664521, abs=1e-7)
    assert found.interval.upper == pytest.approx(0.8531722388, abs=2e-7)


def test_repeated_results_of_rpact() -> None:
    assert repeated_p_value(_design, look=1, z=Z_FIRST) == pytest.approx(0.070833110838, abs=1e-6)
    assert repeated_p_value(_design, look=2, z=Z) == pytest.approx(0.002109569696, abs=1e-6)
    interval = repeated_interval(_design, look=2, value=0.55, standard_error=ERROR)
    assert (interval.lower, interval.upper) == pytest.approx((0.1664241589, 0.9335758411), abs=1e-8)


def test_one_look_is_the_usual_test() -> None:
    boundaries = pocock_boundaries((1.0,), 0.025)
    found = stagewise_estimate(boundaries, look=1, z=1.5, standard_error=2.0)
    assert found.p_value == pytest.approx(stats.norm.sf(1.5))
    assert found.median_unbiased == pytest.approx(3.0)
    assert found.interval.lower == pytest.approx(3.0 - 2.0 * stats.norm.isf(0.025))
    assert repeated_p_value(lambda error: pocock_boundaries((1.0,), error), look=1, z=1.5) == (
        pytest.approx(stats.norm.sf(1.5))
    )


def test_a_late_stop_says_that_the_effect_was_not_so_large() -> None:
    boundaries = _design(0.025)
    found = stagewise_estimate(boundaries, look=2, z=30.0, standard_error=1.0)
    # Whatever Z, half of all trials of this drift stop at the first look.
    drift = found.median_unbiased / math.sqrt(2 / 3)
    assert drift == pytest.approx(boundaries.upper[0] / math.sqrt(1 / 3), abs=1e-6)
    assert found.interval.lower < found.median_unbiased < found.interval.upper < 30.0


def test_on_the_boundary_the_p_value_is_the_error_spent() -> None:
    boundaries = _design(0.025)
    last = stagewise_p_value(boundaries, look=3, z=boundaries.upper[2])
    assert last == pytest.approx(0.025, abs=1e-11)
    assert repeated_p_value(_design, look=2, z=boundaries.upper[1]) == pytest.approx(0.025)


def test_outcomes_are_ordered_by_look_then_by_z() -> None:
    boundaries = pocock_boundaries(equal_looks(2), 0.05, sides=2)
    outcomes = [(1, -4.0), (1, -2.5), (2, -3.0), (2, -2.18), (2, 0.0), (2, 3.0), (1, 2.5), (1, 4.0)]
    p_values = [stagewise_p_value(boundaries, look=look, z=z) for look, z in outcomes]
    assert p_values == sorted(p_values, reverse=True)
    mirrored = [stagewise_p_value(boundaries, look=look, z=-z) for look, z in outcomes]
    assert p_values == pytest.approx([1.0 - p for p in mirrored], abs=1e-12)


def test_repeated_p_values_stay_within_what_can_be_told() -> None:
    assert repeated_p_value(_design, look=1, z=-1.0) == 0.5
    assert repeated_p_value(_design, look=3, z=12.0) == 1e-10


def test_input_out_of_range_is_refused() -> None:
    boundaries = _design(0.025)
    for look in (0, 4):
        with pytest.raises(InvalidInputError, match="looks are 1 to 3"):
            stagewise_p_value(boundaries, look=look, z=1.0)
    with pytest.raises(InvalidInputError, match="finite"):
        stagewise_p_value(boundaries, look=1, z=math.nan)
    with pytest.raises(InvalidInputError, match="standard error"):
        stagewise_estimate(boundaries, look=1, z=1.0, standard_error=0.0)
    with pytest.raises(InvalidInputError, match="level"):
        stagewise_estimate(boundaries, look=1, z=1.0, standard_error=1.0, level=1.0)
    with pytest.raises(InvalidInputError, match="level"):
        repeated_interval(_design, look=1, value=1.0, standard_error=1.0, level=95.0)
