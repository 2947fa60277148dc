import math

import pytest

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import estimate_from


def test_normal_reference() -> None:
    # R 4.2.2: 2 * pnorm(-2); 3 + c(-1, 1) * qnorm(0.95) * 1.5
    estimate = estimate_from(3.0, 1.5, level=0.9)
    assert estimate.statistic == 2.0
    assert estimate.p_value == pytest.approx(0.0455002638963584, rel=1e-12)
    assert estimate.interval.lower == pytest.approx(0.532719559572791, rel=1e-12)
    assert estimate.interval.upper == pytest.approx(5.467280440427209, rel=1e-12)
    assert estimate.interval.level == 0.9
    assert math.isinf(estimate.df)


def test_student_reference_against_a_null_value() -> None:
    # R 4.2.2: 2 * pt(-1, 7); 3 + c(-1, 1) * qt(0.975, 7) * 1.5
    estimate = estimate_from(3.0, 1.5, df=7, null=4.5)
    assert estimate.statistic == -1.0
    assert estimate.p_value == pytest.approx(0.350616662820702, rel=1e-12)
    assert estimate.interval.lower == pytest.approx(-0.546936377389387, rel=1e-9)
    assert estimate.interval.upper == pytest.approx(6.546936377389387, rel=1e-9)


@pytest.mark.parametrize("error", [0.0, -1.0, math.nan, math.inf])
def test_without_a_standard_error_there_is_no_estimate(error: float) -> None:
    with pytest.raises(NotEstimableError) as caught:
        estimate_from(1.0, error)
    assert caught.value.reason is Reason.NO_VARIATION


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(InvalidInputError, match="level"):
        estimate_from(1.0, 1.0, level=level)


@pytest.mark.parametrize("df", [0.0, -1.0, math.nan])
def test_without_degrees_of_freedom_there_is_no_test(df: float) -> None:
    with pytest.raises(NotEstimableError) as caught:
        estimate_from(1.0, 1.0, df=df)
    assert caught.value.reason is Reason.TOO_FEW
