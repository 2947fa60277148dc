from collections.abc import Callable
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialrun.statistics.contingency import (
    chi_square,
    cochran_armitage,
    fisher_exact,
    likelihood_ratio,
    simulated_fisher,
)
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.mantel_haenszel import Association, cochran_mantel_haenszel

# Agresti, Categorical Data Analysis, 2nd ed. 2002, p. 57: job satisfaction; it is the example of
# R's fisher.test, too.
JOB = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]
# He et al., Ann Rheum Dis 2020;79:141: SRI-4 responders of 29 on interleukin-2, 30 on placebo.
WEEK_12 = [[16, 13], [9, 21]]
WEEK_24 = [[19, 10], [11, 19]]


@pytest.mark.parametrize(
    ("table", "p_value"),
    [
        # R 4.2.2: fisher.test(rbind(c(3, 1), c(1, 3)))$p.value: Fisher's tea tasting lady
        ([[3, 1], [1, 3]], 0.485714285714),
        # R 4.2.2: fisher.test(Job)$p.value
        (JOB, 0.782684938966),
        # R 4.2.2: fisher.test(rbind(c(8, 2, 3), c(1, 5, 4)))$p.value
        ([[8, 2, 3], [1, 5, 4]], 0.057147052705),
        # R 4.2.2: fisher.test(rbind(c(12, 8, 15), c(9, 14, 6), c(7, 11, 10)))$p.value
        ([[12, 8, 15], [9, 14, 6], [7, 11, 10]], 0.207694997681),
        # R 4.2.2: fisher.test(rbind(c(20, 15, 30, 8), c(25, 18, 12, 12)))$p.value
        ([[20, 15, 30, 8], [25, 18, 12, 12]], 0.0265484580727),
    ],
)
def test_fisher_as_in_r(table: list[list[int]], p_value: float) -> None:
    assert fisher_exact(table) == pytest.approx(p_value, rel=1e-9)
    assert fisher_exact(np.transpose(table)) == pytest.approx(p_value, rel=1e-9)


def test_which_test_gives_the_p_values_of_the_lupus_trial() -> None:
    """The abstract prints .052 at week 12 and .027 at week 24, and one test gives only one.

    Week 24 is Pearson's chi-square without correction; at week 12 that gives .050. The .052 is
    the Mantel-Haenszel chi-square (n - 1 in the place of n), which gives .028 at week 24.
    """
    # R 4.2.2: chisq.test(x, correct = FALSE), chisq.test(x), fisher.test(x); for the
    # Mantel-Haenszel test 1 - pchisq(chisq.test(x, correct = FALSE)$statistic * 58 / 59, 1)
    printed = {
        chi_square(WEEK_24).p_value: 0.02668775666,
        chi_square(WEEK_12).p_value: 0.05044808197,
        chi_square(WEEK_24, continuity=True).p_value: 0.05051205127,
        chi_square(WEEK_12, continuity=True).p_value: 0.09052287577,
        fisher_exact(WEEK_24): 0.0378872129,
        fisher_exact(WEEK_12): 0.06727850826,
    }
    for found, expected in printed.items():
        assert found == pytest.approx(expected, rel=1e-9)
    assert round(chi_square(WEEK_24).p_value, 3) == 0.027
    assert round(cochran_mantel_haenszel([WEEK_12]).p_value, 3) == 0.052
    assert round(cochran_mantel_haenszel([WEEK_24]).p_value, 3) == 0.028


def test_chi_square_and_likelihood_ratio_of_a_larger_table() -> None:
    # Agresti, Categorical Data Analysis, 2nd ed. 2002, table 3.2 (party by gender):
    # X2 = 7.01, G2 = 7.00, df = 2. In R 4.2.2, chisq.test(...)$statistic: 7.009543
    party = [[279, 73, 225], [165, 47, 191]]
    pearson, ratio = chi_square(party), likelihood_ratio(party)
    assert pearson.statistic == pytest.approx(7.0095, abs=5.1e-5)
    assert round(ratio.statistic, 2) == 7.00
    assert (pearson.df, ratio.df) == (2, 2)
    assert pearson.p_value == pytest.approx(0.03005, abs=5.1e-6)


def test_empty_rows_and_columns_are_left_out() -> None:
    padded = [[19, 0, 10], [0, 0, 0], [11, 0, 19]]
    assert chi_square(padded) == chi_square(WEEK_24)
    assert likelihood_ratio(padded) == likelihood_ratio(WEEK_24)
    assert fisher_exact(padded) == fisher_exact(WEEK_24)
    assert chi_square(padded, continuity=True).df == 1


@pytest.mark.parametrize("test", [chi_square, likelihood_ratio, fisher_exact])
@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[0, 0], [0, 0]], Reason.NO_DATA),
        ([[0, 1], [0, 0]], Reason.NO_VARIATION),
        ([[5, 0], [7, 0]], Reason.NO_VARIATION),
    ],
)
def test_no_association_without_two_rows_and_columns(
    test: Callable[[list[list[int]]], object], table: list[list[int]], reason: Reason
) -> None:
    with pytest.raises(NotEstimableError) as caught:
        test(table)
    assert caught.value.reason is reason


