"""Partial dates are intervals; months and years are the calendar's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.records.dates import EARLIEST, LATEST, UNKNOWN_DATE, DateUnit, Span, add


@pytest.mark.parametrize(
    ("day", "count", "unit", "moved"),
    [
        ("2022-01-15", 30, "days", "2022-02-14"),
        ("2022-01-15", -15, "days", "2021-12-31"),
        ("2022-01-15", 2, "weeks", "2022-01-29"),
        ("2022-04-30", -2, "months", "2022-02-28"),
        ("2020-04-30", -2, "months", "2020-02-29"),
        ("2022-01-31", 1, "months", "2022-02-28"),
        ("2022-03-31", -1, "months", "2022-02-28"),
        ("2022-02-28", 1, "months", "2022-03-28"),
        ("2022-01-15", 12, "months", "2023-01-15"),
        ("2022-01-15", -13, "months", "2020-12-15"),
        ("2020-02-29", 1, "years", "2021-02-28"),
        ("2020-02-29", 4, "years", "2024-02-29"),
        ("2021-02-28", -1, "years", "2020-02-28"),
        ("2022-01-15", 0, "months", "2022-01-15"),
        ("0001-01-05", -1, "months", "0001-01-01"),
        ("9999-12-05", 1, "years", "9999-12-31"),
        ("0001-01-05", -9, "days", "0001-01-01"),
        ("9999-12-30", 9, "weeks", "9999-12-31"),
    ],
)
def test_add(day: str, count: int, unit: str, moved: str) -> None:
    found = add(date.fromisoformat(day), count, DateUnit(unit))
    assert found == date.fromisoformat(moved)


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-500, 500), st.sampled_from(DateUnit)
)
def test_a_later_day_is_never_moved_before_an_earlier_one(
    day: date, count: int, unit: DateUnit
) -> None:
    assert add(day, count, unit) <= add(day + timedelta(days=1), count, unit)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-05", "2019-05-01", "2019-05-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-12", "2019-12-01", "2019-12-31"),
        ("2019-05-07", "2019-05-07", "2019-05-07"),
    ],
)
def test_a_span_is_written_as_shortly_as_it_can_be(text: str, first: str, last: str) -> None:
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    assert span.is_exact == (first == last)
    assert str(span) == text


def test_a_span_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Span(date(2022, 1, 2), date(2022, 1, 1))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (UNKNOWN_DATE, "an unknown date"),
        (Span(date(2022, 1, 2), date(2022, 1, 9)), "2022-01-02 to 2022-01-09"),
        (Span(date(2022, 1, 2), LATEST), "2022-01-02 to any time after"),
        (Span(EARLIEST, date(2022, 1, 2)), "any time before to 2022-01-02"),
    ],
)
def test_a_span_in_words(span: Span, words: str) -> None:
    assert str(span) == words
