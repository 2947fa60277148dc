import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.mantel_haenszel import (
    Association,
    Scores,
    breslow_day,
    cochran_mantel_haenszel,
    common_odds_ratio,
)

# SAS/STAT User's Guide, PROC FREQ, example "Cochran-Mantel-Haenszel Statistics": migraine, by
# gender, treatment (active, placebo) and response (better, same).
MIGRAINE = [[[16, 11], [5, 20]], [[12, 16], [7, 19]]]
# Agresti, Categorical Data Analysis, 2nd ed. 2002, table 7.8: job satisfaction by income, for
# women and men; it is coin's data set jobsatisfaction, too.
JOB = [
    [[1, 3, 11, 2], [2, 3, 17, 3], [0, 1, 8, 5], [0, 2, 4, 2]],
    [[1, 1, 2, 1], [0, 3, 5, 1], [0, 0, 7, 3], [0, 1, 9, 6]],
]
# Made up, with a stratum that says nothing.
THREE = [[[6, 5, 5], [7, 3, 8]], [[4, 9, 6], [2, 5, 13]], [[0, 0, 0], [3, 0, 1]]]
# Admissions to Berkeley (Bickel, Hammel and O'Connell, Science 1975;187:398), R's UCBAdmissions:
# per department, men and women by admitted and rejected.
BERKELEY = [
    [[512, 313], [89, 19]],
    [[353, 207], [17, 8]],
    [[120, 205], [202, 391]],
    [[138, 279], [131, 244]],
    [[53, 138], [94, 299]],
    [[22, 351], [24, 317]],
]


def test_migraine_as_sas_prints_it() -> None:
    test = cochran_mantel_haenszel(MIGRAINE)
    assert (round(test.statistic, 4), test.df, round(test.p_value, 4)) == (8.3052, 1, 0.0040)
    ratio = common_odds_ratio(MIGRAINE)
    assert round(ratio.value, 4) == 3.3132
    assert round(ratio.interval.lower, 4) == 1.4456
    assert round(ratio.interval.upper, 4) == 7.5934
    homogeneous = breslow_day(MIGRAINE)
    assert (round(homogeneous.statistic, 4), homogeneous.df) == (1.4929, 1)
    assert round(homogeneous.p_value, 4) == 0.2218


def test_berkeley_as_in_r() -> None:
    # R 4.2.2: m <- mantelhaen.test(UCBAdmissions, correct = FALSE); m$statistic; m$estimate
    assert cochran_mantel_haenszel(BERKELEY).statistic == pytest.approx(1.52460666044, rel=1e-10)
    ratio = common_odds_ratio(BERKELEY)
    assert ratio.value == pytest.approx(0.904696828259, rel=1e-10)
    # m$conf.int
    assert ratio.interval.lower == pytest.approx(0.771907361759, rel=1e-10)
    assert ratio.interval.upper == pytest.approx(1.060329764437, rel=1e-10)


def test_job_satisfaction_as_in_agresti_and_coin() -> None:
    # R 4.2.2, coin 1.4.2: s <- list(Job.Satisfaction = c(1, 3, 4, 5)); i <- c(3, 10, 20, 35)
    # statistic(cmh_test(jobsatisfaction)); statistic(cmh_test(jobsatisfaction, scores = s));
    # statistic(cmh_test(jobsatisfaction, scores = c(s, list(Income = i))))^2
    satisfaction, income = [1, 3, 4, 5], [3, 10, 20, 35]
    general = cochran_mantel_haenszel(JOB)
    means = cochran_mantel_haenszel(JOB, Association.ROW_MEANS, column_scores=satisfaction)
    trend = cochran_mantel_haenszel(
        JOB, Association.CORRELATION, row_scores=income, column_scores=satisfaction
    )
    assert (general.df, means.df, trend.df) == (9, 3, 1)
    assert general.statistic == pytest.approx(10.2000887578, rel=1e-10)
    assert means.statistic == pytest.approx(9.03422210916, rel=1e-10)
    assert trend.statistic == pytest.approx(2.48118953163**2, rel=1e-10)


@pytest.mark.parametrize(
    ("scores", "statistic"),
    [
        # R 4.2.2, coin 1.4.2, d holding a row per person: d$x is y, or its mid-rank within the
        # stratum, or that divided by n or n + 1:
        # statistic(independence_test(x ~ g | s, data = d, teststat = "quad"))
        (Scores.TABLE, 1.54133942445**2),
        (Scores.RANK, 3.13636338615),
        (Scores.RIDIT, 2.89219397256),
        (Scores.MODIFIED_RIDIT, 2.89899181988),
    ],
)
def test_row_means_by_scores_as_in_coin(scores: Scores, statistic: float) -> None:
    found = cochran_mantel_haenszel(THREE, Association.ROW_MEANS, column_scores=scores)
    assert found.statistic == pytest.approx(statistic, rel=1e-10)
    assert found.df == 1


