"""Small-sample inference against SAS, mmrm, lmerTest and pbkrtest.

R 4.2.2 with lmerTest 3.1-3 and pbkrtest 0.5.2, on lme4's sleepstudy:

    ss <- sleepstudy[-c(3,14,15,27,60,61,62,100,131,180),]
    ss$per <- factor(c("a","b","c","d","e")[ss$Days %/% 2 + 1])
"""

import numpy as np
import pytest
from tests.statistics.longitudinal import (
    ARMS,
    DAYS,
    FEV1,
    FULL,
    KEPT,
    SUBJECTS,
    VISITS,
    WEIGHTS,
    fitted,
    slept,
)

from trialrun.statistics.ancova import contrast as linear_contrast
from trialrun.statistics.ancova import fit_linear
from trialrun.statistics.covariances import Correlation, VisitCovariance
from trialrun.statistics.design_matrix import Variable, factor, mean_row, type_three_rows
from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.mixed_inference import DegreesOfFreedom, contrast, f_test
from trialrun.statistics.mixed_models import fit_random_effects, fit_repeated_measures

SATTERTHWAITE = DegreesOfFreedom.SATTERTHWAITE
KENWARD_ROGER = DegreesOfFreedom.KENWARD_ROGER
EXPECTED = DegreesOfFreedom.KENWARD_ROGER_EXPECTED


@pytest.mark.parametrize(
    ("column", "value", "error", "df", "p_value"),
    [
        # SAS PROC MIXED, ddfm=satterthwaite: openpharma/mmrm, design/SAS/sas_log_reml.txt
        ("arm=TRT", 3.7745, 1.0741, 146, 0.0006),
        ("visit=VIS2", 4.8396, 0.8016, 144, 0.0000),
        ("visit=VIS3", 10.3422, 0.8227, 156, 0.0000),
        ("visit=VIS4", 15.0537, 1.3129, 138, 0.0000),
        ("arm=TRT:visit=VIS3", -0.6939, 1.1876, 158, 0.5599),
        ("arm=TRT:visit=VIS4", 0.6240, 1.8510, 130, 0.7366),
        ("race=White", 5.6436, 0.6656, 157, 0.0000),
        ("sex=Male", -0.3262, 0.5319, 166, 0.5406),
    ],
)
def test_coefficients_are_those_of_sas(
    column: str, value: float, error: float, df: int, p_value: float
) -> None:
    fit = fitted(FULL)
    estimate = contrast(fit, fit.design.column(column), SATTERTHWAITE)
    # SAS stopped 6e-6 above the optimum of −2 log likelihood, hence two units of its last digit.
    assert estimate.value == pytest.approx(value, abs=2e-4)
    assert estimate.standard_error == pytest.approx(error, abs=2e-4)
    assert round(estimate.df) == df
    assert estimate.p_value == pytest.approx(p_value, abs=2e-4)


def test_difference_at_the_last_visit_is_that_of_sas() -> None:
    # LSMEANS AVISIT*ARMCD / pdiff: TRT − PBO at VIS4 4.3985 (1.6805), df 133, p .0099
    fit = fitted(FULL)
    row = mean_row(fit.design, {"arm": "TRT", "visit": "VIS4"}, "equal") - mean_row(
        fit.design, {"arm": "PBO", "visit": "VIS4"}, "equal"
    )
    estimate = contrast(fit, row, SATTERTHWAITE)
    assert estimate.value == pytest.approx(4.3985, abs=5e-5)
    assert estimate.standard_error == pytest.approx(1.6805, abs=5e-5 + 1e-5)
    assert round(estimate.df) == 133
    assert estimate.p_value == pytest.approx(0.0099, abs=5e-5)


@pytest.mark.parametrize(
    ("term", "numerator", "denominator", "statistic", "p_value"),
    [
        # The same listing, "Type 3 Tests of Fixed Effects"
        (("arm",), 1, 169, 31.67, 0.0000),
        (("visit",), 3, 148, 142.11, 0.0000),
        (("arm", "visit"), 3, 148, 0.26, 0.8555),
        (("race",), 2, 166, 36.92, 0.0000),
        (("sex",), 1, 166, 0.38, 0.5406),
    ],
)
def test_type_three_tests_are_those_of_sas(
    term: tuple[str, ...], numerator: int, denominator: int, statistic: float, p_value: float
) -> None:
    fit = fitted(FULL)
    test = f_test(fit, type_three_rows(fit.design, term), SATTERTHWAITE)
    assert test.numerator_df == numerator
    assert round(test.denominator_df) == denominator
    assert test.statistic == pytest.approx(statistic, abs=0.011)
    assert test.p_value == pytest.approx(p_value, abs=2e-4)


