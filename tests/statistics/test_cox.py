import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.statistics.survival_data import (
    AGE,
    DAYS,
    DEATHS,
    FREIREICH_ARMS,
    FREIREICH_EVENTS,
    FREIREICH_WEEKS,
    PERFORMANCE,
    RESIDUAL,
    TREATMENT,
)

from trialrun.statistics.cox import CoxFit, cox
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.log_rank import log_rank_test
from trialrun.statistics.risk_sets import Ties

ON_DRUG = [int(arm == "6-mp") for arm in FREIREICH_ARMS]
QUARTERS = np.ceil(np.array(DAYS) / 90)


def assert_fit(
    fit: CoxFit,
    coefficients: tuple[float, ...],
    errors: tuple[float, ...],
    likelihoods: tuple[float, float],
    tests: tuple[float, float],
) -> None:
    """As R prints it: coef, se(coef), loglik, and the likelihood ratio and score tests."""
    assert [one.value for one in fit.coefficients] == pytest.approx(coefficients, rel=1e-8)
    assert [one.standard_error for one in fit.coefficients] == pytest.approx(errors, rel=1e-8)
    found = (fit.null_log_likelihood, fit.log_likelihood)
    assert found == pytest.approx(likelihoods, rel=1e-10)
    statistics = (fit.likelihood_ratio.statistic, fit.score.statistic)
    assert statistics == pytest.approx(tests, rel=1e-9)
    assert fit.score.df == fit.wald.df == fit.likelihood_ratio.df == len(coefficients)


def test_freireich_by_efron() -> None:
    # R 4.2.2, survival 3.5.3: f <- coxph(Surv(weeks, event) ~ drug, ties = "efron");
    # summary(f)$coef; f$loglik; summary(f)$logtest; summary(f)$sctest
    fit = cox(FREIREICH_WEEKS, FREIREICH_EVENTS, ON_DRUG)
    assert_fit(
        fit,
        (-1.57212514883,),
        (0.412396717709,),
        (-93.1842699968, -85.0084245774),
        (16.3516908390, 17.2465367957),
    )
    assert fit.hazard_ratios[0].value == pytest.approx(0.207603524842, rel=1e-9)
    assert fit.coefficients[0].p_value == pytest.approx(0.000137753761987, rel=1e-7)
    assert fit.wald.statistic == pytest.approx(3.81216697737**2, rel=1e-8)
    assert fit.covariance[0, 0] == pytest.approx(0.412396717709**2, rel=1e-8)


def test_freireich_by_breslow() -> None:
    # R 4.2.2, survival 3.5.3: as above, ties = "breslow"
    assert_fit(
        cox(FREIREICH_WEEKS, FREIREICH_EVENTS, ON_DRUG, ties=Ties.BRESLOW),
        (-1.50919141259,),
        (0.409564406367,),
        (-93.9850504782, -86.3796220711),
        (15.2108568142, 15.9305395640),
    )


def test_three_covariates() -> None:
    # R 4.2.2, survival 3.5.3: coxph(Surv(futime, fustat) ~ age + rx + resid.ds, ovarian)
    assert_fit(
        cox(DAYS, DEATHS, np.column_stack([AGE, TREATMENT, RESIDUAL])),
        (0.128546519583, -0.848898640328, 0.696385857634),
        (0.0472975570086, 0.6392047974944, 0.7585329301920),
        (-34.9849403712, -26.6011538728),
        (16.7675729967, 20.7573258353),
    )


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        # R 4.2.2, survival 3.5.3: o <- ovarian; o$m <- ceiling(o$futime / 90);
        # coxph(Surv(m, fustat) ~ age + rx + strata(ecog.ps), o, ties = ...)
        (
            Ties.EFRON,
            (
                (0.130100668150, -0.869084996717),
                (0.0443773023246, 0.6324928416551),
                (-27.0013297906, -20.3762860320),
                (13.2500875173, 15.8753210571),
            ),
        ),
        (
            Ties.BRESLOW,
            (
                (0.12924131968, -0.90512712942),
                (0.0442047935495, 0.6338185902482),
                (-27.2301713631, -20.6546816264),
                (13.1509794733, 15.7769545262),
            ),
        ),
    ],
)
def test_strata_with_ties(
    ties: Ties,
    expected: tuple[tuple[float, ...], tuple[float, ...], tuple[float, float], tuple[float, float]],
) -> None:
    covariates = np.column_stack([AGE, TREATMENT])
    assert_fit(cox(QUARTERS, DEATHS, covariates, strata=PERFORMANCE, ties=ties), *expected)


def test_without_ties_the_score_test_is_the_log_rank_test() -> None:
    fit = cox(DAYS, DEATHS, TREATMENT, strata=PERFORMANCE)
    test = log_rank_test(DAYS, DEATHS, TREATMENT, strata=PERFORMANCE).test
    assert fit.score.statistic == pytest.approx(test.statistic, rel=1e-9)


def test_the_units_of_a_covariate_are_of_no_matter() -> None:
    years = cox(DAYS, DEATHS, AGE)
    seconds = cox(DAYS, DEATHS, np.array(AGE) * 3.15e7 + 1e10)
    assert seconds.log_likelihood == pytest.approx(years.log_likelihood, rel=1e-9)
    scaled = seconds.coefficients[0].value * 3.15e7
    assert scaled == pytest.approx(years.coefficients[0].value, rel=1e-6)


