import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.rates import (
    equal_rates_p_value,
    event_rate,
    exact_rate_ratio,
    rate_difference,
    rate_ratio,
)

# Breast cancer of women with tuberculosis examined by fluoroscopy, and not: cases and
# person-years (Boice and Monson, J Natl Cancer Inst 1977;59:823; Rothman, Modern Epidemiology).
FLUOROSCOPY = (41, 28010.0, 15, 19017.0)
COMPARISONS = [rate_difference, rate_ratio, exact_rate_ratio, equal_rates_p_value]


def test_garwood_as_in_r() -> None:
    # R 4.2.2: poisson.test(137, 24.19893), the example of its help page
    rate = event_rate(137, 24.19893)
    assert rate.value == pytest.approx(137 / 24.19893, rel=1e-12)
    assert rate.interval.lower == pytest.approx(4.75312480485, rel=1e-11)
    assert rate.interval.upper == pytest.approx(6.69270933418, rel=1e-11)


def test_a_rate_is_given_per_so_many_units() -> None:
    per_year, per_century = event_rate(3, 50.0), event_rate(3, 50.0, per=100)
    assert per_century.value == pytest.approx(6.0)
    assert per_century.interval.upper == pytest.approx(100 * per_year.interval.upper)
    difference = rate_difference(*FLUOROSCOPY, per=10_000)
    assert difference.value == pytest.approx(10_000 * rate_difference(*FLUOROSCOPY).value)


def test_no_event_leaves_an_upper_bound() -> None:
    # R 4.2.2: poisson.test(0, 10); that is -log(0.025) / 10
    rate = event_rate(0, 10)
    assert (rate.value, rate.interval.lower) == (0.0, 0.0)
    assert rate.interval.upper == pytest.approx(0.368887945411, rel=1e-11)


def test_exact_ratio_as_in_r() -> None:
    # R 4.2.2: poisson.test(c(41, 15), c(28010, 19017))
    ratio = exact_rate_ratio(*FLUOROSCOPY)
    assert ratio.value == pytest.approx(1.85575865762, rel=1e-11)
    assert ratio.interval.lower == pytest.approx(1.00568406269, rel=1e-11)
    assert ratio.interval.upper == pytest.approx(3.60930031108, rel=1e-11)
    assert equal_rates_p_value(*FLUOROSCOPY) == pytest.approx(0.0408520262865, rel=1e-10)


def test_log_ratio_as_in_epitools() -> None:
    # R 4.2.2, epitools 0.5.10.1: rateratio(rbind(c(15, 19017), c(41, 28010)), method = "wald")
    ratio = rate_ratio(*FLUOROSCOPY)
    assert ratio.value == pytest.approx(1.85575865762, rel=1e-11)
    assert ratio.interval.lower == pytest.approx(1.02722599765, rel=1e-10)
    assert ratio.interval.upper == pytest.approx(3.35256331443, rel=1e-10)


def test_difference_by_hand() -> None:
    difference = rate_difference(*FLUOROSCOPY, per=10_000)
    # (41/28010 - 15/19017) * 10000, and sqrt(41/28010^2 + 15/19017^2) * 10000
    assert difference.value == pytest.approx(6.74994997, abs=5e-9)
    assert difference.standard_error == pytest.approx(3.06162662, abs=5e-9)


def test_a_group_without_events_leaves_a_bound_on_one_side() -> None:
    # R 4.2.2: poisson.test(c(0, 15), c(28010, 19017))
    none = exact_rate_ratio(0, 28010, 15, 19017)
    assert (none.value, none.interval.lower) == (0.0, 0.0)
    assert none.interval.upper == pytest.approx(0.189290125572, rel=1e-10)
    assert equal_rates_p_value(0, 28010, 15, 19017) == pytest.approx(1.26450624363e-06, rel=1e-9)
    turned = exact_rate_ratio(15, 19017, 0, 28010)
    assert math.isinf(turned.value)
    assert math.isinf(turned.interval.upper)
    assert turned.interval.lower == pytest.approx(1 / none.interval.upper, rel=1e-9)
    with pytest.raises(NotEstimableError) as caught:
        rate_ratio(0, 28010, 15, 19017)
    assert caught.value.reason is Reason.NO_EVENTS


@pytest.mark.parametrize("compared", COMPARISONS)
@pytest.mark.parametrize(
    ("numbers", "reason"),
    [((0, 5.0, 0, 7.0), Reason.NO_EVENTS), ((1, 0.0, 2, 7.0), Reason.NO_DATA)],
)
def test_what_cannot_be_compared(
    compared: Callable[[int, float, int, float], object],
    numbers: tuple[int, float, int, float],
    reason: Reason,
) -> None:
    with pytest.raises(NotEstimableError) as caught:
        compared(*numbers)
    assert caught.value.reason is reason


@pytest.mark.parametrize(("events", "time"), [(-1, 5.0), (1.5, 5.0), (1, -5.0), (1, math.nan)])
def test_what_is_no_rate_is_refused(events: int, time: float) -> None:
    with pytest.raises(InvalidInputError):
        event_rate(events, time)


@given(st.integers(0, 500), st.floats(0.1, 1e5), st.floats(0.5, 0.99))
def test_intervals_hold_the_rate(events: int, time: float, level: float) -> None:
    rate = event_rate(events, time, level=level)
    assert 0 <= rate.interval.lower <= rate.value < rate.interval.upper
    assert event_rate(events, 2 * time, level=level).value == pytest.approx(rate.value / 2)


@pytest.mark.parametrize("per", [0.0, -1.0, math.nan, math.inf])
def test_a_rate_is_per_a_time_above_zero(per: float) -> None:
    with pytest.raises(InvalidInputError):
        event_rate(3, 10.0, per=per)
    with pytest.raises(InvalidInputError):
        rate_difference(3, 10.0, 2, 10.0, per=per)


def test_events_that_are_no_number_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="whole"):
        event_rate(math.nan, 10.0)  # type: ignore[arg-type]
