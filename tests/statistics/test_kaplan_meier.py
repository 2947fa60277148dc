import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statistics.survival_data import (
    MERCAPTOPURINE_EVENTS,
    MERCAPTOPURINE_WEEKS,
    PLACEBO_EVENTS,
    PLACEBO_WEEKS,
)

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import Interval
from trialrun.statistics.kaplan_meier import CurveTransform as T
from trialrun.statistics.kaplan_meier import (
    kaplan_meier,
    numbers_at_risk,
    restricted_mean,
    survival_at,
    survival_quantile,
)

NOT_REACHED = Reason.NOT_REACHED

# R 4.2.2, survival 3.5.3, t and e holding the arm on 6-mercaptopurine:
# summary(survfit(Surv(t, e) ~ 1, conf.type = ...), times = c(6, 10, 23))
LIMITS = [
    (
        T.LOG,
        (0.719817083916, 1.0),
        (0.585918982030, 0.967574754552),
        (0.248788226818, 0.807372045529),
    ),
    (
        T.LOG_LOG,
        (0.619717955266, 0.951551747647),
        (0.503199510800, 0.889361835169),
        (0.188052005959, 0.680142628495),
    ),
    (
        T.PLAIN,
        (0.707479311825, 1.0),
        (0.564099326679, 0.941783026262),
        (0.184384863841, 0.711973679577),
    ),
    (
        T.ARCSINE,
        (0.679830122833, 0.970114503555),
        (0.546215158211, 0.911946645929),
        (0.203703837827, 0.706896926456),
    ),
    (
        T.LOGIT,
        (0.638649452300, 0.953203132116),
        (0.524778484540, 0.893740010588),
        (0.218459750992, 0.702369123221),
    ),
]


def test_the_arm_on_mercaptopurine() -> None:
    # Printed in textbooks: .857 (.0764), .753 (.0963), .448 (.1346); digits as LIMITS above.
    curve = kaplan_meier(MERCAPTOPURINE_WEEKS, MERCAPTOPURINE_EVENTS)
    for week, at_risk, survival, error in (
        (6, 21, 0.857142857143, 0.0763603548321),
        (10, 15, 0.752941176471, 0.0963496529943),
        (23, 6, 0.448179271709, 0.1345914567558),
    ):
        found = survival_at(curve, week)
        assert found.at_risk == at_risk
        assert found.survival == pytest.approx(survival, rel=1e-11)
        assert found.standard_error == pytest.approx(error, rel=1e-11)


@pytest.mark.parametrize(("transform", "at_6", "at_10", "at_23"), LIMITS)
def test_intervals_as_in_r(
    transform: T,
    at_6: tuple[float, float],
    at_10: tuple[float, float],
    at_23: tuple[float, float],
) -> None:
    curve = kaplan_meier(MERCAPTOPURINE_WEEKS, MERCAPTOPURINE_EVENTS, transform)
    for week, limits in ((6, at_6), (10, at_10), (23, at_23)):
        interval = survival_at(curve, week).interval
        assert isinstance(interval, Interval)
        assert (interval.lower, interval.upper) == pytest.approx(limits, rel=1e-10)


@pytest.mark.parametrize(
    ("transform", "share", "expected"),
    [
        # R 4.2.2, survival 3.5.3: quantile(survfit(Surv(t, e) ~ 1, conf.type = ...))
        (T.LOG_LOG, 0.25, (13, 6, 22)),
        (T.LOG_LOG, 0.50, (23, 13, NOT_REACHED)),
        (T.LOG_LOG, 0.75, (NOT_REACHED, 23, NOT_REACHED)),
        (T.LOG, 0.25, (13, 6, NOT_REACHED)),
        (T.LOG, 0.50, (23, 16, NOT_REACHED)),
        (T.PLAIN, 0.25, (13, 6, 23)),
    ],
)
def test_quantiles_as_in_r(
    transform: T, share: float, expected: tuple[float | Reason, ...]
) -> None:
    curve = kaplan_meier(MERCAPTOPURINE_WEEKS, MERCAPTOPURINE_EVENTS, transform)
    found = survival_quantile(curve, share)
    assert (found.time, found.lower, found.upper) == expected


def test_quantiles_where_everybody_had_the_event() -> None:
    # R 4.2.2, survival 3.5.3: quantile(survfit(Surv(t, e) ~ 1, conf.type = "log-log"))
    curve = kaplan_meier(PLACEBO_WEEKS, PLACEBO_EVENTS)
    found = [survival_quantile(curve, share) for share in (0.25, 0.5, 0.75)]
    assert [(q.time, q.lower, q.upper) for q in found] == [(4, 1, 5), (8, 4, 11), (12, 8, 22)]


def test_a_curve_at_exactly_one_half_has_its_median_in_the_middle() -> None:
    # R 4.2.2, survival 3.5.3: quantile(survfit(Surv(1:4, rep(1, 4)) ~ 1, conf.type = "plain"))
    curve = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], T.PLAIN)
    median = survival_quantile(curve)
    assert (median.time, median.lower, median.upper) == (2.5, 1, NOT_REACHED)


