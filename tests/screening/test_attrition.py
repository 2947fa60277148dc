"""Who is lost at which criterion: by hand, and against counting patient by patient."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.criteria.truth import Truth
from trialrun.screening.attrition import Loss, Pattern, attrition, count_verdicts
from trialrun.screening.verdict import Verdict

NAMES = {"y": Truth.TRUE, "n": Truth.FALSE, "?": Truth.UNKNOWN}


def pattern(permissions: str, patients: int) -> Pattern:
    """`y` permits, `n` refuses, `?` is unknown."""
    return Pattern(tuple(NAMES[p] for p in permissions), patients)


CLINIC = [
    pattern("yyy", 5),
    pattern("nyy", 40),
    pattern("nny", 7),
    pattern("yn?", 11),
    pattern("?n?", 2),
    pattern("y?y", 13),
    pattern("??n", 3),
]
"""81 patients."""


@pytest.mark.parametrize(
    "loss",
    [
        Loss("A", before=81, lost=47, unknown=5, own=47, sole=40),
        Loss("B", before=34, lost=13, unknown=16, own=20, sole=13),
        Loss("C", before=21, lost=3, unknown=0, own=3, sole=3),
    ],
    ids=lambda loss: loss.criterion,
)
def test_losses_follow_the_order_written(loss: Loss) -> None:
    assert loss in attrition(["A", "B", "C"], CLINIC)


def test_verdicts_of_the_same_patients() -> None:
    assert count_verdicts(CLINIC) == {
        Verdict.ELIGIBLE: 5,
        Verdict.UNDETERMINED: 13,
        Verdict.INELIGIBLE: 63,
    }


def test_every_verdict_has_a_number_even_of_nobody() -> None:
    assert count_verdicts([]) == dict.fromkeys(Verdict, 0)
    assert attrition(["A"], []) == (Loss("A", 0, 0, 0, 0, 0),)


def patterns() -> st.SearchStrategy[list[Pattern]]:
    def some(width: int) -> st.SearchStrategy[list[Pattern]]:
        permissions = st.tuples(*[st.sampled_from(Truth)] * width)
        return st.lists(st.builds(Pattern, permissions, st.integers(1, 5)), max_size=8)

    return st.integers(1, 4).flatmap(some)


@given(patterns())
def test_losses_are_those_of_counting_each_patient(counted: list[Pattern]) -> None:
    width = len(counted[0].permissions) if counted else 1
    patients = [p.permissions for p in counted for _ in range(p.patients)]
    expected = []
    left = patients
    for place in range(width):
        refused = [p for p in patients if p[place] is Truth.FALSE]
        expected.append(
            Loss(
                str(place),
                before=len(left),
                lost=sum(p[place] is Truth.FALSE for p in left),
                unknown=sum(p[place] is Truth.UNKNOWN for p in left),
                own=len(refused),
                sole=sum(p.count(Truth.FALSE) == 1 for p in refused),
            )
        )
        left = [p for p in left if p[place] is not Truth.FALSE]
    assert list(attrition([str(n) for n in range(width)], counted)) == expected


@given(patterns())
def test_the_sums_are_consistent(counted: list[Pattern]) -> None:
    width = len(counted[0].permissions) if counted else 1
    losses = attrition([str(n) for n in range(width)], counted)
    verdicts: Counter[Verdict] = Counter(count_verdicts(counted))
    assert losses[0].before == verdicts.total()
    assert all(after.before == before.after for before, after in pairwise(losses))
    assert sum(loss.lost for loss in losses) == verdicts[Verdict.INELIGIBLE]
    assert losses[-1].after == verdicts[Verdict.ELIGIBLE] + verdicts[Verdict.UNDETERMINED]
    assert all(loss.sole <= loss.own and loss.lost <= loss.own for loss in losses)
    assert sum(loss.sole for loss in losses) <= verdicts[Verdict.INELIGIBLE]
