"""Fits of mixed models against SAS, nlme and lme4, and what has no fit.

R 4.2.2 with nlme 3.1-162 and lme4 1.1-31; SAS PROC MIXED as printed in the repository of mmrm
(openpharma/mmrm, folder design/SAS). `d` is fev_data with FEV1 observed, `t` the visit's number:

    f <- FEV1 ~ RACE + SEX + ARMCD * AVISIT
    ctl <- glsControl(tolerance=1e-10, msTol=1e-12, maxIter=500, msMaxIter=500)
"""

from typing import Any

import numpy as np
import pytest
from tests.statistics.longitudinal import (
    DAYS,
    FEV1,
    FULL,
    REACTION,
    SLEEPERS,
    SUBJECTS,
    VARIABLES,
    VISITS,
    fitted,
    slept,
)

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.covariances import Correlation, VisitCovariance
from trialrun.statistics.design_matrix import factor
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.likelihood import Likelihood
from trialrun.statistics.likelihood_search import optimum_from
from trialrun.statistics.mixed_models import fit_random_effects, fit_repeated_measures

UNSTRUCTURED = VisitCovariance(Correlation.UNSTRUCTURED)


def test_unstructured_fit_is_that_of_sas() -> None:
    # design/SAS/sas_log_reml.txt: iterations stop at 3386.44987722, 6e-6 above the optimum of nlme
    # (3386.449871); its covariance is in the order VIS2, VIS3, VIS4, VIS1. Why the treatment effect
    # is 3.77441 here and 3.7745 there: test_the_optimum_is_exact_and_sas_stops_short_of_it.
    fit = fitted(FULL)
    assert fit.minus_two_log_likelihood == pytest.approx(3386.44987722, abs=1e-5)
    covariance = fit.covariances[""]
    assert np.diag(covariance) == pytest.approx([40.5509, 26.5692, 14.8970, 95.5528], rel=2e-4)
    assert covariance[0, 1:] == pytest.approx([14.3982, 4.9744, 13.3731], rel=5e-4)
    assert (fit.n_observed, fit.n_left_out, fit.n_subjects) == (537, 263, 197)
    assert fit.coefficients[4] == pytest.approx(3.77440, abs=5e-5)


@pytest.mark.parametrize(
    ("correlation", "heterogeneous", "criterion", "treatment", "error"),
    [
        # -2*logLik(m); summary(m)$tTable["ARMCDTRT", ] of m <- gls(f, d, control=ctl, ...)
        # correlation=corCompSymm(form=~t|USUBJID)
        (Correlation.COMPOUND_SYMMETRY, False, 3522.042949, 3.4376759082, 1.1507189369),
        # correlation=corAR1(form=~t|USUBJID)
        (Correlation.AUTOREGRESSIVE, False, 3525.078763, 3.63053243640, 1.1595713909),
        # correlation=corCompSymm(form=~t|USUBJID), weights=varIdent(form=~1|AVISIT)
        (Correlation.COMPOUND_SYMMETRY, True, 3398.001027, 3.6607828439, 1.0813052837),
        # correlation=corAR1(form=~t|USUBJID), weights=varIdent(form=~1|AVISIT)
        (Correlation.AUTOREGRESSIVE, True, 3404.219246, 3.75219595576, 1.0813245816),
        # correlation=corSymm(form=~t|USUBJID), weights=varIdent(form=~1|AVISIT)
        (Correlation.UNSTRUCTURED, True, 3386.449871, 3.77439979252, 1.0741739756),
        # correlation=corExp(form=~t|USUBJID)
        (Correlation.EXPONENTIAL, False, 3525.078763, 3.63053236203, 1.1595713752),
    ],
)
def test_structures_agree_with_nlme(
    correlation: Correlation, heterogeneous: bool, criterion: float, treatment: float, error: float
) -> None:
    fit = fitted(FULL, correlation, heterogeneous=heterogeneous)
    assert fit.minus_two_log_likelihood == pytest.approx(criterion, abs=1e-6)
    assert fit.coefficients[4] == pytest.approx(treatment, abs=2e-5)
    assert np.sqrt(fit.covariance[4, 4]) == pytest.approx(error, rel=2e-5)


def test_full_likelihood_agrees_with_nlme() -> None:
    # gls(f, d, correlation=corSymm(form=~t|USUBJID), weights=varIdent(form=~1|AVISIT),
    #     method="ML"); its standard errors are scaled by n/(n − p), which is undone here.
    fit = fitted(FULL, restricted=False)
    assert fit.minus_two_log_likelihood == pytest.approx(3397.572197, abs=1e-6)
    # gls stopped 1e-7 above the optimum, where coefficients still move in the fifth decimal.
    assert fit.coefficients[4] == pytest.approx(3.77505667093, abs=3e-5)
    error = 1.0751849248 * np.sqrt((537 - 11) / 537)
    assert np.sqrt(fit.covariance[4, 4]) == pytest.approx(error, rel=2e-5)


