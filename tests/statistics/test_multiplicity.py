"""Adjusted p-values, against R, published examples, and the closed test itself."""

import itertools
import math

import numpy as np
import pytest

from trialrun.statistics.errors import InvalidInputError
from trialrun.statistics.multiplicity import (
    AlphaGraph,
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    fixed_sequence,
    graphical,
    hochberg,
    holm,
    hommel,
)


def _equal_graph(m: int) -> AlphaGraph:
    row = [[0.0 if i == j else 1 / (m - 1) for j in range(m)] for i in range(m)]
    return AlphaGraph((1 / m,) * m, tuple(map(tuple, row)))


def test_adjusted_p_values_of_r() -> None:
    # R 4.2.2: p.adjust(c(0.01,0.02,0.022,0.09), "holm"), "hochberg", "bonferroni".
    p = [0.01, 0.02, 0.022, 0.09]
    assert holm(p) == pytest.approx((0.04, 0.06, 0.06, 0.09))
    assert hochberg(p) == pytest.approx((0.040, 0.044, 0.044, 0.090))
    assert bonferroni(p) == pytest.approx((0.040, 0.080, 0.088, 0.360))


def test_the_order_of_the_hypotheses_is_kept() -> None:
    assert holm([0.09, 0.01, 0.022, 0.02]) == pytest.approx((0.09, 0.04, 0.06, 0.06))
    assert hochberg([0.09, 0.01, 0.022, 0.02]) == pytest.approx((0.09, 0.04, 0.044, 0.044))
    assert bonferroni([0.6, 0.2]) == pytest.approx((1.0, 0.4))


def test_a_sequence_stops_at_its_first_failure() -> None:
    assert fixed_sequence([0.01, 0.04, 0.001, 0.2]) == (0.01, 0.04, 0.04, 0.2)


def test_graph_of_bretz_and_others() -> None:
    # The graph of Bretz, Posch, Glimm et al. (2011), Biom J 53:894-913, figure 1, with the
    # p-values of the R package graphicalMCP 0.2.5, vignette "shortcut-testing": H1, H2 and H4 are
    # rejected at 0.025. By hand: 0.010/0.5 = 0.02, then 0.018/0.75 = 0.006/0.25 = 0.024.
    graph = AlphaGraph(
        (0.5, 0.5, 0.0, 0.0),
        ((0.0, 0.5, 0.5, 0.0), (0.5, 0.0, 0.0, 0.5), (0.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)),
    )
    found = graphical(graph, [0.018, 0.010, 0.105, 0.006])
    assert found == pytest.approx((0.024, 0.020, 0.105, 0.024))


def test_known_procedures_are_graphs() -> None:
    p = [0.012, 0.3, 0.02, 0.011]
    assert graphical(_equal_graph(4), p) == pytest.approx(holm(p))
    chain = AlphaGraph(
        (1.0, 0.0, 0.0, 0.0),
        ((0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.0)),
    )
    assert graphical(chain, p) == pytest.approx(fixed_sequence(p))


def _closed_test(graph: AlphaGraph, p: list[float]) -> list[float]:
    """The weighted Bonferroni test of every intersection, its weights by absorption.

    A share that leaves the intersection wanders over the rejected hypotheses until it comes back:
    w_I + w_J (1 - G_JJ)^-1 G_JI, the chances of absorption of a Markov chain.
    """
    weights, moves = np.array(graph.weights), np.array(graph.transitions)
    adjusted = [0.0] * len(p)
    for size in range(1, len(p) + 1):
        for inside in map(list, itertools.combinations(range(len(p)), size)):
            out = [i for i in range(len(p)) if i not in inside]
            wander = np.linalg.inv(np.eye(len(out)) - moves[np.ix_(out, out)])
            shares = weights[inside] + weights[out] @ wander @ moves[np.ix_(out, inside)]
            tests = [p[i] / share for i, share in zip(inside, shares, strict=True) if share > 0]
            together = min([1.0, *tests])
            for i in inside:
                adjusted[i] = max(adjusted[i], together)
    return adjusted


