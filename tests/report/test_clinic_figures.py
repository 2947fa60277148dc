"""The figures of a participant: every mark is there, in its place, and no word can become code."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from trialrun.report.clinic_figures import (
    DrawnPoint,
    Mark,
    MarkKind,
    TimelineRow,
    course_figure,
    timeline_figure,
)

SCRIPT = "<script>alert(1)</script>"


def timeline(*marks: Mark, today: int = 30) -> str:
    rows = (TimelineRow("Visits", marks), TimelineRow("Doses", ()))
    return timeline_figure(rows, today=today, last_day=336, title="A timeline", week_0="Week 0")


def titles(svg: str) -> list[str]:
    return [title.text or "" for title in ElementTree.fromstring(svg).iter("title")]


@pytest.mark.parametrize("kind", MarkKind)
def test_each_kind_has_a_shape_of_its_own(kind: MarkKind) -> None:
    drawn = {one: timeline(Mark(28, one, "V2")) for one in MarkKind}
    assert len(set(drawn.values())) == len(MarkKind)
    assert titles(drawn[kind]) == ["V2"]


def test_later_is_further_to_the_right() -> None:
    svg = timeline(*(Mark(day, MarkKind.DONE, str(day)) for day in (-7, 0, 168, 336, 400)))
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    assert len(places) == 5
    assert places == sorted(places)
    assert places[0] >= 96
    assert places[-1] <= 1000


def test_a_window_is_drawn_behind_its_mark() -> None:
    svg = timeline(Mark(28, MarkKind.OPEN, "V2", (25, 31)))
    assert svg.index("<rect") < svg.index("<circle")


def test_words_are_escaped_and_nothing_needs_a_style() -> None:
    """The pages' Content-Security-Policy lets no style attribute through."""
    svg = timeline(Mark(1, MarkKind.LATE, SCRIPT))
    course = course_figure(
        [DrawnPoint(0, Decimal(1), SCRIPT)], last_day=336, title='"quoted"', week_0="Week 0"
    )
    for drawn in (svg, course):
        assert SCRIPT not in drawn
        assert titles(drawn) == [SCRIPT]
        assert "style=" not in drawn


def test_higher_numbers_stand_higher_and_the_ends_are_named() -> None:
    points = [DrawnPoint(day, Decimal(n), n) for day, n in ((0, "36"), (84, "30.5"), (168, "33"))]
    svg = course_figure(points, last_day=336, title="Total", week_0="Week 0")
    y = [float(one) for one in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', svg)]
    assert y[0] < y[2] < y[1]
    assert ">36<" in svg
    assert ">30.5<" in svg


def test_one_number_alone_can_be_drawn() -> None:
    svg = course_figure([DrawnPoint(0, Decimal(4), "4")], last_day=336, title="x", week_0="w")
    assert titles(svg) == ["4"]
