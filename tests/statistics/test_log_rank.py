import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statistics.survival_data import (
    DAYS,
    DEATHS,
    FREIREICH_ARMS,
    FREIREICH_EVENTS,
    FREIREICH_WEEKS,
    PERFORMANCE,
    RESIDUAL,
    TREATMENT,
)

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.log_rank import (
    Weight,
    fleming_harrington,
    gehan_wilcoxon,
    log_rank,
    log_rank_test,
    log_rank_trend,
    tarone_ware,
)

FOUR_GROUPS = 10 * np.array(TREATMENT) + np.array(RESIDUAL)


@pytest.mark.parametrize(
    ("weight", "statistic"),
    [
        # R 4.2.2, survival 3.5.3: survdiff(Surv(weeks, event) ~ arm, rho = 0), rho = 1
        (log_rank, 16.7929409892),
        (fleming_harrington(1), 14.4571508187),
        # lifelines 0.30.3: logrank_test(..., weightings = "wilcoxon"), "tarone-ware", and
        # "fleming-harrington" with p = 1, q = 1 and p = 0, q = 1. Kleinbaum and Klein, Survival
        # Analysis, 2nd ed., print 13.46 and 15.12 for the first two.
        (gehan_wilcoxon, 13.457852049631065),
        (tarone_ware, 15.123575301872705),
        (fleming_harrington(1, 1), 12.741495708630955),
        (fleming_harrington(0, 1), 13.048448624020736),
    ],
)
def test_freireich(weight: Weight, statistic: float) -> None:
    found = log_rank_test(FREIREICH_WEEKS, FREIREICH_EVENTS, FREIREICH_ARMS, weight=weight)
    assert found.test.statistic == pytest.approx(statistic, rel=1e-10)
    assert found.test.df == 1


def test_freireich_observed_and_expected() -> None:
    found = log_rank_test(FREIREICH_WEEKS, FREIREICH_EVENTS, FREIREICH_ARMS)
    assert found.groups == ("6-mp", "placebo")
    assert found.observed == (9, 21)
    # R 4.2.2, survival 3.5.3: survdiff(...)$exp
    assert found.expected == pytest.approx((19.250500948, 10.749499052), rel=1e-10)


@pytest.mark.parametrize(
    ("stratified", "rho", "statistic"),
    [
        # R 4.2.2, survival 3.5.3: survdiff(Surv(futime, fustat) ~ I(10 * rx + resid.ds), ovarian),
        # with + strata(ecog.ps) where stratified, and rho
        (False, 0, 9.10510637336),
        (False, 1, 11.0928415314),
        (True, 0, 6.85795132423),
        (True, 0.5, 8.20944397454),
    ],
)
def test_four_groups_as_in_r(stratified: bool, rho: float, statistic: float) -> None:
    strata = PERFORMANCE if stratified else None
    found = log_rank_test(DAYS, DEATHS, FOUR_GROUPS, strata=strata, weight=fleming_harrington(rho))
    assert found.test.statistic == pytest.approx(statistic, rel=1e-10)
    assert found.test.df == 3


def test_trend_as_in_r() -> None:
    # R 4.2.2, survival 3.5.3: x <- survdiff(as above); s <- 1:4;
    # sum(s * (x$obs - x$exp)) / sqrt(t(s) %*% x$var %*% s)
    found = log_rank_trend(DAYS, DEATHS, FOUR_GROUPS)
    assert found.statistic == pytest.approx(-0.0678315006708, rel=1e-9)
    assert math.isinf(found.df)


def test_a_trend_over_two_groups_is_the_log_rank_test() -> None:
    arms = [arm == "placebo" for arm in FREIREICH_ARMS]
    trend = log_rank_trend(FREIREICH_WEEKS, FREIREICH_EVENTS, arms, [0, 7])
    test = log_rank_test(FREIREICH_WEEKS, FREIREICH_EVENTS, arms).test
    assert trend.statistic > 0
    assert trend.statistic**2 == pytest.approx(test.statistic, rel=1e-12)
    assert trend.p_value == pytest.approx(test.p_value, rel=1e-9)


