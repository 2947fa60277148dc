"""Power and sample size, against R and published formulas."""

import math

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError
from trialrun.statistics.sample_size import (
    Sides,
    fisher_power,
    fisher_size,
    log_rank_events,
    paired_t_power,
    paired_t_size,
    two_proportions_size,
    two_sample_t_power,
    two_sample_t_size,
)

# R 4.2.2, options(digits = 10); two-sided tests with strict = TRUE count both directions:
#   p <- function(...) print(power.t.test(...)$power)
#   p(n=34, delta=.5, sd=1, type="paired", strict=TRUE)
#   p(n=12, delta=.9, sd=1, type="paired", alternative="one.sided")
#   p(n=6, delta=.2, sd=1, strict=TRUE)


def test_powers_of_r() -> None:
    assert paired_t_power(34, 0.5, alpha=0.05) == pytest.approx(0.8077775013, abs=1e-9)
    assert paired_t_power(12, -0.9, alpha=0.05, sides=1) == pytest.approx(0.89848183, abs=1e-8)
    assert two_sample_t_power(6, 6, 0.2, alpha=0.05) == pytest.approx(0.06140375828, abs=1e-9)


def test_sizes_of_r() -> None:
    # print(power.t.test(power=.90, delta=1)$n)                              22.0210977
    # print(power.t.test(power=.90, delta=1, alternative="one.sided")$n)     17.84712609
    # print(power.t.test(power=.80, delta=.5, type="paired")$n)              33.36720409
    # print(power.prop.test(p1=.5, p2=.75, power=.9)$n)                      76.70693011
    assert two_sample_t_size(1.0, power=0.9, alpha=0.05).groups == (23, 23)
    assert two_sample_t_size(1.0, power=0.9, alpha=0.05, sides=1).groups == (18, 18)
    assert paired_t_size(0.5, power=0.8, alpha=0.05).groups == (34,)
    assert two_proportions_size((0.5, 0.75), power=0.9, alpha=0.05).groups == (77, 77)


@pytest.mark.parametrize(
    ("effect", "printed"),
    # Cohen (1988), table 2.4.1: n per group for power .80 at two-sided .05.
    [(0.2, 393), (0.5, 64), (0.8, 26)],
)
def test_sizes_of_cohen(effect: float, printed: int) -> None:
    # Cohen's tables round to whole participants; a size found here may be one more.
    found = two_sample_t_size(effect, power=0.8, alpha=0.05)
    assert found.groups[0] - printed in (0, 1)
    assert found.power >= 0.8
    assert two_sample_t_power(found.groups[0] - 1, found.groups[0] - 1, effect, alpha=0.05) < 0.8


@pytest.mark.parametrize(
    ("sizes", "rates", "alpha", "sides", "power"),
    # R 4.2.2: fp <- function(n1,n2,p1,p2,alpha,alt) { s <- 0; for (x in 0:n1) for (y in 0:n2)
    #   if (fisher.test(matrix(c(x,n1-x,y,n2-y),2), alternative=alt)$p.value <= alpha)
    #     s <- s + dbinom(x,n1,p1)*dbinom(y,n2,p2); s }
    #   print(fp(20,20,.5,.1,.05,"two.sided")); print(fp(12,18,.8,.3,.05,"two.sided"))
    #   print(fp(15,15,.7,.3,.025,"greater"))
    [
        ((20, 20), (0.5, 0.1), 0.05, 2, 0.7423887839),
        ((12, 18), (0.8, 0.3), 0.05, 2, 0.6972744099),
        ((15, 15), (0.7, 0.3), 0.025, 1, 0.4337786173),
    ],
)
def test_fisher_powers_of_r(
    sizes: tuple[int, int],
    rates: tuple[float, float],
    alpha: float,
    sides: Sides,
    power: float,
) -> None:
    found = fisher_power(*sizes, rates, alpha=alpha, sides=sides)
    assert found == pytest.approx(power, abs=1e-9)
    turned = fisher_power(*sizes[::-1], rates[::-1], alpha=alpha, sides=sides)
    assert turned == pytest.approx(found)


def test_fisher_keeps_alpha() -> None:
    for rate in (0.05, 0.3, 0.5):
        assert 0.0 < fisher_power(15, 25, (rate, rate), alpha=0.05) <= 0.05


def test_fisher_size_is_the_first_with_the_power() -> None:
    found = fisher_size((0.8, 0.3), power=0.8, alpha=0.05)
    n = found.groups[0]
    assert found.groups == (n, n)
    assert found.power == fisher_power(n, n, (0.8, 0.3), alpha=0.05) >= 0.8
    smaller = [fisher_power(k, k, (0.8, 0.3), alpha=0.05) for k in range(2, n)]
    assert max(smaller) < 0.8


@pytest.mark.parametrize(
    ("hazard_ratio", "power", "sides", "events"),
    # Schoenfeld (1981): 4 (z_{1-alpha/2} + z_{1-beta})^2 / log(ratio)^2, with 1.959964, 0.841621
    # and 1.281552 from a table: 190.97, 65.35, 87.48; one-sided with 1.644854: 150.43.
    [(1.5, 0.8, 2, 191), (0.5, 0.8, 2, 66), (2.0, 0.9, 2, 88), (1.5, 0.8, 1, 151)],
)
def test_events_of_schoenfeld(hazard_ratio: float, power: float, sides: Sides, events: int) -> None:
    found = log_rank_events(hazard_ratio, power=power, alpha=0.05, sides=sides)
    assert found.total == events
    assert power <= found.power < power + 0.01
    turned = log_rank_events(1 / hazard_ratio, power=power, alpha=0.05, sides=sides)
    assert turned.total == events


