"""Change of slope: against lmerTest and pbkrtest, between the two ways, and at speed."""

import numpy as np
import pytest
from tests.statistics.longitudinal import DAYS, KEPT, REACTION, SLEEPERS

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.change_of_slope import (
    change_of_slope,
    individual_changes,
    individual_slope,
    slope_changes,
)
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.mixed_inference import DegreesOfFreedom
from trialrun.statistics.paired import one_sample_t

WEEKS = np.array([0.0, 24.0, 48.0])


def drawn(trials: int, participants: int = 13, seed: int = 5) -> FloatArray:
    rng = np.random.default_rng(seed)
    shape = (trials, participants, 1)
    level, slope = 40 + 5 * rng.normal(size=shape), -0.2 + 0.1 * rng.normal(size=shape)
    late = np.maximum(WEEKS - 24, 0)
    noise = rng.normal(size=(trials, participants, 3))
    return np.asarray(level + slope * WEEKS + 0.1 * late + noise)


@pytest.mark.parametrize(
    ("method", "error", "df", "p_value"),
    [
        # R 4.2.2, lmerTest 3.1-3, pbkrtest 0.5.2. ss <- sleepstudy[-c(3,14,15,27,60,61,62,100,131,
        # 180),]; ss$after <- pmax(ss$Days - 4, 0)
        # m <- lmer(Reaction ~ Days + after + (Days|Subject), ss); coef(summary(m))["after", ]
        (DegreesOfFreedom.SATTERTHWAITE, 2.538670148, 136.81745605, 0.04819315444),
        # coef(summary(m, ddf = "Kenward-Roger"))["after", ]
        (DegreesOfFreedom.KENWARD_ROGER_EXPECTED, 2.544725264, 136.72377491, 0.04872220231),
    ],
)
def test_the_mixed_model_is_that_of_lmertest(
    method: DegreesOfFreedom, error: float, df: float, p_value: float
) -> None:
    found = change_of_slope(
        REACTION[KEPT],
        DAYS[KEPT],
        subjects=[str(name) for name in SLEEPERS[KEPT]],
        change_at=4.0,
        method=method,
    )
    assert found.change.value == pytest.approx(5.060886831, rel=1e-6)
    assert found.change.standard_error == pytest.approx(error, rel=1e-6)
    assert found.change.df == pytest.approx(df, rel=1e-5)
    assert found.change.p_value == pytest.approx(p_value, rel=1e-5)
    assert found.before.value == pytest.approx(7.818891927, rel=1e-6)
    assert found.after.value == pytest.approx(7.818891927 + 5.060886831, rel=1e-6)


def test_three_visits_of_everyone_give_one_contrast_by_both_ways() -> None:
    outcomes = drawn(1)[0]
    model = change_of_slope(
        outcomes.ravel(),
        np.tile(WEEKS, 13),
        subjects=[str(i) for i in range(13) for _ in WEEKS],
        change_at=24.0,
    )
    two_step = slope_changes(outcomes[None], WEEKS, change_at=24.0)
    assert model.change.value == pytest.approx(two_step.values[0])


def test_many_trials_agree_with_one_at_a_time() -> None:
    outcomes = drawn(6)
    outcomes[2, :4, 1] = np.nan
    outcomes[3, 5, 2] = np.nan
    found = slope_changes(outcomes, WEEKS, change_at=24.0)
    assert list(found.n_participants) == [13, 13, 9, 12, 13, 13]
    for index, trial in enumerate(outcomes):
        changes = individual_changes(trial, WEEKS, 24.0)
        single = one_sample_t(changes[np.isfinite(changes)])
        assert found.values[index] == pytest.approx(single.value)
        assert found.standard_errors[index] == pytest.approx(single.standard_error)
        assert found.dfs[index] == single.df
        assert found.p_values[index] == pytest.approx(single.p_value)


def test_slopes_are_those_of_least_squares() -> None:
    times = np.array([0.0, 4, 8, 12, 20, 30])
    values = np.random.default_rng(3).normal(size=(5, 6))
    values[1, 2] = np.nan
    found = individual_changes(values, times, 12.0)
    for row, change in zip(values, found, strict=True):
        known = np.isfinite(row)
        early, late = known & (times <= 12), known & (times >= 12)
        expected = np.polyfit(times[late], row[late], 1) - np.polyfit(times[early], row[early], 1)
        assert change == pytest.approx(expected[0])


def test_a_straight_course_has_no_change() -> None:
    values = 3 - 0.5 * WEEKS + np.arange(4.0)[:, None]
    assert individual_changes(values, WEEKS, 24.0) == pytest.approx(np.zeros(4), abs=1e-15)


def test_ten_thousand_trials_hold_the_level_and_find_the_change() -> None:
    outcomes = drawn(10_000)
    found = slope_changes(outcomes, WEEKS, change_at=24.0)
    # The true change is 0.1 per week; twelve degrees of freedom hold the level of the test.
    assert found.values.mean() == pytest.approx(0.1, abs=0.002)
    shifted = slope_changes(outcomes - 0.1 * np.maximum(WEEKS - 24, 0), WEEKS, change_at=24.0)
    # Three standard errors of a share of 5 % among 10,000.
    assert np.mean(shifted.p_values < 0.05) == pytest.approx(0.05, abs=0.0066)


def test_trials_without_an_estimate_have_none() -> None:
    outcomes = drawn(3)
    outcomes[0, 1:, 0] = np.nan
    outcomes[1] = 7.0
    found = slope_changes(outcomes, WEEKS, change_at=24.0)
    for part in (found.values, found.standard_errors, found.dfs, found.p_values):
        assert list(np.isnan(part)) == [True, True, False]


def test_mistakes_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="two visits"):
        individual_changes(drawn(1), WEEKS, 48.0)
    with pytest.raises(InvalidInputError, match="one value for each"):
        individual_changes(drawn(1), WEEKS[:2], 24.0)
    with pytest.raises(InvalidInputError, match="shape"):
        slope_changes(drawn(1)[0], WEEKS, change_at=24.0)


def test_visits_on_one_side_of_the_change_have_no_estimate() -> None:
    with pytest.raises(NotEstimableError) as caught:
        change_of_slope([1.0, 2, 2, 4], [0, 1, 0, 1], subjects=list("aabb"), change_at=5.0)
    assert caught.value.reason is Reason.SINGULAR


def test_a_slope_is_that_of_least_squares() -> None:
    """By hand: centred times −2, 0, 2; products −2·3 + 2·11 = 16, squares 8."""
    assert individual_slope([3, 4, 11], [0, 2, 4]) == 2
    with pytest.raises(NotEstimableError) as caught:
        individual_slope([3, 4], [1, 1])
    assert caught.value.reason is Reason.TOO_FEW
    with pytest.raises(NotEstimableError):
        individual_slope([], [])
    with pytest.raises(InvalidInputError, match="one time for each"):
        individual_slope([3, 4], [1])
