"""Exposure and compliance as tables: what was due, what is known to have been given."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from trialrun.conduct.dosing import PlannedDose
from trialrun.conduct.exposure import RecordedDose, exposure
from trialrun.conduct.tables.doses import DoseStatus

START = date(2022, 1, 17)


def on(number: int) -> date:
    return START + timedelta(days=number)


def plan() -> list[PlannedDose]:
    """42 injections of 1 million IU: six courses of 4 weeks, every other day for 2 weeks."""
    return [
        PlannedDose(on(28 * course + 2 * number), course + 1, number + 1, Decimal(1))
        for course in range(6)
        for number in range(7)
    ]


def given(number: int, amount: str = "1", planned: int | None = -1) -> RecordedDose:
    for_day = number if planned == -1 else planned
    return RecordedDose(
        DoseStatus.GIVEN,
        None if for_day is None else on(for_day),
        on(number),
        Decimal(amount),
    )


def missed(number: int) -> RecordedDose:
    return RecordedDose(DoseStatus.MISSED, on(number))


FIRST_COURSE = [given(2 * number) for number in range(7)]
ALL = [RecordedDose(DoseStatus.GIVEN, dose.on, dose.on, dose.amount) for dose in plan()]

# Doses | as of day | due, given, as due, left out, unrecorded | amount, days | compliance in %
TABLE = [
    ([], -1, (0, 0, 0, 0, 0), "0", None, None, None),
    ([], 0, (1, 0, 0, 0, 1), "0", None, Fraction(0), Fraction(100)),
    (FIRST_COURSE, 27, (7, 7, 7, 0, 0), "7", 13, Fraction(100), Fraction(100)),
    (FIRST_COURSE, 28, (8, 7, 7, 0, 1), "7", 13, Fraction(700, 8), Fraction(100)),
    # Every dose of the plan: 42 million IU, from day 0 to day 28 * 5 + 12
    (ALL, 168, (42, 42, 42, 0, 0), "42", 153, Fraction(100), Fraction(100)),
    # Half of the first, the second missed, the third too much
    (
        [given(0, "0.5"), missed(2), given(4, "2")],
        5,
        (3, 2, 2, 1, 0),
        "2.5",
        5,
        Fraction(250, 3),
        Fraction(250, 3),
    ),
    # One that no plan asked for counts as exposure, and not as due
    ([given(0), given(1, "1", None)], 1, (1, 2, 1, 0, 0), "2", 2, Fraction(200), Fraction(200)),
    # Given a day late, and not yet given on the day asked about
    ([given(1, "1", 0)], 0, (1, 0, 0, 0, 0), "0", None, Fraction(0), Fraction(0)),
    ([given(1, "1", 0)], 1, (1, 1, 1, 0, 0), "1", 1, Fraction(100), Fraction(100)),
]


@pytest.mark.parametrize(("doses", "number", "counts", "amount", "days", "low", "high"), TABLE)
def test_exposure(
    doses: list[RecordedDose],
    number: int,
    counts: tuple[int, ...],
    amount: str,
    days: int | None,
    low: Fraction | None,
    high: Fraction | None,
) -> None:
    seen = exposure(plan(), doses, on(number))
    assert (seen.due, seen.given, seen.given_as_due, seen.left_out, seen.unrecorded) == counts
    assert (seen.amount, seen.days) == (Decimal(amount), days)
    assert (seen.percent_lo, seen.percent_hi) == (low, high)
    assert seen.amount_due == counts[0]