@pytest.mark.parametrize("table", [[1, 2], [[1, -2], [3, 4]], [[1.5, 2], [3, 4]], [[1, np.nan]]])
def test_what_is_no_table_of_counts_is_refused(table: object) -> None:
    with pytest.raises(InvalidInputError):
        chi_square(table)  # type: ignore[arg-type]


def test_no_continuity_correction_of_larger_tables() -> None:
    with pytest.raises(InvalidInputError, match="2 x 2"):
        chi_square(JOB, continuity=True)


def test_tables_too_large_for_an_exact_test_say_so() -> None:
    with pytest.raises(InvalidInputError, match="too large"):
        fisher_exact(np.arange(70, 79).reshape(3, 3) * [[1], [2], [1]] + np.diag([30, 0, 9]))


def all_two_by_three(rows: tuple[int, int], columns: tuple[int, int, int]) -> list[list[int]]:
    firsts = product(range(columns[0] + 1), range(columns[1] + 1))
    tables = [[x, y, rows[0] - x - y] for x, y in firsts]
    return [table for table in tables if 0 <= table[2] <= columns[2]]


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=6, max_size=6))
def test_fisher_is_the_sum_over_all_tables(cells: list[int]) -> None:
    table = np.array(cells).reshape(2, 3)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if not rows.all() or not columns.all():
        return
    weights = {
        tuple(first): np.prod([comb(int(c), x) for c, x in zip(columns, first, strict=True)])
        for first in all_two_by_three(tuple(rows), tuple(columns))
    }
    found = weights[tuple(table[0])]
    expected = sum(w for w in weights.values() if w <= found) / sum(weights.values())
    assert fisher_exact(table) == pytest.approx(expected, rel=1e-8)


@given(st.permutations(range(4)), st.permutations(range(4)))
@settings(deadline=None, max_examples=5)
def test_the_order_of_rows_and_columns_is_of_no_matter(rows: list[int], columns: list[int]) -> None:
    moved = np.array(JOB)[np.ix_(rows, columns)]
    assert chi_square(moved).p_value == pytest.approx(chi_square(JOB).p_value, rel=1e-12)
    assert fisher_exact(moved[:, :3]) <= 1


def test_trends_are_those_of_r() -> None:
    # R 4.2.2, the example of its help page (Fleiss, smokers among patients with lung cancer):
    # prop.trend.test(c(83, 90, 129, 70), c(86, 93, 136, 82)): 8.224922285, p 0.00413189748
    smokers, patients = [83, 90, 129, 70], [86, 93, 136, 82]
    found = cochran_armitage(smokers, patients)
    assert found.statistic**2 == pytest.approx(8.224922285, abs=5e-9)
    assert found.p_value == pytest.approx(0.00413189748, abs=5e-11)
    assert found.statistic < 0
    table = [[x, n - x] for x, n in zip(smokers, patients, strict=True)]
    correlation = cochran_mantel_haenszel([table], Association.CORRELATION)
    assert found.statistic**2 == pytest.approx(correlation.statistic * 397 / 396)
    # prop.trend.test(c(83, 90, 129, 70), c(86, 93, 136, 82), score = c(0, 0, 0, 1)): the
    # chi-square test of the last group against the others, here 302/315 v 70/82.
    last = cochran_armitage(smokers, patients, [0, 0, 0, 1])
    assert last.statistic**2 == pytest.approx(chi_square([[302, 13], [70, 12]]).statistic)


def test_a_trend_needs_groups_and_variation() -> None:
    for scores in ([1.0], [2.0, 2.0]):
        with pytest.raises(InvalidInputError):
            cochran_armitage([1, 2], [5, 5], scores)
    with pytest.raises(InvalidInputError):
        cochran_armitage([6, 2], [5, 5])
    with pytest.raises(NotEstimableError) as caught:
        cochran_armitage([0, 0], [5, 5])
    assert caught.value.reason is Reason.NO_VARIATION


def test_simulated_tables_give_the_exact_p_value() -> None:
    generator = np.random.default_rng(4)
    for table in (JOB, WEEK_24, [[12, 8, 15], [9, 14, 6], [7, 11, 10]]):
        exact = fisher_exact(table)
        found = simulated_fisher(table, generator=generator, tables=20_000)
        assert found == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 20_000) ** 0.5 + 1e-4)


def test_a_table_too_large_can_be_simulated() -> None:
    table = [[10, 11, 4, 9], [3, 6, 10, 8], [9, 12, 5, 6], [11, 5, 10, 7]]
    with pytest.raises(InvalidInputError, match="simulate"):
        fisher_exact(table)
    found = simulated_fisher(table, generator=np.random.default_rng(1), tables=20_000)
    # R 4.2.2: fisher.test(rbind(c(10, 11, 4, 9), c(3, 6, 10, 8), c(9, 12, 5, 6), c(11, 5, 10, 7)),
    # workspace = 2e7)$p.value
    assert found == pytest.approx(0.13292856, abs=0.015)
    with pytest.raises(InvalidInputError):
        simulated_fisher(table, generator=np.random.default_rng(1), tables=0)