@pytest.mark.parametrize(
    ("horizon", "mean", "error"),
    # R 4.2.2, survival 3.5.3: summary(survfit(Surv(t, e) ~ 1), rmean = 35)$table
    [(35, 23.28739495798, 2.82746762337), (20, 16.11652661064, 1.25156019601)],
)
def test_restricted_mean_as_in_r(horizon: float, mean: float, error: float) -> None:
    curve = kaplan_meier(MERCAPTOPURINE_WEEKS, MERCAPTOPURINE_EVENTS)
    found = restricted_mean(curve, horizon)
    assert found.value == pytest.approx(mean, rel=1e-11)
    assert found.standard_error == pytest.approx(error, rel=1e-11)


def test_restricted_mean_where_everybody_had_the_event() -> None:
    # R 4.2.2, survival 3.5.3: rmean = 23 gives 8.66666666667 (1.37739004126)
    curve = kaplan_meier(PLACEBO_WEEKS, PLACEBO_EVENTS)
    found = restricted_mean(curve, 23)
    assert found.value == pytest.approx(np.mean(PLACEBO_WEEKS), rel=1e-12)
    assert found.standard_error == pytest.approx(1.37739004126, rel=1e-11)
    assert restricted_mean(curve, 40).value == pytest.approx(found.value, rel=1e-12)


def test_all_censored_is_no_event_and_no_median() -> None:
    curve = kaplan_meier([5, 3], [0, 0])
    found = survival_at(curve, 4)
    assert (found.survival, found.interval) == (1.0, Reason.NO_EVENTS)
    median = survival_quantile(curve)
    assert (median.time, median.lower, median.upper) == (NOT_REACHED,) * 3
    with pytest.raises(NotEstimableError) as caught:
        restricted_mean(curve, 4)
    assert caught.value.reason is Reason.NO_EVENTS


def test_where_nobody_is_left_survival_is_0_without_an_interval() -> None:
    curve = kaplan_meier([2], [1])
    before, after = survival_at(curve, 1), survival_at(curve, 3)
    assert (before.survival, before.interval, before.at_risk) == (1.0, Reason.NO_EVENTS, 1)
    assert (after.survival, after.interval, after.at_risk) == (0.0, Reason.NO_VARIATION, 0)
    assert survival_quantile(curve).time == 2
    assert survival_quantile(curve).lower is NOT_REACHED


@pytest.mark.parametrize("asked", [survival_at, restricted_mean])
def test_beyond_the_last_time_nothing_is_known(asked: object) -> None:
    curve = kaplan_meier(MERCAPTOPURINE_WEEKS, MERCAPTOPURINE_EVENTS)
    with pytest.raises(NotEstimableError) as caught:
        asked(curve, 36)  # type: ignore[operator]
    assert caught.value.reason is Reason.NO_DATA


def test_a_censoring_at_the_time_of_an_event_comes_after_it() -> None:
    assert kaplan_meier([3, 3], [1, 0]).survival.tolist() == [0.5]


def test_numbers_at_risk() -> None:
    assert numbers_at_risk(MERCAPTOPURINE_WEEKS, [0, 6, 6.5, 35, 36]) == [21, 21, 17, 1, 0]


def test_ill_formed_times_are_refused() -> None:
    for times, events in (([1, -2], [1, 0]), ([1, math.nan], [1, 0]), ([1], [1, 0]), ([1], [2])):
        with pytest.raises(InvalidInputError):
            kaplan_meier(times, events)
    with pytest.raises(NotEstimableError) as caught:
        kaplan_meier([], [])
    assert caught.value.reason is Reason.NO_DATA
    curve = kaplan_meier([1, 2], [1, 0])
    with pytest.raises(InvalidInputError):
        survival_at(curve, -1)
    with pytest.raises(InvalidInputError):
        survival_quantile(curve, 1.0)
    with pytest.raises(InvalidInputError):
        restricted_mean(curve, 0)


FOLLOWED = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=25)


@given(FOLLOWED, st.sampled_from(list(T)), st.randoms())
def test_curves_fall_within_their_bounds(
    followed: list[tuple[int, bool]], transform: T, order: Random
) -> None:
    times, events = zip(*followed, strict=True)
    curve = kaplan_meier(times, events, transform)
    assert np.all(np.diff(curve.survival) <= 0)
    known = ~np.isnan(curve.lower)
    assert np.all(curve.lower[known] <= curve.survival[known] + 1e-12)
    assert np.all(curve.survival[known] <= curve.upper[known] + 1e-12)
    assert curve.events.sum() + curve.censored.sum() == len(times)
    moved = sorted(followed, key=lambda _: order.random())
    again = kaplan_meier([time for time, _ in moved], [event for _, event in moved], transform)
    assert np.array_equal(again.survival, curve.survival)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=25))
def test_without_censoring_it_is_the_share_still_waiting(times: list[int]) -> None:
    curve = kaplan_meier(times, [1] * len(times))
    share = [np.mean(np.array(times) > time) for time in curve.times]
    assert curve.survival == pytest.approx(share, abs=1e-12)
    binomial = np.sqrt(np.array(share) * (1 - np.array(share)) / len(times))
    assert curve.standard_errors == pytest.approx(binomial, abs=1e-12)
