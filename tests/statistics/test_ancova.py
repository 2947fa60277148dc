"""Analysis of covariance against R 4.2.2 (stats, emmeans 1.8.4.1) on its data set warpbreaks.

w <- warpbreaks[-c(1,2,3,12,30,31,54),]; w$z <- (seq_len(nrow(w))*7) %% 11
m <- lm(breaks ~ wool+tension+z, w); mi <- lm(breaks ~ wool*tension+z, w)
"""

from typing import Any

import numpy as np
import pytest

from trialrun.statistics.ancova import (
    LinearFit,
    contrast,
    dose_response,
    fit_linear,
    least_squares_mean,
    one_way_anova,
    pairwise_differences,
    type_three_test,
)
from trialrun.statistics.design_matrix import Variable, factor
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason

# fmt: off
BREAKS = [25.0, 70, 52, 51, 26, 67, 18, 21, 17, 12, 18, 35, 30, 36, 36, 21, 24, 18, 10, 43, 28,
          15, 26, 27, 14, 29, 31, 41, 20, 44, 42, 26, 19, 16, 39, 28, 21, 39, 29, 20, 21, 24, 17,
          13, 15, 15, 16]
# fmt: on
WOOL = "A" * 23 + "B" * 24
TENSION = "L" * 6 + "M" * 8 + "H" * 9 + "L" * 7 + "M" * 9 + "H" * 8
Z = (np.arange(1, 48) * 7 % 11).astype(float)


def variables() -> dict[str, Variable]:
    return {"wool": factor(WOOL, "A"), "tension": factor(TENSION, "L"), "z": Z}


def additive(breaks: Any = BREAKS) -> LinearFit:
    return fit_linear(breaks, variables(), [("wool",), ("tension",), ("z",)])


def crossed() -> LinearFit:
    terms = [("wool",), ("tension",), ("z",), ("wool", "tension")]
    return fit_linear(BREAKS, variables(), terms)


@pytest.mark.parametrize(
    ("weights", "level", "mean", "error"),
    [
        # as.data.frame(emmeans(m, "tension")), and with weights = "proportional"
        ("equal", "L", 38.0549905, 3.21827454),
        ("equal", "M", 26.3975621, 2.80367180),
        ("equal", "H", 21.4373783, 2.81184081),
        ("observed", "L", 37.9930998, 3.21702420),
        ("observed", "H", 21.3754876, 2.81333962),
    ],
)
def test_least_squares_means_are_those_of_emmeans(
    weights: Any, level: str, mean: float, error: float
) -> None:
    estimate = least_squares_mean(additive(), {"tension": level}, weights)
    assert estimate.value == pytest.approx(mean, abs=1e-7)
    assert estimate.standard_error == pytest.approx(error, abs=1e-7)
    assert estimate.df == 42


@pytest.mark.parametrize(
    ("weights", "level", "mean", "error"),
    [
        # as.data.frame(emmeans(mi, "wool")), and with weights = "proportional"
        ("equal", "A", 32.0881827, 2.27020990),
        ("equal", "B", 25.2733142, 2.20167629),
        ("observed", "A", 30.7481351, 2.24140387),
        ("observed", "B", 24.9216258, 2.19412682),
    ],
)
def test_means_are_averaged_over_an_interaction(
    weights: Any, level: str, mean: float, error: float
) -> None:
    estimate = least_squares_mean(crossed(), {"wool": level}, weights)
    assert estimate.value == pytest.approx(mean, abs=1e-7)
    assert estimate.standard_error == pytest.approx(error, abs=1e-7)


def test_pairwise_differences_are_those_of_emmeans() -> None:
    # summary(pairs(emmeans(m, "tension"), adjust = "none", reverse = TRUE), infer = TRUE), but
    # with R's levels in the order L, M, H: here M - H instead of H - M
    found = pairwise_differences(additive(), "tension", "equal")
    assert set(found) == {("H", "L"), ("M", "L"), ("M", "H")}
    pair = found["H", "L"]
    assert pair.value == pytest.approx(-16.61761221, abs=1e-8)
    assert pair.interval.lower == pytest.approx(-25.2756859, abs=1e-7)
    assert pair.interval.upper == pytest.approx(-7.95953856, abs=1e-8)
    assert pair.p_value == pytest.approx(0.000369553091, rel=1e-8)
    assert found["M", "H"].p_value == pytest.approx(0.218838778659, rel=1e-9)


@pytest.mark.parametrize(
    ("term", "statistic", "p_value"),
    [
        # drop1(lm(breaks ~ wool*tension + z, w, contrasts = list(wool = "contr.sum",
        #       tension = "contr.sum")), . ~ ., test = "F")
        (("wool",), 4.64380, 0.03724077),
        (("tension",), 9.72320, 0.00036198),
        (("z",), 1.58093, 0.21591817),
        (("wool", "tension"), 4.34609, 0.01958909),
    ],
)
def test_type_three_tests_are_those_of_sum_contrasts(
    term: tuple[str, ...], statistic: float, p_value: float
) -> None:
    test = type_three_test(crossed(), term)
    assert test.statistic == pytest.approx(statistic, abs=5e-6)
    assert test.p_value == pytest.approx(p_value, abs=5e-9)
    assert test.denominator_df == 40