@pytest.mark.parametrize(
    ("correlation", "heterogeneous", "error", "df"),
    [
        # SAS, ddfm=kenwardroger(linear), MODEL FEV1 = ARMCD: the standard error and df of ARMCD as
        # quoted in openpharma/mmrm, tests/testthat/test-kenwardroger.R, for mmrm's own agreement
        (Correlation.AUTOREGRESSIVE, False, 0.96058142305176, 188.46934887972),
        (Correlation.AUTOREGRESSIVE, True, 0.75924807546934, 188.225339095373),
        (Correlation.COMPOUND_SYMMETRY, False, 0.7964696053595, 177.038485931223),
        (Correlation.COMPOUND_SYMMETRY, True, 0.67403858183242, 190.737701349941),
        (Correlation.TOEPLITZ, False, 0.87839805519623, 160.027408337368),
        (Correlation.TOEPLITZ, True, 0.72537324518435, 180.062730071701),
        (Correlation.UNSTRUCTURED, True, 0.66124382270307, 160.73326640376),
    ],
)
def test_kenward_roger_is_that_of_sas(
    correlation: Correlation, heterogeneous: bool, error: float, df: float
) -> None:
    fit = fitted([("arm",)], correlation, heterogeneous=heterogeneous)
    estimate = contrast(fit, fit.design.column("arm=TRT"), KENWARD_ROGER)
    # SAS iterates to 1e-8 of the likelihood: about four digits of a standard error.
    assert estimate.standard_error == pytest.approx(error, rel=1.5e-4)
    assert estimate.df == pytest.approx(df, rel=5e-4)


