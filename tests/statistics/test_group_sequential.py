"""Boundaries of group sequential tests, against published tables and R's rpact."""

import math
from collections.abc import Sequence

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError
from trialrun.statistics.group_sequential import (
    Boundaries,
    Sides,
    equal_looks,
    haybittle_peto_boundaries,
    obrien_fleming_boundaries,
    pocock_boundaries,
    root_between,
    spending_boundaries,
    wang_tsiatis_boundaries,
)
from trialrun.statistics.recursive_integration import crossing_probabilities
from trialrun.statistics.spending import (
    Spending,
    hwang_shih_decani_spending,
    kim_demets_spending,
    obrien_fleming_spending,
    pocock_spending,
)

# rpact's tolerance is 1e-8 of the error, which leaves the last digits of its boundaries open.
RPACT = 1e-7


def _error(boundaries: Boundaries) -> list[float]:
    chances = crossing_probabilities(
        boundaries.information, boundaries.lower, boundaries.upper, theta=0.0
    )
    return list(chances.upper)


@pytest.mark.parametrize(
    ("looks", "alpha", "constant"),
    # Jennison & Turnbull (2000), table 2.1: C_P(K, alpha), two-sided.
    [
        (1, 0.05, 1.960),
        (2, 0.05, 2.178),
        (3, 0.05, 2.289),
        (4, 0.05, 2.361),
        (5, 0.05, 2.413),
        (10, 0.05, 2.555),
        (2, 0.01, 2.772),
        (5, 0.01, 2.986),
        (2, 0.10, 1.875),
        (5, 0.10, 2.122),
    ],
)
def test_pocock_constants(looks: int, alpha: float, constant: float) -> None:
    upper = pocock_boundaries(equal_looks(looks), alpha, sides=2).upper
    assert upper == pytest.approx([constant] * looks, abs=6e-4)


@pytest.mark.parametrize(
    ("looks", "alpha", "constant"),
    # Jennison & Turnbull (2000), table 2.3: C_B(K, alpha), two-sided.
    [
        (2, 0.05, 1.977),
        (3, 0.05, 2.004),
        (4, 0.05, 2.024),
        (5, 0.05, 2.040),
        (10, 0.05, 2.087),
        (2, 0.01, 2.580),
        (4, 0.01, 2.609),
        (5, 0.01, 2.621),
        (5, 0.10, 1.751),
    ],
)
def test_obrien_fleming_constants(looks: int, alpha: float, constant: float) -> None:
    upper = obrien_fleming_boundaries(equal_looks(looks), alpha, sides=2).upper
    expected = [constant * math.sqrt(looks / (k + 1)) for k in range(looks)]
    assert upper == pytest.approx(expected, rel=3e-4)


# R 4.2.2, rpact 3.3.4, options(digits = 10):
#   d <- function(...) print(getDesignGroupSequential(...)$criticalValues)
#   d(kMax=5, alpha=.025, sided=1, typeOfDesign="OF")
#   d(kMax=5, alpha=.025, sided=1, typeOfDesign="P")
#   d(kMax=4, alpha=.025, sided=1, typeOfDesign="WT", deltaWT=.25)
#   d(informationRates=c(.2,.6,1), alpha=.05, sided=2, typeOfDesign="OF")
@pytest.mark.parametrize(
    ("information", "alpha", "sides", "delta", "upper"),
    [
        (
            equal_looks(5),
            0.025,
            1,
            0.0,
            [4.561742327, 3.225638934, 2.633723161, 2.280871164, 2.040073188],
        ),
        (equal_looks(5), 0.025, 1, 0.5, [2.413180287] * 5),
        (equal_looks(4), 0.025, 1, 0.25, [2.988714428, 2.513199249, 2.270931876, 2.113340239]),
        ((0.2, 0.6, 1.0), 0.05, 2, 0.0, [4.454605555, 2.571867716, 1.992160167]),
    ],
)
def test_wang_tsiatis_boundaries_of_rpact(
    information: Sequence[float], alpha: float, sides: Sides, delta: float, upper: list[float]
) -> None:
    found = wang_tsiatis_boundaries(information, alpha, delta=delta, sides=sides).upper
    assert found == pytest.approx(upper, abs=RPACT)


# The same session:
#   d(kMax=3, alpha=.025, sided=1, typeOfDesign="asOF")
#   d(informationRates=c(.3,.5,1), alpha=.025, sided=1, typeOfDesign="asP")
#   d(informationRates=c(.3,.5,1), alpha=.025, sided=1, typeOfDesign="asHSD", gammaA=-4)
#   d(informationRates=c(.3,.5,1), alpha=.05, sided=2, typeOfDesign="asKD", gammaA=3)
#   d(informationRates=c(.3,.7,1), alpha=.05, sided=2, typeOfDesign="asP")
#   d(informationRates=c(.2,.6,1), alpha=.05, sided=2, typeOfDesign="asOF")
@pytest.mark.parametrize(
    ("information", "alpha", "sides", "spending", "upper"),
    [
        (
            equal_looks(3),
            0.025,
            1,
            obrien_fleming_spending,
            [3.710302873, 2.511427484, 1.993047483],
        ),
        ((0.3, 0.5, 1.0), 0.025, 1, pocock_spending, [2.311835304, 2.397645302, 2.225760587]),
        (
            (0.3, 0.5, 1.0),
            0.025,
            1,
            hwang_shih_decani_spending(-4),
            [3.066699549, 2.836593904, 1.983704962],
        ),
        ((0.3, 0.5, 1.0), 0.05, 2, kim_demets_spending(3), [3.205133180, 2.776050590, 1.983801536]),
        (
            (0.2, 0.6, 1.0),
            0.05,
            2,
            obrien_fleming_spending,
            [4.876884949, 2.668648101, 1.980965920],
        ),
    ],
)
def test_spending_boundaries_of_rpact(
    information: Sequence[float],
    alpha: float,
    sides: Sides,
    spending: Spending,
    upper: list[float],
) -> None:
    found = spending_boundaries(information, alpha, spending, sides=sides).upper
    assert found == pytest.approx(upper, abs=RPACT)


