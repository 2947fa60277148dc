"""Simon's two-stage designs, against the tables of his paper."""

import itertools
import math

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError
from trialrun.statistics.exact_binomial import stopping
from trialrun.statistics.simon import TwoStageDesign, two_stage_designs

# Simon (1989), Control Clin Trials 10:1-10, tables 1 (p1 - p0 = 0.20) and 2 (0.15):
# p0, p1, alpha, beta; then of the optimal and of the minimax design r1/n1, r/n, EN(p0).
# PET(p0) is left out: it follows from EN = n1 + (1 - PET)(n - n1).
SIMON_1989 = """
0.05 0.25 0.10 0.10     0   9   2  24  14.5     0  13   2  20  16.4
0.05 0.25 0.05 0.20     0   9   2  17  12.0     0  12   2  16  13.8
0.05 0.25 0.05 0.10     0   9   3  30  16.8     0  15   3  25  20.4
0.10 0.30 0.10 0.10     1  12   5  35  19.8     1  16   4  25  20.4
0.10 0.30 0.05 0.20     1  10   5  29  15.0     1  15   5  25  19.5
0.10 0.30 0.05 0.10     2  18   6  35  22.5     2  22   6  33  26.2
0.20 0.40 0.10 0.10     3  17  10  37  26.0     3  19  10  36  28.3
0.20 0.40 0.05 0.20     3  13  12  43  20.6     4  18  10  33  22.3
0.20 0.40 0.05 0.10     4  19  15  54  30.4     5  24  13  45  31.2
0.30 0.50 0.05 0.20     5  15  18  46  23.6     6  19  16  39  25.7
0.30 0.50 0.05 0.10     8  24  24  63  34.7     7  24  21  53  36.6
0.40 0.60 0.05 0.10    11  25  32  66  36.0    12  29  27  54  38.1
0.70 0.90 0.05 0.10    11  15  29  36  21.2    13  18  26  32  22.7
0.05 0.20 0.05 0.20     0  10   3  29  17.6     0  13   3  27  19.8
0.05 0.20 0.05 0.10     1  21   4  41  26.7     1  29   4  38  32.9
0.10 0.25 0.05 0.20     2  18   7  43  24.7     2  22   7  40  28.8
0.10 0.25 0.05 0.10     2  21  10  66  36.8     3  31   9  55  40.0
0.40 0.55 0.05 0.10    19  45  49 104  64.0    24  62  45  94  78.9
0.50 0.65 0.05 0.10    22  42  60 105  62.3    28  57  54  93  75.0
"""


def _row(design: TwoStageDesign) -> list[float]:
    return [design.r1, design.n1, design.r, design.n, round(design.expected_participants, 1)]


@pytest.mark.parametrize("line", SIMON_1989.split("\n")[1:-1])
def test_designs_of_simon_1989(line: str) -> None:
    null, alternative, alpha, beta, *printed = map(float, line.split())
    designs = two_stage_designs(null, alternative, alpha=alpha, beta=beta)
    assert _row(designs.optimal) == printed[:5]
    assert _row(designs.minimax) == printed[5:]


def test_attained_errors_are_those_of_the_recursion() -> None:
    # R, rawr:::simon(0.1, 0.3): size 0.09771828, type2 0.09855051, expected number 19.84295.
    design = two_stage_designs(0.1, 0.3, alpha=0.1, beta=0.1).optimal
    assert design.alpha == pytest.approx(0.09771828, abs=5e-9)
    assert design.power == pytest.approx(1 - 0.09855051, abs=5e-9)
    assert design.expected_participants == pytest.approx(19.84295, abs=5e-6)
    null, alternative = stopping(design.stages(), 0.1), stopping(design.stages(), 0.3)
    assert design.alpha == pytest.approx(sum(null.upper))
    assert design.power == pytest.approx(sum(alternative.upper))
    assert design.stops_early == pytest.approx(null.lower[0])
    assert design.expected_participants == pytest.approx(null.expected_participants)


def _every_design(most: int) -> list[tuple[int, float]]:
    """Size and expected number of every design that keeps 0.1 at 0.2 and 0.2 at 0.6."""
    found = []
    for n in range(2, most + 1):
        for n1 in range(1, n):
            for r1 in range(n1 + 1):
                for r in range(r1, n):
                    reject = [
                        sum(
                            stats.binom.pmf(x, n1, rate) * stats.binom.sf(r - x, n - n1, rate)
                            for x in range(r1 + 1, n1 + 1)
                        )
                        for rate in (0.2, 0.6)
                    ]
                    if reject[0] <= 0.1 and reject[1] >= 0.8:
                        stops = stats.binom.cdf(r1, n1, 0.2)
                        found.append((n, float(n1 + (1 - stops) * (n - n1))))
    return found


