"""Beta posteriors and the rules that follow, against published numbers and plain integrals."""

import math

import pytest
from scipy import integrate, stats

from trialrun.statistics.bayes import Beta, ToxicityRule, predictive_probability
from trialrun.statistics.errors import InvalidInputError

CONTINUOUS = ToxicityRule(Beta(0.6, 1.4), limit=0.3, cut_off=0.9, participants=tuple(range(1, 31)))


def test_a_posterior_adds_what_was_seen_to_the_prior() -> None:
    posterior = Beta(0.6, 0.4).updated(events=16, participants=23)
    assert (posterior.a, posterior.b) == pytest.approx((16.6, 7.4))
    assert posterior.mean == pytest.approx(16.6 / 24)


def test_probability_and_interval_are_those_of_the_density() -> None:
    posterior = Beta(3.0, 5.0)
    # The constant of Beta(3, 5) is 7! / (2! 4!) = 105.
    above, _ = integrate.quad(lambda p: 105 * p**2 * (1 - p) ** 4, 0.4, 1.0)
    assert posterior.probability_above(0.4) == pytest.approx(above)
    interval = posterior.credible_interval(0.9)
    assert posterior.probability_above(interval.upper) == pytest.approx(0.05)
    assert posterior.probability_above(interval.lower) == pytest.approx(0.95)


def test_a_flat_prior_without_events_is_known_in_closed_form() -> None:
    # P(rate > limit) = (1 - limit)^(n + 1) after no event of n.
    posterior = Beta(1.0, 1.0).updated(events=0, participants=9)
    assert posterior.probability_above(0.2) == pytest.approx(0.8**10)


def test_predictive_probability_of_lee_and_liu() -> None:
    # Lee & Liu (2008), table 1: Nmax 40, 16 responses of 23, prior Beta(0.6, 0.4), p0 0.60,
    # theta_T 0.90: PP = 0.5656.
    found = predictive_probability(
        Beta(0.6, 0.4), events=16, participants=23, most=40, null_rate=0.6, cut_off=0.9
    )
    assert found == pytest.approx(0.5656, abs=5e-5)
    # R, ph2bye: PredP(16, 23, 40, 1, 1, 0.5, 0.9) printed 0.8871897.
    found = predictive_probability(
        Beta(1.0, 1.0), events=16, participants=23, most=40, null_rate=0.5, cut_off=0.9
    )
    assert found == pytest.approx(0.8871897, abs=5e-8)


def test_predictive_probability_is_certain_in_the_end() -> None:
    for events, expected in [(5, 0.0), (19, 1.0)]:
        found = predictive_probability(
            Beta(1.0, 1.0), events=events, participants=20, most=20, null_rate=0.5, cut_off=0.9
        )
        assert found == pytest.approx(expected)


def test_the_table_of_a_rule_is_where_the_posterior_crosses_the_cut_off() -> None:
    design = CONTINUOUS.design()
    for n, events in zip(design.participants, design.upper, strict=True):
        before = CONTINUOUS.prior.updated(events=events - 1, participants=n)
        assert before.probability_above(0.3) <= 0.9
        if events <= n:
            there = CONTINUOUS.prior.updated(events=events, participants=n)
            assert there.probability_above(0.3) > 0.9
    assert design.lower == (-1,) * 30


def test_a_posterior_at_the_cut_off_goes_on() -> None:
    # P(rate > 1/2 | 1 of 1) = 3/4 with a flat prior.
    rule = ToxicityRule(Beta(1.0, 1.0), limit=0.5, cut_off=0.75, participants=(1, 2))
    assert rule.design().upper == (2, 2)


def test_a_flat_prior_stops_at_the_events_of_the_binomial_tail() -> None:
    # With Beta(1, 1), P(rate > limit | x of n) = P(Bin(n + 1, limit) <= x).
    rule = ToxicityRule(Beta(1.0, 1.0), limit=0.25, cut_off=0.95, participants=(6, 12, 18, 24))
    for n, events in zip(rule.participants, rule.design().upper, strict=True):
        assert stats.binom.cdf(events, n + 1, 0.25) > 0.95
        assert stats.binom.cdf(events - 1, n + 1, 0.25) <= 0.95


def test_a_higher_rate_stops_more_often_and_earlier() -> None:
    rates = [0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.9, 1.0]
    found = CONTINUOUS.operating_characteristics(rates)
    chances = [round(sum(at.upper), 12) for at in found]
    sizes = [at.expected_participants for at in found]
    assert [at.rate for at in found] == rates
    assert chances == sorted(chances)
    assert sizes == sorted(sizes, reverse=True)
    assert (chances[0], chances[-1]) == (0.0, 1.0)
    assert sizes[0] == pytest.approx(30)
    assert [at.expected_events for at in found] == pytest.approx(
        [rate * size for rate, size in zip(rates, sizes, strict=True)]
    )


def test_looking_less_often_stops_less_often() -> None:
    cohorts = ToxicityRule(CONTINUOUS.prior, limit=0.3, cut_off=0.9, participants=(10, 20, 30))
    often, seldom = (
        sum(rule.operating_characteristics([0.3])[0].upper) for rule in (CONTINUOUS, cohorts)
    )
    assert 0.0 < seldom < often


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (1.0, -1.0), (math.nan, 1.0), (1.0, math.inf)])
def test_a_prior_has_positive_parameters(a: float, b: float) -> None:
    with pytest.raises(InvalidInputError, match="positive"):
        Beta(a, b)


def test_other_input_out_of_range_is_refused() -> None:
    prior = Beta(1.0, 1.0)
    for events in (-1, 6):
        with pytest.raises(InvalidInputError, match="events are"):
            prior.updated(events=events, participants=5)
    with pytest.raises(InvalidInputError, match="a rate lies"):
        prior.probability_above(1.5)
    with pytest.raises(InvalidInputError, match="level"):
        prior.credible_interval(95.0)
    with pytest.raises(InvalidInputError, match="limit"):
        ToxicityRule(prior, limit=0.0, cut_off=0.9, participants=(5,))
    with pytest.raises(InvalidInputError, match="cut-off"):
        ToxicityRule(prior, limit=0.3, cut_off=1.0, participants=(5,))
    for cut_off, participants in [(0.0, 3), (0.9, 30)]:
        with pytest.raises(InvalidInputError):
            predictive_probability(
                prior,
                events=2,
                participants=participants,
                most=20,
                null_rate=0.3,
                cut_off=cut_off,
            )