def test_heterogeneous_toeplitz_is_that_of_sas() -> None:
    # design/SAS/sas_toeph_reml.txt: FEV1 on the intercept alone.
    fit = fitted([], Correlation.TOEPLITZ)
    assert fit.minus_two_log_likelihood == pytest.approx(3722.38018329, abs=2e-6)
    covariance = fit.covariances[""]
    assert np.diag(covariance) == pytest.approx([90.4041, 38.5927, 36.1518, 175.78], rel=1e-4)
    assert covariance[0, 1:] == pytest.approx([25.3713, 2.6128, -39.2746], rel=1e-3)
    assert fit.coefficients == pytest.approx([41.6726], abs=5e-5)
    assert np.sqrt(fit.covariance[0, 0]) == pytest.approx(0.3822, abs=5e-5)


def test_covariances_by_arm_are_those_of_sas() -> None:
    # design/SAS/sas_group_csh_reml.txt: heterogeneous compound symmetry, group=ARMCD.
    fit = fitted([], Correlation.COMPOUND_SYMMETRY, grouped=True)
    assert fit.minus_two_log_likelihood == pytest.approx(3764.55218946, abs=1e-5)
    placebo, treated = fit.covariances["PBO"], fit.covariances["TRT"]
    assert np.diag(placebo) == pytest.approx([122.64, 45.1705, 21.4110, 126.14], rel=2e-4)
    assert np.diag(treated) == pytest.approx([82.7175, 31.3308, 44.6841, 234.52], rel=2e-4)
    assert treated[0, 1] == pytest.approx(10.6775, rel=1e-3)
    assert fit.coefficients == pytest.approx([41.8458], abs=5e-5)


def test_random_slopes_agree_with_lme4() -> None:
    # m <- lmer(Reaction ~ Days + (Days|Subject), sleepstudy, control = lmerControl(
    #           optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9))); REMLcrit(m); VarCorr(m)
    fit = slept({"days": DAYS})
    assert fit.minus_two_log_likelihood == pytest.approx(1743.62827196, abs=1e-8)
    assert fit.covariances[""] == pytest.approx(
        np.array([[612.089748275, 9.604335474526], [9.604335474526, 35.071662344]]), rel=1e-5
    )
    assert fit.residual_variances[""] == pytest.approx(654.941040682, rel=1e-6)
    assert not fit.singular


def test_random_slopes_by_full_likelihood_agree_with_lme4() -> None:
    # deviance(lmer(Reaction ~ Days + (Days|Subject), sleepstudy, REML = FALSE))
    fit = slept({"days": DAYS}, restricted=False)
    assert fit.minus_two_log_likelihood == pytest.approx(1751.93934446, abs=1e-8)


