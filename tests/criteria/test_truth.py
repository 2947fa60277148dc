"""Kleene's strong connectives (Introduction to Metamathematics, section 64), and no bool."""

from __future__ import annotations

from itertools import product

import pytest

from trialrun.criteria.truth import (
    Truth,
    agreement,
    at_least,
    conjunction,
    disjunction,
    negate,
)

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


@pytest.mark.parametrize("truth", Truth)
def test_a_truth_is_never_a_bool(truth: Truth) -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(truth)
    with pytest.raises(TypeError, match="three values"):
        _ = not truth


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_kleenes_tables(one: Truth, other: Truth, both: Truth, either: Truth) -> None:
    assert conjunction([one, other]) is both
    assert disjunction([one, other]) is either


@pytest.mark.parametrize(("truth", "negated"), [(T, F), (F, T), (U, U)])
def test_not(truth: Truth, negated: Truth) -> None:
    assert negate(truth) is negated


def test_nothing_to_join() -> None:
    assert conjunction([]) is T
    assert disjunction([]) is F
    assert agreement([]) is U


@pytest.mark.parametrize("truths", list(product(Truth, repeat=3)))
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_at_least_is_what_every_settling_of_the_unknown_says(
    count: int, truths: tuple[Truth, ...]
) -> None:
    choices = [[T, F] if truth is U else [truth] for truth in truths]
    settled = {settling.count(T) >= count for settling in product(*choices)}
    expected = U if len(settled) == 2 else Truth.of(settled.pop())
    assert at_least(count, truths) is expected


@pytest.mark.parametrize(
    ("truths", "agreed"), [([T, T], T), ([F], F), ([T, F], U), ([T, U], U), ([U], U)]
)
def test_agreement(truths: list[Truth], agreed: Truth) -> None:
    assert agreement(truths) is agreed


@pytest.mark.parametrize(("truth", "value"), [(T, True), (F, False), (U, None)])
def test_sql_knows_unknown_as_null(truth: Truth, value: bool | None) -> None:
    assert truth.as_sql() is value
    assert Truth.of(value) is truth
