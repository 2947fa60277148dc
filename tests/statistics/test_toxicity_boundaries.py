"""Boundaries of repeated exact tests: their definition, and their true error."""

import pytest
from scipy import stats

from trialrun.statistics.errors import InvalidInputError, NotEstimableError
from trialrun.statistics.exact_binomial import stopping
from trialrun.statistics.toxicity_boundaries import overall_boundary, pointwise_boundary


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.33])
def test_a_boundary_is_the_fewest_events_that_are_significant(rate: float) -> None:
    boundary = pointwise_boundary(range(1, 31), acceptable_rate=rate, level=0.05)
    for n, events in zip(boundary.design.participants, boundary.design.upper, strict=True):
        assert stats.binom.sf(events - 1, n, rate) <= 0.05
        assert stats.binom.sf(events - 2, n, rate) > 0.05


def test_many_looks_err_more_often_than_one() -> None:
    one = pointwise_boundary([30], acceptable_rate=0.2, level=0.05)
    many = pointwise_boundary(range(1, 31), acceptable_rate=0.2, level=0.05)
    assert one.error == pytest.approx(stats.binom.sf(one.design.upper[0] - 1, 30, 0.2))
    assert one.error < 0.05 < many.error == pytest.approx(sum(stopping(many.design, 0.2).upper))


@pytest.mark.parametrize("looks", [range(1, 21), (5, 10, 15), (12,)])
@pytest.mark.parametrize("rate", [0.1, 0.2, 0.33])
def test_the_overall_error_is_kept_by_the_largest_level(looks: range, rate: float) -> None:
    boundary = overall_boundary(looks, acceptable_rate=rate, error=0.05)
    assert boundary.error <= 0.05
    tails = (float(stats.binom.sf(x - 1, n, rate)) for n in looks for x in range(1, n + 1))
    larger = min(tail for tail in tails if tail > boundary.pointwise_level * (1 + 1e-9))
    assert pointwise_boundary(looks, acceptable_rate=rate, level=larger + 1e-12).error > 0.05


def test_a_boundary_of_twenty_looks_by_hand() -> None:
    # By the definition alone: P(X_3 >= 3) = 0.008 and P(X_4 >= 4) = 0.0016 at the rate 0.2, while
    # P(X_1 >= 1) = 0.2 and P(X_2 >= 2) = 0.04, which would nearly spend the whole error.
    boundary = overall_boundary(range(1, 21), acceptable_rate=0.2, error=0.05)
    assert boundary.design.upper[:4] == (2, 3, 3, 4)


def test_a_p_value_at_the_level_is_significant() -> None:
    assert pointwise_boundary([2], acceptable_rate=0.5, level=0.25).design.upper == (2,)


def test_too_few_participants_for_any_boundary() -> None:
    with pytest.raises(NotEstimableError, match="so few"):
        overall_boundary([2], acceptable_rate=0.5, error=0.05)


@pytest.mark.parametrize(
    ("participants", "rate", "level"),
    [([], 0.2, 0.05), ([0, 1], 0.2, 0.05), ([5], 0.0, 0.05), ([5], 0.2, 0.0), ([5], 0.2, 1.0)],
)
def test_input_out_of_range_is_refused(participants: list[int], rate: float, level: float) -> None:
    with pytest.raises(InvalidInputError):
        overall_boundary(participants, acceptable_rate=rate, error=level)
    with pytest.raises(InvalidInputError):
        pointwise_boundary(participants, acceptable_rate=rate, level=level)