@pytest.mark.parametrize("seed", range(20))
def test_the_short_cut_is_the_closed_test(seed: int) -> None:
    generator = np.random.default_rng(seed)
    m = 4
    moves = generator.random((m, m)) * (generator.random((m, m)) < 0.7)
    np.fill_diagonal(moves, 0.0)
    moves *= 0.98 / np.maximum(moves.sum(axis=1, keepdims=True), 1e-9)
    weights = generator.dirichlet(np.ones(m)) * (generator.random(m) < 0.8)
    graph = AlphaGraph(tuple(weights.tolist()), tuple(map(tuple, moves.tolist())))
    p = (generator.random(m) ** 3 * 0.2).tolist()
    assert graphical(graph, p) == pytest.approx(_closed_test(graph, p))


def test_a_share_that_can_only_come_back_is_lost_not_divided_by_nothing() -> None:
    # H1 and H2 pass everything to each other; H3 waits for a share that never comes.
    graph = AlphaGraph((0.5, 0.5, 0.0), ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)))
    assert graphical(graph, [0.001, 0.002, 0.0]) == pytest.approx((0.002, 0.002, 1.0))


@pytest.mark.parametrize("p_values", [[], [1.1], [-0.1, 0.5], [math.nan]])
def test_p_values_out_of_range_are_refused(p_values: list[float]) -> None:
    for procedure in (bonferroni, holm, hochberg, fixed_sequence):
        with pytest.raises(InvalidInputError, match="p-values"):
            procedure(p_values)


@pytest.mark.parametrize(
    ("weights", "transitions", "found"),
    [
        ((), (), "m rows"),
        ((0.5, 0.5), ((0.0, 1.0),), "m rows"),
        ((0.6, 0.6), ((0.0, 1.0), (1.0, 0.0)), "weights"),
        ((math.nan, 0.5), ((0.0, 1.0), (1.0, 0.0)), "weights"),
        ((0.5, 0.5), ((0.0, 1.1), (1.0, 0.0)), "transitions"),
        ((0.5, 0.5), ((0.5, 0.5), (1.0, 0.0)), "to itself"),
    ],
)
def test_graphs_that_contradict_themselves_are_refused(
    weights: tuple[float, ...], transitions: tuple[tuple[float, ...], ...], found: str
) -> None:
    with pytest.raises(InvalidInputError, match=found):
        AlphaGraph(weights, transitions)


def test_a_graph_needs_as_many_p_values() -> None:
    with pytest.raises(InvalidInputError, match="3 hypotheses have 2"):
        graphical(_equal_graph(3), [0.1, 0.2])


def test_hommel_and_benjamini_are_those_of_r() -> None:
    # R 4.2.2: p <- c(.011, .047, .02, .6, .032, .001, .25, .02); p.adjust(p, "hommel"), "BH", "BY"
    p = [0.011, 0.047, 0.02, 0.6, 0.032, 0.001, 0.25, 0.02]
    assert hommel(p) == pytest.approx([0.06, 0.141, 0.08, 0.6, 0.096, 0.008, 0.5, 0.08], abs=1e-12)
    assert benjamini_hochberg(p) == pytest.approx(
        [0.04, 0.06266666666667, 0.04, 0.6, 0.0512, 0.008, 0.2857142857143, 0.04], abs=1e-12
    )
    assert benjamini_yekutieli(p) == pytest.approx(
        [
            0.1087142857143,
            0.170319047619,
            0.1087142857143,
            1,
            0.1391542857143,
            0.02174285714286,
            0.7765306122449,
            0.1087142857143,
        ],
        abs=1e-12,
    )
    assert hommel([0.03]) == (0.03,)


def test_hommel_is_the_closed_test_of_simes() -> None:
    generator = np.random.default_rng(5)
    for m in (2, 3, 4, 5):
        p = np.round(generator.random(m) ** 2, 2)
        subsets = [s for k in range(1, m + 1) for s in itertools.combinations(range(m), k)]
        simes = {
            s: min(len(s) * x / (i + 1) for i, x in enumerate(sorted(p[list(s)]))) for s in subsets
        }
        closed = [max(simes[s] for s in subsets if i in s) for i in range(m)]
        assert hommel(p.tolist()) == pytest.approx(closed)