def periods() -> dict[str, Variable]:
    return {"per": factor(["abcde"[int(day) // 2] for day in DAYS[KEPT]], "a")}


@pytest.mark.parametrize(
    ("slope", "method", "column", "error", "df"),
    [
        # coef(summary(lmer(Reaction ~ per + (1|Subject), ss))); ... ddf = "Kenward-Roger"
        (False, SATTERTHWAITE, "intercept", 10.357237511, 26.90653317),
        (False, SATTERTHWAITE, "per=e", 7.496876503, 148.15354384),
        (False, EXPECTED, "intercept", 10.357659635, 27.12806864),
        (False, EXPECTED, "per=b", 7.436733597, 148.27295758),
        # coef(summary(lmer(Reaction ~ per + (Days|Subject), ss))); ... ddf = "Kenward-Roger"
        (True, SATTERTHWAITE, "per=b", 6.586189249, 139.87064940),
        (True, SATTERTHWAITE, "per=e", 12.824649698, 22.37567088),
        (True, EXPECTED, "per=c", 8.313684534, 62.42961401),
        (True, EXPECTED, "per=e", 13.065225997, 27.40952385),
    ],
)
def test_random_effects_agree_with_lmertest_and_pbkrtest(
    slope: bool, method: DegreesOfFreedom, column: str, error: float, df: float
) -> None:
    fit = slept(periods(), KEPT, slope=slope)
    estimate = contrast(fit, fit.design.column(column), method)
    assert estimate.standard_error == pytest.approx(error, rel=1e-6)
    assert estimate.df == pytest.approx(df, rel=1e-5)


@pytest.mark.parametrize(
    ("slope", "method", "statistic", "df"),
    [
        # anova(lmer(Reaction ~ per + (1|Subject), ss)); ... ddf = "Kenward-Roger"
        (False, SATTERTHWAITE, 38.8011, 148.0167828),
        (False, EXPECTED, 38.79259, 148.1656035),
        # anova(lmer(Reaction ~ per + (Days|Subject), ss), ddf = "Kenward-Roger")
        (True, EXPECTED, 8.32457, 97.60341279),
    ],
)
def test_tests_of_several_contrasts_agree_with_lmertest(
    slope: bool, method: DegreesOfFreedom, statistic: float, df: float
) -> None:
    fit = slept(periods(), KEPT, slope=slope)
    test = f_test(fit, type_three_rows(fit.design, ("per",)), method)
    assert test.statistic == pytest.approx(statistic, abs=5e-5)
    assert test.numerator_df == 4
    assert test.denominator_df == pytest.approx(df, rel=1e-5)


def test_full_likelihood_agrees_with_lmertest() -> None:
    # coef(summary(lmer(Reaction ~ Days + (Days|Subject), sleepstudy, REML = FALSE)))
    fit = slept({"days": DAYS}, restricted=False)
    estimate = contrast(fit, fit.design.column("days"), SATTERTHWAITE)
    assert estimate.standard_error == pytest.approx(1.502236793, rel=1e-6)
    assert estimate.df == pytest.approx(18, abs=1e-4)
    with pytest.raises(InvalidInputError, match="REML"):
        contrast(fit, fit.design.column("days"), KENWARD_ROGER)


EXTRA = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
EXTRA += [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


@pytest.mark.parametrize("method", list(DegreesOfFreedom))
@pytest.mark.parametrize("random", [True, False])
def test_paired_data_give_the_paired_t_test(method: DegreesOfFreedom, random: bool) -> None:
    # t.test(extra ~ group, sleep, paired = TRUE), R 4.2.2; Student, Biometrika 1908;6:1-25, table
    # of section VIII: t = 4.0621277, df = 9, p = .00283289
    variables: dict[str, Variable] = {"drug": factor(["1"] * 10 + ["2"] * 10, "1")}
    subjects = [str(i) for i in range(10)] * 2
    if random:
        effects = np.ones((20, 1))
        fit = fit_random_effects(EXTRA, variables, [("drug",)], subjects=subjects, effects=effects)
    else:
        fit = fit_repeated_measures(
            EXTRA,
            variables,
            [("drug",)],
            subjects=subjects,
            times=[1] * 10 + [2] * 10,
            covariance=VisitCovariance(Correlation.UNSTRUCTURED),
        )
    estimate = contrast(fit, fit.design.column("drug=2"), method)
    assert estimate.value == pytest.approx(1.58)
    assert estimate.standard_error == pytest.approx(0.3889587, abs=1e-7)
    assert estimate.df == pytest.approx(9, abs=1e-4)
    assert estimate.statistic == pytest.approx(4.0621277, abs=1e-6)
    assert estimate.p_value == pytest.approx(0.00283289, abs=1e-8)


def test_a_singular_fit_has_the_degrees_of_freedom_of_pbkrtest() -> None:
    # write y of this seed; m <- lmer(y ~ t + (t|s)); isSingular(m) TRUE;
    # coef(summary(m, ddf = "Kenward-Roger"))["t", ]: -0.01266893, 0.10666277, df 14
    times = np.tile(np.arange(4.0), 15)
    fit = fit_random_effects(
        np.random.default_rng(1).normal(size=60),
        {"t": times},
        [("t",)],
        subjects=[str(i // 4) for i in range(60)],
        effects=np.column_stack([np.ones(60), times]),
    )
    assert fit.singular
    estimate = contrast(fit, fit.design.column("t"), EXPECTED)
    assert estimate.value == pytest.approx(-0.01266893, abs=1e-7)
    assert estimate.standard_error == pytest.approx(0.10666277, abs=1e-7)
    assert estimate.df == pytest.approx(14, abs=1e-4)


def test_one_visit_is_analysis_of_covariance() -> None:
    rows = VISITS == 4
    variables: dict[str, Variable] = {
        "arm": factor([arm for arm, last in zip(ARMS, rows, strict=True) if last], "PBO"),
        "weight": WEIGHTS[rows],
    }
    terms = [("arm",), ("weight",)]
    plain = fit_linear(FEV1[rows], variables, terms)
    fit = fit_repeated_measures(
        FEV1[rows],
        variables,
        terms,
        subjects=[name for name, last in zip(SUBJECTS, rows, strict=True) if last],
        times=VISITS[rows],
        covariance=VisitCovariance(Correlation.UNSTRUCTURED),
    )
    expected = linear_contrast(plain, plain.design.column("arm=TRT"))
    for method in DegreesOfFreedom:
        estimate = contrast(fit, fit.design.column("arm=TRT"), method)
        assert estimate.value == pytest.approx(expected.value)
        assert estimate.standard_error == pytest.approx(expected.standard_error)
        assert estimate.df == pytest.approx(expected.df, rel=1e-5)


def test_one_contrast_has_one_f() -> None:
    fit = fitted(FULL)
    row = fit.design.column("sex=Male")
    for method in DegreesOfFreedom:
        estimate, test = contrast(fit, row, method), f_test(fit, row[None], method)
        assert test.statistic == pytest.approx(estimate.statistic**2)
        assert test.denominator_df == pytest.approx(estimate.df)


def test_an_f_test_does_not_depend_on_the_basis_of_its_contrasts() -> None:
    fit = fitted(FULL)
    rows = type_three_rows(fit.design, ("race",))
    other = np.array([[1.0, 2.0], [-3.0, 1.0]]) @ rows
    first, second = f_test(fit, rows, KENWARD_ROGER), f_test(fit, other, KENWARD_ROGER)
    assert first.statistic == pytest.approx(second.statistic)
    assert first.denominator_df == pytest.approx(second.denominator_df)


def test_contrasts_that_repeat_each_other_are_refused() -> None:
    fit = fitted(FULL)
    row = fit.design.column("sex=Male")
    with pytest.raises(InvalidInputError, match="depend"):
        f_test(fit, np.array([row, 2 * row]), SATTERTHWAITE)
