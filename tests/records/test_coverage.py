"""Coverage proves an absence only for its kind, and only over the whole window."""

from __future__ import annotations

from datetime import date

import pytest

from trialrun.records.coverage import Coverage
from trialrun.records.dates import EARLIEST, LATEST
from trialrun.records.schema import Kind

FIRST, LAST, BORN = date(2021, 7, 15), date(2022, 1, 15), date(1980, 1, 1)


@pytest.mark.parametrize(
    ("since", "until", "covers"),
    [
        (EARLIEST, LATEST, True),
        (date(2021, 7, 15), date(2022, 1, 15), True),
        (date(2021, 7, 16), date(2022, 1, 15), False),
        (date(2021, 7, 15), date(2022, 1, 14), False),
        (date(2022, 1, 16), LATEST, False),
    ],
)
def test_a_window_is_covered_from_its_first_to_its_last_day(
    since: date, until: date, covers: bool
) -> None:
    coverage = Coverage(1, Kind.CONDITION, since, until)
    assert coverage.covers(Kind.CONDITION, FIRST, LAST, BORN) is covers


def test_days_before_birth_need_no_coverage() -> None:
    coverage = Coverage(1, Kind.CONDITION, date(2010, 1, 1))
    assert coverage.covers(Kind.CONDITION, EARLIEST, LAST, date(2010, 1, 1))
    assert not coverage.covers(Kind.CONDITION, EARLIEST, LAST, date(2009, 12, 31))


def test_a_coverage_covers_one_kind() -> None:
    assert not Coverage(1, Kind.CONDITION).covers(Kind.MEDICATION, FIRST, LAST, BORN)
