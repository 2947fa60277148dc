"""What truths mean for a criterion, and criteria for a patient."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from tests.partial_dates import parse_span

from trialrun.criteria.truth import Truth
from trialrun.protocol.model import Category
from trialrun.screening.verdict import Death, Verdict, death_by, permission, verdict

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("category", "truth", "permits"),
    [
        (Category.INCLUSION, T, T),
        (Category.INCLUSION, F, F),
        (Category.INCLUSION, U, U),
        (Category.EXCLUSION, T, F),
        (Category.EXCLUSION, F, T),
        (Category.EXCLUSION, U, U),
    ],
)
def test_an_exclusion_that_holds_does_not_permit(
    category: Category, truth: Truth, permits: Truth
) -> None:
    assert permission(truth, category.adverse) is permits


@pytest.mark.parametrize(
    ("permissions", "found"),
    [
        ((T,), Verdict.ELIGIBLE),
        ((T, T, T), Verdict.ELIGIBLE),
        ((U,), Verdict.UNDETERMINED),
        ((T, U, T), Verdict.UNDETERMINED),
        ((F,), Verdict.INELIGIBLE),
        ((T, F, T), Verdict.INELIGIBLE),
        ((U, F), Verdict.INELIGIBLE),
        ((F, U), Verdict.INELIGIBLE),
    ],
)
def test_all_must_permit_and_one_refusal_decides(
    permissions: tuple[Truth, ...], found: Verdict
) -> None:
    assert verdict(permissions) is found


def test_nobody_is_eligible_unless_every_criterion_permits() -> None:
    for permissions in product(Truth, repeat=4):
        assert (verdict(permissions) is Verdict.ELIGIBLE) == (set(permissions) == {T})


@pytest.mark.parametrize(
    ("death", "on_the_15th"),
    [
        ("2022-01-14", Death.DIED),
        ("2022-01-15", Death.DIED),
        ("2022-01-16", None),
        ("2021", Death.DIED),
        ("2022-01", Death.MAY_HAVE_DIED),
        ("2022", Death.MAY_HAVE_DIED),
        ("2022-02", None),
    ],
)
def test_whoever_dies_on_the_day_has_died_and_a_date_in_part_may_be_past(
    death: str, on_the_15th: Death | None
) -> None:
    assert death_by(date(2022, 1, 15), parse_span(death)) is on_the_15th
