"""Days, times, numbers and choices as they are typed, and units and titles as they are shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest

from trialrun.errors import RefusedError
from trialrun.protocol.forms import Choice
from trialrun.terminology.written_units import written_unit
from trialrun.web import words
from trialrun.web.forms import Form
from trialrun.web.typed import Typed

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Colour(StrEnum):
    RED = "red"


def typed(**fields: str) -> Typed:
    return Typed(Form(fields))


# Typed | meant: full-width digits as Chinese keyboards write them, too
@pytest.mark.parametrize("text", ["2022-05-31", " 2022-05-31 ", "２０２２-０５-３１", "20220531"])
def test_a_day(text: str) -> None:
    one = typed(day=text)
    assert one.day("day") == date(2022, 5, 31)
    one.done()


# Nine in the morning in Shanghai is one o'clock in UTC: China is eight hours ahead, all year.
def test_a_moment_of_the_hospitals_clocks() -> None:
    one = typed(day="2022-05-31", clock="09:00")
    assert one.moment("day", "clock", SHANGHAI) == datetime(2022, 5, 31, 1, tzinfo=UTC)
    one.done()


@pytest.mark.parametrize(("text", "number"), [("0.50", "0.50"), ("１２", "12"), ("-3", "-3")])
def test_a_number(text: str, number: str) -> None:
    one = typed(n=text)
    assert one.number("n") == Decimal(number)
    one.done()


def test_zero_is_a_number_and_nothing_is_none() -> None:
    one = typed(n="0", nothing=" ")
    assert one.number("n") == 0
    assert one.number_or_none("nothing") is None
    one.done()


WRONG = [
    ("day", "31/05/2022", "it is no day"),
    ("day", "", "it is no day"),
    ("day", "2022-02-30", "it is no day"),
    ("day", "1899-12-31", "it lies before 1900"),
    ("day", "2200-01-01", "it lies after 2199"),
    ("number", "", "it is no number"),
    ("number", "1e3", "it is no number"),
    ("number", "NaN", "it is no number"),
    ("number", "Infinity", "it is no number"),
    ("number", "1_000", "it is no number"),
    ("number", "1" * 21, "it is no number"),
    ("number_or_none", "many", "it is no number"),
    ("number", "٥", "it is no number"),
    ("id_or_none", "abc", "it is no row of this page"),
    ("id_or_none", "-1", "it is no row of this page"),
    ("count", "1.5", "it is no whole number"),
    ("count", "-1", "it is no whole number"),
    ("count", "99999999999", "it is no whole number"),
]


@pytest.mark.parametrize(("method", "text", "found"), WRONG)
def test_what_cannot_be_read(method: str, text: str, found: str) -> None:
    one = typed(field=text)
    getattr(one, method)("field")
    with pytest.raises(RefusedError) as refused:
        one.done()
    assert [(p.where, p.found) for p in refused.value.problems] == [("field", found)]


# A time with an offset is not of the hospital's clocks.
@pytest.mark.parametrize("clock", ["09:30+05:00", "09:30Z", "T09:30", "0930", "9", "24:00"])
def test_what_is_no_time_of_the_hospitals_clocks(clock: str) -> None:
    one = typed(day="2022-05-31", clock=clock)
    one.moment("day", "clock", SHANGHAI)
    with pytest.raises(RefusedError) as refused:
        one.done()
    assert [problem.found for problem in refused.value.problems] == ["it is no time"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    one = typed(day="x", clock="25:00", colour="blue")
    one.moment("day", "clock", SHANGHAI)
    assert one.choice("colour", Colour) is Colour.RED
    with pytest.raises(RefusedError) as refused:
        one.done()
    assert [problem.where for problem in refused.value.problems] == ["day", "clock", "colour"]


@pytest.mark.parametrize(
    ("ucum", "written"),
    [
        ("10*9/L", "10⁹/L"),
        ("10*12/L", "10¹²/L"),
        ("10*6.[iU]", "10⁶.IU"),
        ("mm[Hg]", "mmHg"),
        ("umol/L", "µmol/L"),
        ("Cel", "°C"),
        ("", ""),
        (None, ""),
    ],
)
def test_units_as_people_write_them(ucum: str | None, written: str) -> None:
    assert written_unit(ucum) == written


def test_a_title_in_chinese_where_there_is_one() -> None:
    assert words.titled("zh", Choice("a", "Normal", "正常")) == "正常"
    assert words.titled("en", Choice("a", "Normal", "正常")) == "Normal"
    assert words.titled("zh", Choice("a", "Normal")) == "Normal"


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("it is outside of its range (0 to 4)", "超出允许范围（0至4）"),
        ("it is outside of its range (at least 0)", "超出允许范围（不低于0）"),
        ("at most 10000000 IU", "不超过10000000 IU"),
        (
            "less than nothing of this lot would be left at the site",
            "该批次在中心的结存将为负数",
        ),
    ],
)
def test_a_sentence_that_holds_values_is_translated(said: str, chinese: str) -> None:
    assert words.said("zh", said) == chinese
    assert words.said("en", said) == said