def test_a_group_that_is_never_at_risk_takes_no_degree_of_freedom() -> None:
    times, events = [0, *FREIREICH_WEEKS], [0, *FREIREICH_EVENTS]
    found = log_rank_test(times, events, ["early", *FREIREICH_ARMS])
    assert found.test.df == 1
    assert found.test.statistic == pytest.approx(16.7929409892, rel=1e-10)


@pytest.mark.parametrize(
    ("times", "events", "groups"),
    [
        ([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1]),
        ([1, 2, 8, 9], [0, 0, 1, 1], [0, 0, 1, 1]),
    ],
)
def test_no_event_while_two_groups_are_at_risk(
    times: list[int], events: list[int], groups: list[int]
) -> None:
    with pytest.raises(NotEstimableError) as caught:
        log_rank_test(times, events, groups)
    assert caught.value.reason is Reason.NO_EVENTS


def test_ill_formed_input_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="found one"):
        log_rank_test([1, 2], [1, 1], [0, 0])
    with pytest.raises(InvalidInputError, match="label"):
        log_rank_test([1, 2], [1, 1], [0])
    with pytest.raises(InvalidInputError, match="score"):
        log_rank_trend([1, 2], [1, 1], [0, 1], [1, 1])
    with pytest.raises(InvalidInputError, match="exponents"):
        fleming_harrington(-1)
    with pytest.raises(NotEstimableError):
        log_rank_test([], [], [])


FOLLOWED = st.lists(
    st.tuples(st.integers(1, 9), st.booleans(), st.integers(0, 2), st.integers(0, 1)),
    min_size=4,
    max_size=25,
)


@given(FOLLOWED, st.permutations([0, 1, 2]))
def test_the_names_of_groups_are_of_no_matter(
    followed: list[tuple[int, bool, int, int]], names: list[int]
) -> None:
    times, events, groups, strata = zip(*followed, strict=True)
    renamed = [names[group] for group in groups]
    try:
        found = log_rank_test(times, events, groups, strata=strata).test
    except (NotEstimableError, InvalidInputError) as error:
        with pytest.raises(type(error)):
            log_rank_test(times, events, renamed, strata=strata)
        return
    again = log_rank_test(times, events, renamed, strata=strata).test
    assert again.df == found.df
    assert again.statistic == pytest.approx(found.statistic, rel=1e-7, abs=1e-9)


def test_two_groups_are_one_degree_of_freedom_however_rounding_falls() -> None:
    # survival::aml, remission in weeks with and without maintenance (Miller, Survival Analysis,
    # 1981). R 4.2.2, survival 3.5.3: survdiff(Surv(time, status) ~ x, aml): 3.3963886990, df 1
    weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
    weeks += [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    events = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    arms = ["maintained"] * 11 + ["not"] * 12
    found = log_rank_test(weeks, events, arms).test
    assert found.statistic == pytest.approx(3.3963886990, abs=5e-10)
    # In some of many data sets the smaller eigenvalue of the covariance, 0, comes out above the
    # rounding error that a rank is usually judged by.
    for seed in range(300):
        generator = np.random.default_rng(seed)
        times, marks = generator.integers(1, 900, 213), generator.random(213) < 0.7
        assert log_rank_test(times, marks, generator.integers(0, 2, 213)).test.df == 1


def test_times_equal_but_for_rounding_are_one_time() -> None:
    computed, written = [0.3, 0.1 + 0.2, 0.5, 0.7], [0.3, 0.3, 0.5, 0.7]
    events, arms = [1, 1, 1, 0], [0, 1, 0, 1]
    assert log_rank_test(computed, events, arms) == log_rank_test(written, events, arms)


@pytest.mark.parametrize("labels", [["a", "b", None, "b"], [0.0, 1.0, math.nan, math.nan]])
def test_a_missing_label_is_no_group(labels: list[object]) -> None:
    with pytest.raises(InvalidInputError, match="missing"):
        log_rank_test([1, 2, 3, 4], [1, 1, 1, 1], labels)
