"""Adjusted p-values of several hypotheses.

Most keep the chance of any false rejection at alpha; Benjamini's keep the share of false ones.
A hypothesis is rejected at alpha if its adjusted p-value is at most alpha. All take p-values (m,)
and return as many, in the same order, at most 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError

_TOLERANCE = 1e-9


def bonferroni(p_values: Sequence[float]) -> tuple[float, ...]:
    """m times the p-value: Dunn (1961), J Am Stat Assoc 56:52-64."""
    p = _checked(p_values)
    return _in_order(len(p) * p)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Step down from the smallest p-value: Holm (1979), Scand J Stat 6:65-70."""
    p = _checked(p_values)
    order = np.argsort(p)
    adjusted = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    return _in_order(adjusted[np.argsort(order)])


def hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Step up from the largest p-value: Hochberg (1988), Biometrika 75:800-802.

    It needs tests that are independent or positively dependent; Holm's needs nothing.
    """
    p = _checked(p_values)
    order = np.argsort(-p)
    adjusted = np.minimum.accumulate((1 + np.arange(len(p))) * p[order])
    return _in_order(adjusted[np.argsort(order)])


def hommel(p_values: Sequence[float]) -> tuple[float, ...]:
    """The closed test of Simes tests: Hommel (1988), Biometrika 75:383-386.

    It rejects whatever Hochberg's does, under the same condition. The steps are those of Wright
    (1992), Biometrics 48:1005-1013.
    """
    p = _checked(p_values)
    order, m = np.argsort(p), len(p)
    ordered = p[order]
    rank = np.arange(1, m + 1)
    least = float((m * ordered / rank).min())
    adjusted = np.full(m, least)
    for size in range(m - 1, 1, -1):
        small, large = slice(0, m - size + 1), slice(m - size + 1, m)
        least = float((size * ordered[large] / np.arange(2, size + 1)).min())
        bound = np.minimum(size * ordered[small], least)
        bound = np.append(bound, np.full(size - 1, bound[-1]))
        adjusted = np.maximum(adjusted, bound)
    return _in_order(np.maximum(adjusted, ordered)[np.argsort(order)])


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Bound the expected share of false among all rejections, not the chance of any.

    It needs tests that are independent or positively dependent. Source: Benjamini & Hochberg
    (1995), J R Stat Soc B 57:289-300.
    """
    return _step_up(_checked(p_values), 1.0)


def benjamini_yekutieli(p_values: Sequence[float]) -> tuple[float, ...]:
    """As `benjamini_hochberg`, whatever the dependence: Benjamini & Yekutieli (2001), Ann Stat
    29:1165-1188.
    """
    p = _checked(p_values)
    return _step_up(p, float((1 / np.arange(1, len(p) + 1)).sum()))


def _step_up(p: FloatArray, factor: float) -> tuple[float, ...]:
    order = np.argsort(-p)
    falling_rank = np.arange(len(p), 0, -1)
    adjusted = np.minimum.accumulate(factor * len(p) / falling_rank * p[order])
    return _in_order(adjusted[np.argsort(order)])


def fixed_sequence(p_values: Sequence[float]) -> tuple[float, ...]:
    """Test in the given order, each at full alpha, until the first that is not rejected.

    Source: Maurer, Hothorn & Lehmacher (1995), in Vollmar, Biometrie in der chemisch-
    pharmazeutischen Industrie 6:3-18.
    """
    return _in_order(np.maximum.accumulate(_checked(p_values)))


@dataclass(frozen=True)
class AlphaGraph:
    """How alpha is shared among hypotheses, and where the share of a rejected one goes.

    `weights` (m,) are shares of alpha, at least 0, at most 1 in all. `transitions` (m, m): row i
    says which fractions of i's share the others receive when i is rejected; its diagonal is 0 and
    its sum at most 1.
    """

    weights: tuple[float, ...]
    transitions: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        _check_graph(self)


def graphical(graph: AlphaGraph, p_values: Sequence[float]) -> tuple[float, ...]:
    """The sequentially rejective graphical procedure: a closed test of weighted Bonferroni tests.

    Fixed sequence, fallback, gatekeeping and Holm's procedure are graphs. Source: Bretz, Maurer,
    Brannath & Posch (2009), Stat Med 28:586-604, algorithms 1 and 2.
    """
    p = _checked(p_values)
    if len(p) != len(graph.weights):
        raise InvalidInputError(f"{len(graph.weights)} hypotheses have {len(p)} p-values")
    weights, transitions = np.array(graph.weights), np.array(graph.transitions)
    adjusted, largest, left = np.ones(len(p)), 0.0, np.ones(len(p), dtype=bool)
    while left.any():
        ratios = np.full(len(p), np.inf)
        tested = left & (weights > 0)
        ratios[tested] = p[tested] / weights[tested]
        next_one = int(np.argmin(np.where(left, ratios, np.inf)))
        largest = max(largest, float(ratios[next_one]))
        if largest >= 1.0:
            break
        adjusted[next_one], left[next_one] = largest, False
        weights, transitions = _without(next_one, weights, transitions)
    return _in_order(adjusted)


def _without(j: int, weights: FloatArray, transitions: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The graph after hypothesis j is rejected; j keeps its place, with nothing to give or take."""
    through = np.outer(transitions[:, j], transitions[j])
    back = 1.0 - np.diagonal(through)
    # Where l and j pass everything to each other, l has nothing left to pass on to anyone.
    rewired = (transitions + through) / np.where(back <= _TOLERANCE, 1.0, back)[:, None]
    np.fill_diagonal(rewired, 0.0)
    passed_on = weights + weights[j] * transitions[j]
    rewired[j] = rewired[:, j] = 0.0
    passed_on[j] = 0.0
    return passed_on, rewired


def _in_order(adjusted: FloatArray) -> tuple[float, ...]:
    return tuple(float(p) for p in np.minimum(adjusted, 1.0))


def _checked(p_values: Sequence[float]) -> FloatArray:
    p = np.asarray(p_values, dtype=float)
    if p.ndim != 1 or p.size == 0 or not ((p >= 0) & (p <= 1)).all():
        raise InvalidInputError("p-values are one or more numbers from 0 to 1")
    return p


def _check_graph(graph: AlphaGraph) -> None:
    weights, m = np.array(graph.weights), len(graph.weights)
    if m == 0 or [len(row) for row in graph.transitions] != [m] * m:
        raise InvalidInputError("a graph has m weights and m rows of m transitions")
    transitions = np.array(graph.transitions)
    if not ((weights >= 0).all() and weights.sum() <= 1 + _TOLERANCE):
        raise InvalidInputError("weights are at least 0, and at most 1 in all")
    if not ((transitions >= 0).all() and (transitions.sum(axis=1) <= 1 + _TOLERANCE).all()):
        raise InvalidInputError("transitions are at least 0, and at most 1 in all from each")
    if np.diagonal(transitions).any():
        raise InvalidInputError("no hypothesis passes its share to itself")
