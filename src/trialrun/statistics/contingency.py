"""Association in one table of counts: Fisher's exact test, chi-square tests, trend.

Rows and columns that hold nothing are left out: they say nothing about association. Refused:
tables that then have fewer than two rows or columns, and exact tests of tables too large for
them (no simulated p-value takes their place unasked).
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import special, stats

from trialrun.statistics.arrays import FloatArray, Numbers
from trialrun.statistics.counts import check_events, counts_array
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.results import SignificanceTest, normal_test_from

# Tables whose probabilities differ by no more than rounding count as equally probable; R's
# fisher.test uses the same relative tolerance.
_RELATIVE_TOLERANCE = 1e-7
# Effort is counted in partial tables weighed; finding one more column costs as much as some fifty
# of them. The limit lets an exact test take some seconds per column.
_FILLING_EFFORT = 50
_MOST_EFFORT = 20_000_000


def fisher_exact(table: Numbers) -> float:
    """The two-sided p-value of Fisher's exact test of a table of any size (rows x columns).

    It adds the probabilities of all tables with the same margins that are no more probable than
    the one found. Source: Fisher 1934; Freeman and Halton, Biometrika 1951;38:141. Raises
    InvalidInputError for what is no table of counts and for tables too large;
    NotEstimableError where fewer than two rows or columns hold anything.
    """
    counts = _occupied(table)
    if counts.shape == (2, 2):
        return float(stats.fisher_exact(counts.astype(int)).pvalue)
    if counts.shape[0] > counts.shape[1]:
        counts = counts.T
    return _freeman_halton(counts.astype(int))


def simulated_fisher(table: Numbers, *, generator: np.random.Generator, tables: int) -> float:
    """Estimate the p-value of Fisher's test from random tables with the same margins.

    It is (1 + tables no more probable than the one found) / (1 + all that were drawn), as in R's
    fisher.test(simulate.p.value = TRUE), and repeats with the generator's state. Source: Patefield,
    Appl Stat 1981;30:91. Raises as `fisher_exact`, and InvalidInputError for fewer than one table.
    """
    if tables < 1:
        raise InvalidInputError(f"a simulated test needs tables to draw; found {tables}")
    counts = _occupied(table)
    law = stats.random_table(counts.sum(axis=1).astype(int), counts.sum(axis=0).astype(int))
    drawn = -_log_factorial(law.rvs(tables, random_state=generator)).sum(axis=(1, 2))
    found = -float(_log_factorial(counts).sum())
    extreme = int(np.sum(drawn <= found + _RELATIVE_TOLERANCE))
    return (1 + extreme) / (1 + tables)


def chi_square(table: Numbers, *, continuity: bool = False) -> SignificanceTest:
    """Pearson's chi-square test of a table (rows x columns).

    Yates's continuity correction is defined for 2 x 2 tables only. Source: Agresti, Categorical
    Data Analysis, 3rd ed., section 3.2.1. Raises InvalidInputError for what is no table of counts
    and for a correction of a larger table; NotEstimableError where fewer than two rows or columns
    hold anything.
    """
    counts = _occupied(table)
    if continuity and counts.shape != (2, 2):
        raise InvalidInputError("the continuity correction is defined for 2 x 2 tables only")
    return _tested(counts, continuity, "pearson")


def likelihood_ratio(table: Numbers) -> SignificanceTest:
    """The likelihood ratio test (G squared) of a table (rows x columns).

    Source: Agresti, Categorical Data Analysis, 3rd ed., section 3.2.1. Raises as `chi_square`.
    """
    return _tested(_occupied(table), False, "log-likelihood")


def cochran_armitage(
    events: Sequence[int], totals: Sequence[int], scores: Sequence[float] | None = None
) -> SignificanceTest:
    """The test for a linear trend of proportions over ordered groups (1, 2, ... unless scored).

    The statistic is normal, and positive if events are more frequent at higher scores; its square
    is that of R's prop.trend.test, and N / (N - 1) times that of `cochran_mantel_haenszel` for
    correlation. Source: Armitage, Biometrics 1955;11:375. Raises InvalidInputError unless 0 <=
    events <= total in every group, or for scores of another number or all alike; NotEstimableError
    where nobody or everybody had the event.
    """
    for happened, total in zip(events, totals, strict=True):
        check_events(happened, total)
    x, n = np.asarray(events, dtype=float), np.asarray(totals, dtype=float)
    weights = np.arange(1.0, len(n) + 1) if scores is None else np.asarray(scores, dtype=float)
    if weights.shape != n.shape or len(n) < 2 or np.ptp(weights) == 0:
        raise InvalidInputError("a trend needs one score per group, not all of them alike")
    share = x.sum() / n.sum()
    if share in (0.0, 1.0):
        raise NotEstimableError(Reason.NO_VARIATION, "nobody or everybody had the event")
    centred = weights - (n @ weights) / n.sum()
    statistic = float(centred @ x) / math.sqrt(share * (1 - share) * float(n @ centred**2))
    return normal_test_from(statistic)


def _tested(counts: FloatArray, continuity: bool, power: str) -> SignificanceTest:
    found = stats.chi2_contingency(counts, correction=continuity, lambda_=power)
    return SignificanceTest(float(found.statistic), float(found.dof), float(found.pvalue))


def _occupied(table: Numbers) -> FloatArray:
    counts = counts_array(table, 2)
    counts = counts[np.ix_(counts.any(axis=1), counts.any(axis=0))]
    if counts.size == 0:
        raise NotEstimableError(Reason.NO_DATA, "the table holds nobody")
    if min(counts.shape) < 2:
        raise NotEstimableError(
            Reason.NO_VARIATION, "all participants are in one row or one column of the table"
        )
    return counts


Margins = tuple[int, ...]
# Per rows still to fill: the logarithms of the weights reached, and in how many ways each.
Paths = dict[Margins, tuple[FloatArray, FloatArray]]


def _freeman_halton(counts: np.typing.NDArray[np.int64]) -> float:
    """Column by column over all tables; partial tables that end alike are counted once.

    The rows still to fill are sorted, since exchanging rows leaves all probabilities as they are,
    and a partial table is left as soon as all or none of its completions count (the network
    algorithm of Mehta and Patel, J Am Stat Assoc 1983;78:427, with simpler bounds).
    """
    rows, columns = counts.sum(axis=1), np.sort(counts.sum(axis=0))
    limit = -float(_log_factorial(counts).sum()) + _RELATIVE_TOLERANCE
    paths: Paths = {tuple(sorted(map(int, rows))): (np.zeros(1), np.ones(1))}
    extreme = 0.0
    scale = float(_log_factorial(rows).sum() + _log_factorial(columns).sum())
    scale -= float(_log_factorial(counts.sum()))
    for index in range(len(columns)):
        for margins, (weights, ways) in paths.items():
            lowest, highest, total = _completions(np.array(margins), columns[index:])
            done, open_ = weights + highest <= limit, weights + lowest <= limit
            extreme += float(np.sum(ways[done] * np.exp(weights[done] + total + scale)))
            paths[margins] = weights[~done & open_], ways[~done & open_]
        paths = _with_column(paths, int(columns[index]))
    return min(1.0, extreme)


def _completions(rows: FloatArray, columns: FloatArray) -> tuple[float, float, float]:
    """Bounds of the logarithm of a completion's weight, and the logarithm of the sum of all.

    A table weighs the product of 1/n! over its cells. No row weighs less than if one cell held
    it all, nor more than if all cells held the same; likewise columns.
    """
    row_sum, column_sum = _log_factorial(rows).sum(), _log_factorial(columns).sum()
    even_rows = len(columns) * _log_factorial(rows / len(columns)).sum()
    even_columns = len(rows) * _log_factorial(columns / len(rows)).sum()
    total = _log_factorial(rows.sum()) - row_sum - column_sum
    if len(columns) == 1:
        return -float(row_sum), -float(row_sum), float(total)
    return (
        -float(min(row_sum, column_sum)),
        -float(max(even_rows, even_columns)),
        float(total),
    )


def _with_column(paths: Paths, column: int) -> Paths:
    longer: defaultdict[Margins, list[tuple[FloatArray, FloatArray]]] = defaultdict(list)
    effort = 0
    for margins, (weights, ways) in paths.items():
        for cells in _fillings(margins, column) if len(weights) else ():
            effort += _FILLING_EFFORT + len(weights)
            if effort > _MOST_EFFORT:
                raise InvalidInputError(
                    "the table is too large for an exact test; simulate it, or use chi-square"
                )
            left = tuple(sorted(row - cell for row, cell in zip(margins, cells, strict=True)))
            step = sum(math.lgamma(cell + 1) for cell in cells)
            longer[left].append((weights - step, ways))
    return {margins: _merged(parts) for margins, parts in longer.items()}


def _merged(parts: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    # Rounded so that equal products, reached in another order, meet.
    weights = np.round(np.concatenate([weights for weights, _ in parts]), 9)
    unique, position = np.unique(weights, return_inverse=True)
    ways = np.concatenate([ways for _, ways in parts])
    return unique, np.bincount(position, ways).astype(float)


def _fillings(margins: Margins, column: int) -> Iterator[Margins]:
    """Every way to spread the column over the rows without filling any beyond its margin."""
    if len(margins) == 1:
        yield (column,)
        return
    rest = sum(margins[1:])
    for cell in range(max(0, column - rest), min(margins[0], column) + 1):
        for others in _fillings(margins[1:], column - cell):
            yield (cell, *others)


def _log_factorial(counts: np.typing.ArrayLike) -> FloatArray:
    return np.asarray(special.gammaln(np.asarray(counts, dtype=float) + 1))