def test_a_variance_of_zero_is_said() -> None:
    # No variation between participants, drawn: all of the variance is the residual's, as in lme4,
    # whose fit of these values isSingular() with variance 0 and REML criterion as below.
    outcome = np.random.default_rng(3).normal(size=60)
    times = np.tile(np.arange(4.0), 15)
    fit = fit_random_effects(
        outcome,
        {"time": times},
        [("time",)],
        subjects=[str(i // 4) for i in range(60)],
        effects=np.column_stack([np.ones(60), times]),
    )
    assert fit.singular
    assert fit.covariances[""] == pytest.approx(np.zeros((2, 2)), abs=1e-9)
    assert fit.residual_variances[""] == pytest.approx(1.165849, abs=1e-6)
    assert fit.minus_two_log_likelihood == pytest.approx(181.908755614, abs=1e-8)


def test_groups_with_their_own_coefficients_are_models_of_their_own() -> None:
    # Then the likelihood falls into two factors: −2 log likelihoods add up.
    late = np.arange(180) >= 90
    group = ["late" if each else "early" for each in late]
    effects = np.column_stack([np.ones(180), DAYS])
    both = fit_random_effects(
        REACTION,
        {"days": DAYS, "group": factor(group, "early")},
        [("days",), ("group",), ("group", "days")],
        subjects=list(SLEEPERS),
        effects=effects,
        groups=group,
    )
    apart = [
        fit_random_effects(
            REACTION[rows],
            {"days": DAYS[rows]},
            [("days",)],
            subjects=list(SLEEPERS[rows]),
            effects=effects[rows],
        )
        for rows in (~late, late)
    ]
    total = sum(fit.minus_two_log_likelihood for fit in apart)
    assert both.minus_two_log_likelihood == pytest.approx(total, abs=1e-7)
    assert both.covariances["late"] == pytest.approx(apart[1].covariances[""], rel=1e-4)
    assert both.residual_variances["early"] == pytest.approx(apart[0].residual_variances[""])


def test_order_of_rows_does_not_matter() -> None:
    order = np.random.default_rng(1).permutation(len(FEV1))
    fit = fit_repeated_measures(
        FEV1[order],
        {"time": VISITS[order]},
        [("time",)],
        subjects=[SUBJECTS[i] for i in order],
        times=VISITS[order],
        covariance=UNSTRUCTURED,
    )
    straight = fit_repeated_measures(
        FEV1,
        {"time": VISITS},
        [("time",)],
        subjects=SUBJECTS,
        times=VISITS,
        covariance=UNSTRUCTURED,
    )
    assert fit.minus_two_log_likelihood == pytest.approx(straight.minus_two_log_likelihood)


def test_a_visit_without_any_outcome_does_not_exist() -> None:
    outcome = np.where(VISITS == 3, np.nan, FEV1)
    fit = fit_repeated_measures(
        outcome, VARIABLES, FULL, subjects=SUBJECTS, times=VISITS, covariance=UNSTRUCTURED
    )
    assert fit.covariances[""].shape == (3, 3)
    assert "visit=VIS3" not in fit.design.columns


def test_calendar_years_are_times_like_others() -> None:
    # Only the intercept changes its meaning: slope variance and likelihood are those of lme4 above.
    years = DAYS + 2019
    fit = fit_random_effects(
        REACTION,
        {"years": years},
        [("years",)],
        subjects=list(SLEEPERS),
        effects=np.column_stack([np.ones(180), years]),
    )
    assert fit.minus_two_log_likelihood == pytest.approx(1743.62827196, abs=1e-6)
    assert fit.covariances[""][1, 1] == pytest.approx(35.071662344, rel=1e-5)


def test_random_effects_that_repeat_each_other_are_refused() -> None:
    with pytest.raises(NotEstimableError, match="depend on each other"):
        fit_random_effects(
            REACTION,
            {"days": DAYS},
            [("days",)],
            subjects=list(SLEEPERS),
            effects=np.column_stack([DAYS, 2 * DAYS]),
        )


def test_a_large_offset_does_not_matter() -> None:
    fit = fit_repeated_measures(
        FEV1 + 1e6, VARIABLES, FULL, subjects=SUBJECTS, times=VISITS, covariance=UNSTRUCTURED
    )
    plain = fitted(FULL)
    assert fit.minus_two_log_likelihood == pytest.approx(plain.minus_two_log_likelihood, abs=1e-5)
    assert fit.coefficients[0] - 1e6 == pytest.approx(plain.coefficients[0], abs=1e-6)


def test_units_do_not_matter() -> None:
    fit = fit_repeated_measures(
        FEV1 * 1e6, VARIABLES, FULL, subjects=SUBJECTS, times=VISITS, covariance=UNSTRUCTURED
    )
    assert fit.coefficients[4] / 1e6 == pytest.approx(fitted(FULL).coefficients[4], rel=1e-6)


def few(outcome: Any, subjects: Any, times: Any) -> None:
    fit_repeated_measures(
        outcome,
        {"time": np.asarray(times, dtype=float)},
        [("time",)],
        subjects=subjects,
        times=times,
        covariance=UNSTRUCTURED,
    )


@pytest.mark.parametrize(
    ("outcome", "subjects", "times", "reason"),
    [
        ([1.0, 2.0, 4.0], ["a", "a", "a"], [1, 2, 3], Reason.TOO_FEW),
        ([1.0, 2.0], ["a", "b"], [1, 2], Reason.TOO_FEW),
        ([np.nan] * 4, ["a", "a", "b", "b"], [1, 2, 1, 2], Reason.NO_DATA),
        ([3.0] * 6, ["a", "a", "b", "b", "c", "c"], [1, 2] * 3, Reason.NO_VARIATION),
        # Second values are the first plus one, exactly: the likelihood grows without end.
        ([1.0, 2, 3, 4, 7, 8], ["a", "a", "b", "b", "c", "c"], [1, 2] * 3, Reason.NOT_CONVERGED),
        # Nobody has both visits: nothing tells their correlation.
        ([1.0, 2, 4, 4, 7, 9], ["a", "b", "c", "d", "e", "f"], [1, 2] * 3, Reason.SINGULAR),
    ],
)
def test_what_has_no_fit_says_why(outcome: Any, subjects: Any, times: Any, reason: Reason) -> None:
    with pytest.raises(NotEstimableError) as caught:
        few(outcome, subjects, times)
    assert caught.value.reason is reason


def test_participants_on_their_own_lines_have_no_residual() -> None:
    times = np.tile(np.arange(3.0), 4)
    lines = np.repeat([1.0, 3.0, 4.0, 8.0], 3) + np.repeat([1.0, -1.0, 0.5, 2.5], 3) * times
    with pytest.raises(NotEstimableError):
        fit_random_effects(
            lines,
            {"time": times},
            [("time",)],
            subjects=list("aaabbbcccddd"),
            effects=np.column_stack([np.ones(12), times]),
        )


def test_mistakes_of_the_caller_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="one occasion"):
        few([1.0, 2.0, 3.0, 5.0], ["a", "a", "b", "b"], [1, 1, 1, 2])
    with pytest.raises(InvalidInputError, match="one label"):
        few([1.0, 2.0, 3.0], ["a", "b"], [1, 2, 3])
    with pytest.raises(InvalidInputError, match="known values"):
        slept_with_unknown_effects()


def slept_with_unknown_effects() -> None:
    fit_random_effects(
        [1.0, 2.0, 4.0],
        {"x": np.array([1.0, 2.0, 2.0])},
        [("x",)],
        subjects=["a", "b", "c"],
        effects=[[1.0], [np.nan], [1.0]],
    )


def test_the_optimum_is_exact_and_sas_stops_short_of_it() -> None:
    """From a start far away to a gradient of rounding size: the optimum, to ten digits."""
    likelihood = fitted(FULL).likelihood
    start = np.concatenate([np.full(4, 2.0), np.zeros(6)])
    parameters = optimum_from(likelihood, start, np.ones(10))
    at = likelihood.at(parameters)
    assert at is not None
    hessian = likelihood.hessian(parameters, at, np.full(10, np.inf))
    assert hessian is not None
    for _ in range(2):
        parameters = parameters - np.linalg.solve(hessian, at.gradient)
        at = likelihood.at(parameters)
        assert at is not None
    assert np.abs(at.gradient).max() < 1e-11
    fit = fitted(FULL)
    assert fit.minus_two_log_likelihood == pytest.approx(at.value, abs=1e-10)
    assert fit.coefficients[4] == pytest.approx(3.7744140514, abs=1e-9)
    # How far the effect can move while −2 log likelihood rises by the 6.1e-6 that SAS stops above:
    # enough to turn 3.77441 into 3.7745.
    slopes = np.array(
        [_effect_at(likelihood, parameters + 1e-5 * unit) for unit in np.eye(10)]
    ) - _effect_at(likelihood, parameters)
    direction = np.linalg.solve(hessian, slopes / 1e-5)
    rise = 3386.44987722 - at.value
    reach = np.sqrt(2 * rise * (slopes / 1e-5) @ direction)
    assert rise == pytest.approx(6.06e-6, abs=1e-8)
    assert 3.7745 - fit.coefficients[4] < reach < 4e-4


def _effect_at(likelihood: Likelihood, parameters: FloatArray) -> float:
    at = likelihood.at(parameters)
    assert at is not None
    return float(at.coefficients[4])


@pytest.mark.parametrize(
    ("grouped", "restricted", "criterion", "mean", "error"),
    [
        # FEV1 on the intercept alone, type=ANTE(1): design/SAS/sas_antedependence_reml.txt,
        # sas_adh_ml.txt, and with group=ARMCD sas_group_adh_reml.txt.
        (False, True, 3713.49317786, 42.9009, 0.3529),
        (False, False, 3713.24501787, 42.9019, 0.3519),
        (True, True, 3688.84024388, 42.5293, 0.3349),
    ],
)
def test_antedependence_is_that_of_sas(
    grouped: bool, restricted: bool, criterion: float, mean: float, error: float
) -> None:
    fit = fitted([], Correlation.ANTEDEPENDENCE, grouped=grouped, restricted=restricted)
    # SAS stops up to 3e-6 above the optimum, so that its mean is off by 3e-4 with groups.
    assert criterion - 3e-6 < fit.minus_two_log_likelihood < criterion
    assert fit.coefficients == pytest.approx([mean], abs=3e-4)
    assert np.sqrt(fit.covariance[0, 0]) == pytest.approx(error, abs=5e-5)


def test_antedependence_has_the_parameters_of_sas() -> None:
    covariance = fitted([], Correlation.ANTEDEPENDENCE).covariances[""]
    deviations = np.sqrt(np.diag(covariance))
    correlations = covariance / np.outer(deviations, deviations)
    assert deviations**2 == pytest.approx([114.89, 44.6313, 26.8922, 158.47], rel=1e-4)
    assert np.diag(correlations, 1) == pytest.approx([0.7106, 0.1033, 0.3657], abs=1e-4)