def test_no_design_is_overlooked() -> None:
    every = _every_design(10)
    designs = two_stage_designs(0.2, 0.6, alpha=0.1, beta=0.2, most=10)
    smallest = min(n for n, _ in every)
    assert designs.minimax.n == smallest
    assert designs.minimax.expected_participants == pytest.approx(
        min(expected for n, expected in every if n == smallest)
    )
    assert designs.optimal.expected_participants == pytest.approx(
        min(expected for _, expected in every)
    )
    for weight in (0.1, 0.5, 0.9):
        best = min(weight * n + (1 - weight) * expected for n, expected in every)
        assert best == pytest.approx(
            min(
                weight * design.n + (1 - weight) * design.expected_participants
                for design in designs.admissible
            )
        )


@pytest.mark.parametrize(
    ("null", "alternative", "beta"), [(0.1, 0.3, 0.1), (0.4, 0.6, 0.1), (0.2, 0.4, 0.2)]
)
def test_admissible_designs_run_from_minimax_to_optimal(
    null: float, alternative: float, beta: float
) -> None:
    designs = two_stage_designs(null, alternative, alpha=0.05, beta=beta)
    assert designs.admissible[0] == designs.minimax
    assert designs.admissible[-1] == designs.optimal
    slopes = [one.slope_to(larger) for one, larger in itertools.pairwise(designs.admissible)]
    assert slopes == sorted(slopes)
    assert slopes[-1] < 0


def test_a_search_too_small_says_so() -> None:
    with pytest.raises(NotEstimableError, match="up to 20 participants"):
        two_stage_designs(0.1, 0.3, alpha=0.1, beta=0.1, most=20)


@pytest.mark.parametrize(
    ("null", "alternative", "alpha", "beta", "most"),
    [
        (0.3, 0.1, 0.1, 0.1, 50),
        (0.0, 0.1, 0.1, 0.1, 50),
        (0.1, math.nan, 0.1, 0.1, 50),
        (0.1, 0.3, 0.0, 0.1, 50),
        (0.1, 0.3, 0.1, 1.0, 50),
        (0.1, 0.3, 0.1, 0.1, 1),
        (0.1, 0.3, 0.1, 0.1, 2000),
    ],
)
def test_input_out_of_range_is_refused(
    null: float, alternative: float, alpha: float, beta: float, most: int
) -> None:
    with pytest.raises(InvalidInputError):
        two_stage_designs(null, alternative, alpha=alpha, beta=beta, most=most)


@pytest.mark.parametrize("alternative", [0.7, 0.8, 0.9])
def test_the_smallest_design_is_found_where_a_design_is_as_good_as_the_best_test(
    alternative: float,
) -> None:
    """Every design of up to 5 participants, asked for by its own errors: none smaller has them.

    Among them are those that reject as the most powerful test of so many participants does, so that
    a search that begins one participant too late, or asks more of a test, misses them.
    """
    sizes = [(n1, n) for n in range(2, 6) for n1 in range(1, n)]
    errors = {
        (n, *_errors(r1, n1, r, n, alternative))
        for n1, n in sizes
        for r1 in range(n1)
        for r in range(r1, n)
    }
    for _, alpha, power in errors:
        # Both errors are met exactly, and rounding must not lose the design that meets them.
        beta = 1.0 - power
        if not (alpha > 0.0 and beta < 1.0):
            continue
        least = min(n for n, a, p in errors if a <= alpha and p >= power - 1e-12)
        found = two_stage_designs(0.5, alternative, alpha=alpha, beta=beta, most=6)
        assert found.minimax.n == least


def _errors(r1: int, n1: int, r: int, n: int, alternative: float) -> tuple[float, float]:
    first = range(r1 + 1, n1 + 1)
    alpha, power = (
        sum(stats.binom.pmf(x, n1, rate) * stats.binom.sf(r - x, n - n1, rate) for x in first)
        for rate in (0.5, alternative)
    )
    # Sums of binary fractions of at most 5 throws, as they are exactly.
    return round(float(alpha) * 32) / 32, float(power)