def test_one_way_analysis_is_that_of_r() -> None:
    # anova(lm(weight ~ group, PlantGrowth))
    # fmt: off
    weight = [4.17, 5.58, 5.18, 6.11, 4.5, 4.61, 5.17, 4.53, 5.33, 5.14, 4.81, 4.17, 4.41, 3.59,
              5.87, 3.83, 6.03, 4.89, 4.32, 4.69, 6.31, 5.12, 5.54, 5.5, 5.37, 5.29, 4.92, 6.15,
              5.8, 5.26]
    # fmt: on
    test = one_way_anova(weight, ["ctrl"] * 10 + ["trt1"] * 10 + ["trt2"] * 10)
    assert test.statistic == pytest.approx(4.84609, abs=5e-6)
    assert (test.numerator_df, test.denominator_df) == (2, 27)
    assert test.p_value == pytest.approx(0.01591, abs=5e-6)


def test_dose_response_is_the_slope_over_the_dose() -> None:
    # w$dose <- c(L=0,M=54,H=81)[as.character(w$tension)]
    # m <- lm(breaks ~ dose+wool+z, w); coef(summary(m)); confint(m)
    dose = [{"L": 0, "M": 54, "H": 81}[level] for level in TENSION]
    estimate = dose_response(BREAKS, dose, {"wool": factor(WOOL, "A"), "z": Z})
    assert estimate.value == pytest.approx(-0.206224055921, rel=1e-10)
    assert estimate.standard_error == pytest.approx(0.051964618593, rel=1e-10)
    assert estimate.p_value == pytest.approx(2.69920016977e-04, rel=1e-9)
    assert estimate.interval.upper == pytest.approx(-0.101427414969, rel=1e-9)


def test_rows_with_a_gap_are_left_out_and_counted() -> None:
    gaps = np.array(BREAKS)
    gaps[[3, 8]] = np.nan
    labels = [None if i == 20 else label for i, label in enumerate(TENSION)]
    holed = fit_linear(gaps, {"tension": factor(labels, "L"), "z": Z}, [("tension",), ("z",)])
    kept = [i for i in range(47) if i not in (3, 8, 20)]
    whole = fit_linear(
        np.array(BREAKS)[kept],
        {"tension": factor([TENSION[i] for i in kept], "L"), "z": Z[kept]},
        [("tension",), ("z",)],
    )
    assert (holed.n_observed, holed.n_left_out) == (44, 3)
    assert holed.coefficients == pytest.approx(whole.coefficients)


def test_a_site_without_outcome_leaves_the_model() -> None:
    # The site's level would be a column of zeros; without it the fit is that of the other sites.
    site = factor(["s1"] * 20 + ["s0"] * 3 + ["s2"] * 24, "s0")
    outcome = np.array(BREAKS)
    outcome[20:23] = np.nan
    fit = fit_linear(outcome, {"site": site, "z": Z}, [("site",), ("z",)])
    assert fit.design.columns == ("intercept", "site=s2", "z")
    with pytest.raises(NotEstimableError) as caught:
        least_squares_mean(fit, {"site": "s0"}, "equal")
    assert caught.value.reason is Reason.NO_DATA


@pytest.mark.parametrize(
    ("outcome", "z", "reason"),
    [
        (np.full(47, np.nan), Z, Reason.NO_DATA),
        (np.full(47, 3.7), Z, Reason.NO_VARIATION),
        (np.array(BREAKS), np.full(47, 2.0), Reason.SINGULAR),
        (np.array(BREAKS), np.full(47, np.nan), Reason.NO_DATA),
        (np.where(np.arange(47) % 16 == 0, BREAKS, np.nan), Z, Reason.TOO_FEW),
    ],
)
def test_what_cannot_be_estimated_says_why(outcome: Any, z: Any, reason: Reason) -> None:
    with pytest.raises(NotEstimableError) as caught:
        fit_linear(outcome, {"wool": factor(WOOL, "A"), "z": z}, [("wool",), ("z",)])
    assert caught.value.reason is reason


def test_a_missing_cell_names_its_column() -> None:
    labels = ["L" if wool == "B" else level for wool, level in zip(WOOL, TENSION, strict=True)]
    with pytest.raises(NotEstimableError, match="wool=B:tension"):
        fit_linear(
            BREAKS,
            {"wool": factor(WOOL, "A"), "tension": factor(labels, "L")},
            [("wool",), ("tension",), ("wool", "tension")],
        )


def test_one_group_alone_is_refused() -> None:
    with pytest.raises(NotEstimableError):
        one_way_anova([1.0, 2.0, 3.0], ["a", "a", "a"])


def test_models_must_be_hierarchical_and_names_known() -> None:
    with pytest.raises(InvalidInputError, match="needs the term"):
        fit_linear(BREAKS, variables(), [("wool",), ("wool", "tension")])
    with pytest.raises(InvalidInputError, match="not given"):
        fit_linear(BREAKS, variables(), [("dose",)])
    with pytest.raises(InvalidInputError, match="reference"):
        factor(WOOL, "C")
    with pytest.raises(InvalidInputError, match="no factor"):
        pairwise_differences(additive(), "z", "equal")
    with pytest.raises(InvalidInputError, match="no column"):
        additive().design.column("nothing")


def test_a_coefficient_is_the_difference_of_its_means() -> None:
    fit = additive()
    direct = contrast(fit, fit.design.column("tension=H"))
    assert direct.value == pytest.approx(-16.61761221, abs=1e-8)
