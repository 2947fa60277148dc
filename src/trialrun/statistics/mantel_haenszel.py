"""Association over strata: Cochran-Mantel-Haenszel tests and the common odds ratio.

Tables come as strata x rows x columns (for odds ratios strata x 2 x 2: groups x event, no event).
A stratum of fewer than two people, or with all in one row or column, adds nothing and changes
nothing. Refused: what then holds no variation at all, and odds ratios without discordant people.
"""

import math
from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.counts import counts_array
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.estimates import estimate_from
from trialrun.statistics.quadratic_forms import quadratic_test
from trialrun.statistics.results import RatioEstimate, SignificanceTest, chi_square_from, ratio_from


class Association(StrEnum):
    """The alternative that a Cochran-Mantel-Haenszel test looks for."""

    GENERAL = "general association"
    ROW_MEANS = "row mean scores differ"
    CORRELATION = "nonzero correlation"


class Scores(StrEnum):
    """How ordered rows or columns are scored: by their number, or by ranks within the stratum."""

    TABLE = "table"
    RANK = "rank"
    RIDIT = "ridit"
    MODIFIED_RIDIT = "modified ridit"


def cochran_mantel_haenszel(
    tables: Numbers,
    association: Association = Association.GENERAL,
    *,
    row_scores: Scores | Sequence[float] = Scores.TABLE,
    column_scores: Scores | Sequence[float] = Scores.TABLE,
) -> SignificanceTest:
    """The test of association between rows and columns within strata (strata x rows x columns).

    Column scores count for row means and correlation, row scores for correlation alone. Source:
    Landis, Heyman and Koch, Int Stat Rev 1978;46:237, without continuity correction, as in SAS
    PROC FREQ. Raises InvalidInputError for what are no counts, or scores of another length;
    NotEstimableError where no stratum has people in two rows and two columns.
    """
    counts = counts_array(tables, 3)
    _, rows, columns = counts.shape
    deviation, covariance = 0.0, 0.0
    for table in counts[counts.sum(axis=(1, 2)) > 1]:
        row_sums, column_sums, total = table.sum(axis=1), table.sum(axis=0), table.sum()
        left, right = np.eye(rows)[:-1], np.eye(columns)[:-1]
        if association is not Association.GENERAL:
            right = _scored(column_scores, column_sums)
        if association is Association.CORRELATION:
            left = _scored(row_scores, row_sums)
        excess = table - np.outer(row_sums, column_sums) / total
        deviation = deviation + (left @ excess @ right.T).ravel()
        covariance = covariance + np.kron(
            left @ _spread(row_sums) @ left.T, right @ _spread(column_sums) @ right.T
        ) / (total - 1)
    return _quadratic_test(np.atleast_1d(deviation), np.atleast_2d(covariance))


def _spread(sums: FloatArray) -> FloatArray:
    """The covariance of one person's row (or column), times the number of people."""
    return np.asarray(np.diag(sums) - np.outer(sums, sums) / sums.sum())


def _scored(scores: Scores | Sequence[float], sums: FloatArray) -> FloatArray:
    if not isinstance(scores, Scores):
        if len(scores) != len(sums):
            raise InvalidInputError(f"expected {len(sums)} scores; found {len(scores)}")
        return np.array([scores], dtype=float)
    if scores is Scores.TABLE:
        return np.arange(1.0, len(sums) + 1)[None, :]
    ranks = np.cumsum(sums) - sums + (sums + 1) / 2
    divisor = {Scores.RANK: 1.0, Scores.RIDIT: sums.sum(), Scores.MODIFIED_RIDIT: sums.sum() + 1}
    return np.asarray(ranks / divisor[scores])[None, :]


def _quadratic_test(deviation: FloatArray, covariance: FloatArray) -> SignificanceTest:
    test = quadratic_test(deviation, covariance)
    if test is None:
        raise NotEstimableError(
            Reason.NO_VARIATION, "no stratum has people in two rows and two columns"
        )
    return test


def common_odds_ratio(tables: Numbers, *, level: float = 0.95) -> RatioEstimate:
    """The Mantel-Haenszel odds ratio over strata (strata x 2 x 2) with its interval.

    Sources: Mantel and Haenszel, J Natl Cancer Inst 1959;22:719; variance of Robins, Breslow and
    Greenland, Biometrics 1986;42:311. Raises InvalidInputError for what are no 2 x 2 tables;
    NotEstimableError where the sum over the strata of either diagonal product is 0.
    """
    a, b, c, d = _cells(tables)
    total = a + b + c + d
    concordant, discordant = a * d / total, b * c / total
    up, down = concordant.sum(), discordant.sum()
    if up == 0 or down == 0:
        raise NotEstimableError(
            Reason.NO_VARIATION, "empty cells leave no finite common odds ratio above 0"
        )
    p, q = (a + d) / total, (b + c) / total
    variance = (
        (p * concordant).sum() / (2 * up**2)
        + (p * discordant + q * concordant).sum() / (2 * up * down)
        + (q * discordant).sum() / (2 * down**2)
    )
    return ratio_from(estimate_from(math.log(up / down), math.sqrt(variance), level=level))


def breslow_day(tables: Numbers, *, tarone: bool = False) -> SignificanceTest:
    """The test that the odds ratio is the same in all strata (strata x 2 x 2).

    Sources: Breslow and Day, Statistical Methods in Cancer Research I, 1980, section 4.4; with
    Tarone's adjustment, Biometrika 1985;72:91. Raises InvalidInputError for what are no 2 x 2
    tables; NotEstimableError if fewer than two strata speak of the odds ratio, or there is no
    common one.
    """
    odds_ratio = common_odds_ratio(tables).value
    a, b, c, d = _cells(tables)
    speaking = ((a + b) * (c + d) * (a + c) * (b + d)) > 0
    a, b, c, d = a[speaking], b[speaking], c[speaking], d[speaking]
    if len(a) < 2:
        raise NotEstimableError(Reason.TOO_FEW, "fewer than two strata speak of the odds ratio")
    expected = _fitted(a + b, c + d, a + c, odds_ratio)
    fitted = np.array([expected, a + b - expected, a + c - expected, d - a + expected])
    variance = 1 / (1 / fitted).sum(axis=0)
    statistic = float(((a - expected) ** 2 / variance).sum())
    if tarone:
        statistic -= float((a - expected).sum() ** 2 / variance.sum())
    return chi_square_from(statistic, len(a) - 1)


def _fitted(
    first: FloatArray, second: FloatArray, events: FloatArray, odds_ratio: float
) -> FloatArray:
    """The first cell of each table with these margins and exactly this odds ratio."""
    square = 1 - odds_ratio
    linear = second - events + odds_ratio * (first + events)
    constant = -odds_ratio * first * events
    # This form of the root stays accurate where the odds ratio is 1 and the square vanishes.
    root = np.sqrt(linear**2 - 4 * square * constant)
    return np.asarray(-2 * constant / (linear + root))


def _cells(tables: Numbers) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    counts = counts_array(tables, 3)
    if counts.shape[1:] != (2, 2):
        raise InvalidInputError("an odds ratio is of 2 x 2 tables")
    counts = counts[counts.sum(axis=(1, 2)) > 0]
    if len(counts) == 0:
        raise NotEstimableError(Reason.NO_DATA, "the tables hold nobody")
    return counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
