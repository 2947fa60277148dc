import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.proportions import ProportionMethod as M
from trialrun.statistics.proportions import proportion

# Newcombe, Stat Med 1998;17:857, table I (four decimals); level 0.95.
NEWCOMBE_1998 = [
    (81, 263, M.WALD, 0.2522, 0.3638),
    (81, 263, M.WILSON, 0.2553, 0.3662),
    (81, 263, M.WILSON_CONTINUITY, 0.2535, 0.3682),
    (81, 263, M.CLOPPER_PEARSON, 0.2527, 0.3676),
    (15, 148, M.WALD, 0.0527, 0.1500),
    (15, 148, M.WILSON, 0.0624, 0.1605),
    (15, 148, M.WILSON_CONTINUITY, 0.0598, 0.1644),
    (15, 148, M.CLOPPER_PEARSON, 0.0578, 0.1617),
    (0, 20, M.WILSON, 0.0, 0.1611),
    (0, 20, M.WILSON_CONTINUITY, 0.0, 0.2005),
    (0, 20, M.CLOPPER_PEARSON, 0.0, 0.1684),
    (1, 29, M.WILSON, 0.0061, 0.1718),
    (1, 29, M.WILSON_CONTINUITY, 0.0018, 0.1963),
    (1, 29, M.CLOPPER_PEARSON, 0.0009, 0.1776),
]


@pytest.mark.parametrize(("events", "total", "method", "lower", "upper"), NEWCOMBE_1998)
def test_newcombe_1998(events: int, total: int, method: M, lower: float, upper: float) -> None:
    interval = proportion(events, total, method).interval
    assert interval.lower == pytest.approx(lower, abs=5.1e-5)
    assert interval.upper == pytest.approx(upper, abs=5.1e-5)


@pytest.mark.parametrize(
    ("method", "level", "lower", "upper"),
    [
        # R 4.2.2: binom.test(5, 10)$conf.int
        (M.CLOPPER_PEARSON, 0.95, 0.1870860, 0.8129140),
        # R 4.2.2: prop.test(5, 10, correct = FALSE, conf.level = 0.9)$conf.int
        (M.WILSON, 0.90, 0.2692718, 0.7307282),
        # Closed form of Brown, Cai and DasGupta 2001 and R 4.2.2: qbeta(c(.025, .975), 5.5, 5.5)
        (M.AGRESTI_COULL, 0.95, 0.2365931, 0.7634069),
        (M.JEFFREYS, 0.95, 0.2235287, 0.7764713),
    ],
)
def test_five_of_ten(method: M, level: float, lower: float, upper: float) -> None:
    result = proportion(5, 10, method, level=level)
    assert result.value == 0.5
    assert result.interval.lower == pytest.approx(lower, abs=5.1e-8)
    assert result.interval.upper == pytest.approx(upper, abs=5.1e-8)


def test_continuity_correction_as_in_r() -> None:
    # R 4.2.2: prop.test(15, 148)$conf.int
    interval = proportion(15, 148, M.WILSON_CONTINUITY).interval
    assert interval.lower == pytest.approx(0.05977820843, abs=1e-11)
    assert interval.upper == pytest.approx(0.16444977936, abs=1e-11)


def test_all_of_them() -> None:
    # With n of n the exact lower limit solves p**n = 0.025.
    interval = proportion(20, 20, M.CLOPPER_PEARSON).interval
    assert interval.lower == pytest.approx(0.025 ** (1 / 20), rel=1e-12)
    assert interval.upper == 1.0


@pytest.mark.parametrize("method", list(M))
def test_of_nobody_there_is_no_proportion(method: M) -> None:
    with pytest.raises(NotEstimableError) as caught:
        proportion(0, 0, method)
    assert caught.value.reason is Reason.NO_DATA


@pytest.mark.parametrize("events", [0, 7])
def test_wald_says_nothing_where_all_are_alike(events: int) -> None:
    with pytest.raises(NotEstimableError) as caught:
        proportion(events, 7, M.WALD)
    assert caught.value.reason is Reason.NO_VARIATION


@pytest.mark.parametrize(
    ("events", "total", "level"), [(-1, 5, 0.95), (6, 5, 0.95), (2.5, 5, 0.95), (2, 5, 95)]
)
def test_what_is_no_count_or_level_is_refused(events: int, total: int, level: float) -> None:
    with pytest.raises(InvalidInputError):
        proportion(events, total, level=level)


COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NOT_WALD = st.sampled_from([method for method in M if method is not M.WALD])


@given(COUNTS, NOT_WALD, st.floats(0.5, 0.999))
def test_intervals_hold_the_estimate_and_mirror(
    counts: tuple[int, int], method: M, level: float
) -> None:
    events, total = counts
    result = proportion(events, total, method, level=level)
    assert 0 <= result.interval.lower <= result.value <= result.interval.upper <= 1
    assert result.interval.lower < result.interval.upper
    mirrored = proportion(total - events, total, method, level=level).interval
    assert mirrored.lower == pytest.approx(1 - result.interval.upper, abs=1e-9)
    assert mirrored.upper == pytest.approx(1 - result.interval.lower, abs=1e-9)


@given(COUNTS, NOT_WALD)
def test_a_higher_level_is_wider(counts: tuple[int, int], method: M) -> None:
    narrow = proportion(*counts, method, level=0.8).interval
    wide = proportion(*counts, method, level=0.99).interval
    assert wide.lower <= narrow.lower
    assert narrow.upper <= wide.upper


@pytest.mark.parametrize(("events", "total"), [(float("nan"), 10), (1, float("inf")), (0.5, 3)])
def test_counts_that_are_no_whole_numbers_are_refused(events: float, total: float) -> None:
    with pytest.raises(InvalidInputError, match="whole"):
        proportion(events, total)  # type: ignore[arg-type]