@pytest.mark.parametrize("ties", list(Ties))
def test_an_arm_without_events_has_no_hazard_ratio(ties: Ties) -> None:
    events = [mark if drug else 0 for mark, drug in zip(FREIREICH_EVENTS, ON_DRUG, strict=True)]
    with pytest.raises(NotEstimableError, match="without end") as caught:
        cox(FREIREICH_WEEKS, events, ON_DRUG, ties=ties)
    assert caught.value.reason is Reason.NOT_CONVERGED


def test_covariates_that_tell_the_order_of_events_have_no_coefficient() -> None:
    with pytest.raises(NotEstimableError) as caught:
        cox(DAYS, [1] * len(DAYS), DAYS)
    assert caught.value.reason is Reason.NOT_CONVERGED


def test_coefficients_that_grow_beyond_the_strata() -> None:
    # In one stratum the covariate tells who has the event; the other is one person, or has none.
    for times, events, covariate, strata in (
        ([1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 0, 2], [0, 0, 0, 0, 0, 1]),
        ([2, 2, 2, 2, 2, 1], [0, 1, 0, 0, 0, 0], [2, 0, 0, -2, -1, 1], [1, 1, 1, 0, 0, 1]),
        (
            [1, 1, 2, 1, 2, 2, 1],
            [0, 1, 0, 1, 0, 0, 0],
            [0, 0, -1, 2, -1, -2, -2],
            [0, 0, 1, 1, 0, 1, 1],
        ),
    ):
        with pytest.raises(NotEstimableError) as caught:
            cox(times, events, covariate, strata=strata)
        assert caught.value.reason is Reason.NOT_CONVERGED


def test_one_rare_participant_without_event_among_many() -> None:
    times = np.arange(1, 2001) * 7919 % 2003
    rare = (np.arange(2000) == 5).astype(float)
    times[5] = 3000
    with pytest.raises(NotEstimableError) as caught:
        cox(times, 1 - rare, rare)
    assert caught.value.reason is Reason.NOT_CONVERGED


@pytest.mark.parametrize(
    ("times", "events", "covariates", "reason"),
    [
        ([], [], [], Reason.NO_DATA),
        ([5], [1], [2.0], Reason.NO_VARIATION),
        ([1, 2, 3], [0, 0, 0], [1, 2, 3], Reason.NO_EVENTS),
        ([1, 2, 3], [1, 1, 1], [4, 4, 4], Reason.NO_VARIATION),
        ([1, 2, 3, 4], [1, 1, 1, 1], [[1, 2], [2, 4], [0, 0], [5, 10]], Reason.SINGULAR),
        # The covariate varies, but not any more when the events happen.
        ([1, 2, 8, 9], [0, 0, 1, 1], [0, 1, 1, 1], Reason.SINGULAR),
    ],
)
def test_what_cannot_be_estimated(
    times: list[float], events: list[int], covariates: list[float], reason: Reason
) -> None:
    with pytest.raises(NotEstimableError) as caught:
        cox(times, events, covariates)
    assert caught.value.reason is reason


@pytest.mark.parametrize("covariates", [[1.0], [1.0, math.nan], [[1.0, 2.0]], [[], []]])
def test_ill_formed_covariates_are_refused(covariates: list[float]) -> None:
    with pytest.raises(InvalidInputError):
        cox([1, 2], [1, 1], covariates)


FOLLOWED = st.lists(
    st.tuples(st.integers(1, 6), st.booleans(), st.integers(-2, 2), st.integers(0, 1)),
    min_size=6,
    max_size=20,
)


@settings(deadline=None)
@given(FOLLOWED, st.sampled_from(list(Ties)))
def test_the_likelihood_is_its_definition(
    followed: list[tuple[int, bool, int, int]], ties: Ties
) -> None:
    """Summed event by event, as Breslow and Efron write it, at the maximum and a step beside it."""
    columns = [np.array(column, dtype=float) for column in zip(*followed, strict=True)]
    times, events, covariate, stratum = columns
    try:
        fit = cox(times, events, covariate, strata=stratum, ties=ties)
    except NotEstimableError:
        return
    best = fit.coefficients[0].value

    def log_likelihood(coefficient: float) -> float:
        total, weights = 0.0, np.exp(coefficient * covariate)
        for time, one in {(t, s) for t, e, _, s in followed if e}:
            dying = (times == time) & (stratum == one) & (events == 1)
            at_risk = weights[(times >= time) & (stratum == one)].sum()
            for number in range(dying.sum()):
                out = number / dying.sum() if ties is Ties.EFRON else 0.0
                total -= math.log(at_risk - out * weights[dying].sum())
            total += coefficient * covariate[dying].sum()
        return total

    assert fit.log_likelihood == pytest.approx(log_likelihood(best), abs=1e-8)
    assert fit.null_log_likelihood == pytest.approx(log_likelihood(0.0), abs=1e-8)
    assert fit.log_likelihood >= log_likelihood(best + 0.01) - 1e-9
    assert fit.log_likelihood >= log_likelihood(best - 0.01) - 1e-9