def test_nominal_p_values_of_rpact() -> None:
    # The same session: getDesignGroupSequential(kMax=3, alpha=.025, sided=1,
    # typeOfDesign="asOF")$stageLevels
    found = spending_boundaries(equal_looks(3), 0.025, obrien_fleming_spending).nominal_p_values
    assert found == pytest.approx([0.0001035057181, 0.0060121993769, 0.0231281239169], abs=1e-9)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("delta", [-0.5, 0.0, 0.3, 0.5, 0.8])
def test_the_error_at_the_null_is_alpha(delta: float, sides: Sides) -> None:
    boundaries = wang_tsiatis_boundaries((0.1, 0.5, 0.7, 1.0), 0.05, delta=delta, sides=sides)
    assert sum(_error(boundaries)) == pytest.approx(0.05 / sides, abs=1e-11)


def test_the_error_of_each_look_is_what_the_function_says() -> None:
    looks = (0.25, 0.4, 0.9)
    spent = _error(spending_boundaries(looks, 0.05, pocock_spending))
    assert [sum(spent[: k + 1]) for k in range(3)] == pytest.approx(
        [pocock_spending(0.05, t) for t in looks], abs=1e-11
    )


def test_boundaries_of_looks_so_far_do_not_depend_on_later_ones() -> None:
    so_far = spending_boundaries((0.3, 0.5), 0.025, obrien_fleming_spending).upper
    assert spending_boundaries((0.3, 0.5, 0.8), 0.025, obrien_fleming_spending).upper[:2] == so_far


def test_one_look_is_the_fixed_test() -> None:
    for boundaries in (
        pocock_boundaries((1.0,), 0.025),
        spending_boundaries((1.0,), 0.025, obrien_fleming_spending),
    ):
        assert boundaries.upper[0] == pytest.approx(stats.norm.isf(0.025), abs=1e-10)
        assert boundaries.lower[0] == -math.inf


def test_a_look_with_nothing_to_spend_cannot_stop_the_trial() -> None:
    boundaries = spending_boundaries((0.0005, 0.001, 1.0), 0.025, obrien_fleming_spending)
    assert boundaries.upper[1] == math.inf
    assert boundaries.upper[2] == pytest.approx(stats.norm.isf(0.025), abs=1e-9)


def test_a_two_sided_test_has_a_mirror() -> None:
    boundaries = obrien_fleming_boundaries(equal_looks(3), 0.05, sides=2)
    assert boundaries.lower == tuple(-z for z in boundaries.upper)


@pytest.mark.parametrize("alpha", [0.0, 0.5, -0.1, math.nan])
def test_alpha_out_of_range_is_refused(alpha: float) -> None:
    with pytest.raises(InvalidInputError, match="alpha lies between"):
        pocock_boundaries(equal_looks(2), alpha)


def test_other_input_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="end at 1"):
        pocock_boundaries((0.5, 1.1), 0.05)
    with pytest.raises(InvalidInputError, match="at least one look"):
        equal_looks(0)
    with pytest.raises(InvalidInputError, match="delta"):
        wang_tsiatis_boundaries((1.0,), 0.05, delta=math.inf)
    with pytest.raises(InvalidInputError, match="one side or two"):
        pocock_boundaries((1.0,), 0.05, sides=3)  # type: ignore[arg-type]


def test_a_bracket_without_a_root_says_so() -> None:
    with pytest.raises(NotEstimableError, match="no boundary"):
        root_between(lambda x: x + 2.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("looks", "last"),
    # R 4.2.2, mvtnorm 1.1-3: the root in c of 1 - pmvnorm(-u, u, corr = S, algorithm =
    # Miwa(steps = 512)) - .05, with u <- c(rep(3, K - 1), c) and S[j, k] <- sqrt(j / k)
    [(5, 1.990046198), (2, 1.967294235)],
)
def test_haybittle_and_peto_leave_the_last_look_nearly_all(looks: int, last: float) -> None:
    boundaries = haybittle_peto_boundaries(equal_looks(looks), 0.05, sides=2)
    assert boundaries.upper[:-1] == (3.0,) * (looks - 1)
    assert boundaries.upper[-1] == pytest.approx(last, abs=5e-8)
    assert boundaries.lower == tuple(-z for z in boundaries.upper)
    crossing = crossing_probabilities(
        boundaries.information, boundaries.lower, boundaries.upper, theta=0.0
    )
    assert sum(crossing.upper) == pytest.approx(0.025)


def test_early_looks_may_not_spend_everything() -> None:
    with pytest.raises(NotEstimableError):
        haybittle_peto_boundaries(equal_looks(3), 0.025, interim=1.5)
    assert haybittle_peto_boundaries((1.0,), 0.025).upper == pytest.approx([1.959963985])