@pytest.mark.parametrize("nothing", [[[0, 0], [0, 0]], [[1, 0], [0, 0]], [[4, 3], [0, 0]]])
def test_strata_that_say_nothing_change_nothing(nothing: list[list[int]]) -> None:
    assert cochran_mantel_haenszel([*MIGRAINE, nothing]) == cochran_mantel_haenszel(MIGRAINE)
    assert common_odds_ratio([*MIGRAINE, nothing]) == common_odds_ratio(MIGRAINE)
    assert breslow_day([*MIGRAINE, nothing]) == breslow_day(MIGRAINE)


def test_breslow_day_with_and_without_tarones_adjustment() -> None:
    # R 4.2.2, per stratum t with E from uniroot(function(a) a * (t[2, 2] - t[1, 1] + a) /
    # ((sum(t[1, ]) - a) * (sum(t[, 1]) - a)) - mantelhaen.test(x)$estimate, tol = 1e-14),
    # V <- 1 / sum(1 / the four cells): sum((a - E)^2 / V); less sum(a - E)^2 / sum(V)
    assert breslow_day(MIGRAINE).statistic == pytest.approx(1.49292849799, rel=1e-9)
    assert breslow_day(MIGRAINE, tarone=True).statistic == pytest.approx(1.49053733735, rel=1e-9)


def test_equal_odds_ratios_are_homogeneous() -> None:
    # Both strata have the odds ratio 1, where the quadratic for the fitted cell degenerates.
    assert breslow_day([[[2, 4], [3, 6]], [[5, 5], [7, 7]]]).statistic == pytest.approx(
        0, abs=1e-12
    )


@pytest.mark.parametrize(
    "tables", [[[[0, 0], [0, 0]]], [[[1, 0], [0, 0]]], [[[3, 4], [0, 0]], [[0, 0], [1, 2]]]]
)
@pytest.mark.parametrize("association", list(Association))
def test_nothing_to_associate(tables: list[list[list[int]]], association: Association) -> None:
    with pytest.raises(NotEstimableError) as caught:
        cochran_mantel_haenszel(tables, association)
    assert caught.value.reason is Reason.NO_VARIATION


def test_no_common_odds_ratio_with_one_diagonal_empty() -> None:
    for tables in ([[[0, 4], [3, 2]]], [[[4, 0], [3, 2]]]):
        with pytest.raises(NotEstimableError) as caught:
            common_odds_ratio(tables)
        assert caught.value.reason is Reason.NO_VARIATION
    with pytest.raises(NotEstimableError) as caught:
        common_odds_ratio([[[0, 0], [0, 0]]])
    assert caught.value.reason is Reason.NO_DATA


def test_one_stratum_cannot_be_heterogeneous() -> None:
    with pytest.raises(NotEstimableError) as caught:
        breslow_day(MIGRAINE[:1])
    assert caught.value.reason is Reason.TOO_FEW


def test_shapes_are_checked() -> None:
    with pytest.raises(InvalidInputError, match="dimensions"):
        cochran_mantel_haenszel(MIGRAINE[0])
    with pytest.raises(InvalidInputError, match="2 x 2"):
        common_odds_ratio(JOB)
    with pytest.raises(InvalidInputError, match="scores"):
        cochran_mantel_haenszel(JOB, Association.ROW_MEANS, column_scores=[1, 2])


STRATA = st.lists(st.lists(st.integers(1, 20), min_size=4, max_size=4), min_size=1, max_size=4)


@given(STRATA)
def test_exchanging_the_groups_turns_the_odds_ratio_over(cells: list[list[int]]) -> None:
    tables = np.array(cells).reshape(-1, 2, 2)
    ratio, turned = common_odds_ratio(tables), common_odds_ratio(tables[:, ::-1])
    assert turned.value == pytest.approx(1 / ratio.value, rel=1e-9)
    assert turned.interval.lower == pytest.approx(1 / ratio.interval.upper, rel=1e-9)
    test, other = cochran_mantel_haenszel(tables), cochran_mantel_haenszel(tables[:, ::-1])
    assert other.statistic == pytest.approx(test.statistic, rel=1e-9, abs=1e-12)