def test_unequal_groups_need_more() -> None:
    equal = two_sample_t_size(0.5, power=0.8, alpha=0.05)
    unequal = two_sample_t_size(0.5, power=0.8, alpha=0.05, ratio=2.0)
    assert unequal.groups[1] == 2 * unequal.groups[0]
    assert unequal.total > equal.total
    assert log_rank_events(1.5, power=0.8, alpha=0.05, share=2 / 3).total == math.ceil(
        190.97 * (1 / 4) / (2 / 9)
    )


def test_power_grows_with_participants_from_alpha_on() -> None:
    powers = [paired_t_power(n, 0.4, alpha=0.05) for n in range(2, 100)]
    assert powers == sorted(powers)
    assert paired_t_power(20, 0.0, alpha=0.05) == pytest.approx(0.05)
    assert two_sample_t_power(20, 30, 10.0, alpha=0.05) == pytest.approx(1.0)


@pytest.mark.parametrize(("n", "effect"), [(3, 10.0), (20, 3.0), (10_000, 0.1)])
def test_power_is_a_number_where_the_noncentral_t_of_scipy_is_none(n: int, effect: float) -> None:
    critical = stats.t.isf(0.025, n - 1)
    tail = stats.nct.sf(critical, n - 1, effect * math.sqrt(n))
    assert paired_t_power(n, effect, alpha=0.05) == pytest.approx(tail, abs=1e-10)


@pytest.mark.parametrize("alpha", [0.2, 0.05, 1e-6])
@pytest.mark.parametrize("df", [1, 2, 7, 500])
@pytest.mark.parametrize("shift", [0.0, 0.5, 2.5])
def test_the_noncentral_t_distribution_of_scipy(alpha: float, df: int, shift: float) -> None:
    found = paired_t_power(df + 1, shift / math.sqrt(df + 1), alpha=alpha, sides=1)
    assert found == pytest.approx(stats.nct.sf(stats.t.isf(alpha, df), df, shift), rel=1e-7)


def test_the_power_attained_is_at_least_the_power_wanted() -> None:
    found = two_proportions_size((0.3, 0.5), power=0.8, alpha=0.05)
    n = found.groups[0]
    mean, spread = 0.4, math.sqrt(0.3 * 0.7 + 0.5 * 0.5)
    by_hand = stats.norm.cdf(
        (0.2 * math.sqrt(n) - stats.norm.isf(0.025) * math.sqrt(2 * mean * 0.6)) / spread
    )
    assert found.power == pytest.approx(by_hand)
    assert 0.8 <= found.power < 0.81


def test_an_effect_too_small_says_so() -> None:
    with pytest.raises(NotEstimableError, match="more than"):
        paired_t_size(1e-5, power=0.9, alpha=0.05)
    with pytest.raises(NotEstimableError, match="more than"):
        fisher_size((0.5, 0.501), power=0.9, alpha=0.05)


def test_input_out_of_range_is_refused() -> None:
    for alpha in (0.0, 1.0, math.nan):
        with pytest.raises(InvalidInputError, match="alpha"):
            paired_t_power(10, 0.5, alpha=alpha)
    with pytest.raises(InvalidInputError, match="one side or two"):
        paired_t_power(10, 0.5, alpha=0.05, sides=3)  # type: ignore[arg-type]
    for pairs in (1, 0):
        with pytest.raises(InvalidInputError, match="at least 2"):
            paired_t_power(pairs, 0.5, alpha=0.05)
    with pytest.raises(InvalidInputError, match="at least 2"):
        two_sample_t_power(1, 9, 0.5, alpha=0.05)
    for effect in (0.0, math.nan, math.inf):
        with pytest.raises(InvalidInputError, match="effect"):
            paired_t_size(effect, power=0.8, alpha=0.05)
    for power in (0.04, 1.0):
        with pytest.raises(InvalidInputError, match="power"):
            two_sample_t_size(0.5, power=power, alpha=0.05)
    with pytest.raises(InvalidInputError, match="ratio"):
        two_sample_t_size(0.5, power=0.8, alpha=0.05, ratio=0.0)
    with pytest.raises(InvalidInputError, match="rates"):
        two_proportions_size((0.5, 1.5), power=0.8, alpha=0.05)
    with pytest.raises(InvalidInputError, match="participants"):
        fisher_power(0, 5, (0.5, 0.2), alpha=0.05)
    for ratio in (0.0, 1.0, math.inf):
        with pytest.raises(InvalidInputError, match="hazard ratio"):
            log_rank_events(ratio, power=0.8, alpha=0.05)
    with pytest.raises(InvalidInputError, match="share"):
        log_rank_events(1.5, power=0.8, alpha=0.05, share=1.0)


def test_rates_of_zero_and_one_need_few_and_are_never_missed() -> None:
    # (z / sqrt 2)^2 = 1.92: 2 in each group.
    assert two_proportions_size((0.0, 1.0), power=0.9, alpha=0.05).groups == (2, 2)
    # 3 v 0 of 3 is not significant (p = .1), 4 v 0 of 4 is (p = 2/70).
    found = fisher_size((1.0, 0.0), power=0.9, alpha=0.05)
    assert found.groups == (4, 4)
    assert found.power == pytest.approx(1.0)


def test_an_effect_is_a_number() -> None:
    with pytest.raises(InvalidInputError):
        paired_t_power(10, math.nan, alpha=0.05)
    with pytest.raises(InvalidInputError):
        two_sample_t_power(10, 10, math.inf, alpha=0.05)
