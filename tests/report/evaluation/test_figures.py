"""The figures of an evaluation: every kind is drawn, says what it must, and reaches for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.report.evaluation import drawn

from trialrun.evaluation import figure_data
from trialrun.evaluation.figure_data import HysLaw, LiverPoint, Survival, Swimmer
from trialrun.evaluation.results import Figure
from trialrun.report.evaluation.figures import DRAWN, draw
from trialrun.report.evaluation.voice import EvaluationVoice

EN, ZH = EvaluationVoice("en"), EvaluationVoice("zh")


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    """Return the lines of text; one of several lines is joined."""
    return [
        " ".join(part for part in (one.text, *(span.text for span in one)) if part)
        for one in read(svg).iter("text")
    ]


def place(svg: str, text: str) -> tuple[float, float]:
    """Return where a text stands, by the translations of the groups around it."""
    ((x, y),) = _places(read(svg), text, 0, 0)
    return x, y


_MOVED = re.compile(r"translate\((-?[\d.]+),\s*(-?[\d.]+)\)")


def _places(
    one: ElementTree.Element, text: str, x: float, y: float
) -> Iterator[tuple[float, float]]:
    if moved := _MOVED.search(one.get("transform", "")):
        x, y = x + float(moved[1]), y + float(moved[2])
    if one.tag == "text" and one.text == text:
        yield x, y
    for inner in one:
        yield from _places(inner, text, x, y)


def test_every_kind_of_figure_is_drawn() -> None:
    kinds = {
        kind
        for kind in vars(figure_data).values()
        if isinstance(kind, type) and issubclass(kind, Figure) and kind is not Figure
    }
    assert set(DRAWN) == kinds
    assert {type(one) for one in drawn.FIGURES} == kinds
    assert {type(one) for one in drawn.EMPTY} == kinds


@pytest.mark.parametrize("voice", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("figure", [*drawn.FIGURES, *drawn.EMPTY], ids=lambda one: one.id)
def test_a_figure_has_a_name_and_reaches_for_nothing(
    figure: Figure, voice: EvaluationVoice
) -> None:
    svg = draw(figure, voice)
    root = read(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext("title") == voice.words(figure.title)
    assert not re.search(r"https?:|<script|<style| style=|<image|href|\bid=", svg)
    assert "NaN" not in svg
    assert "undefined" not in svg


@pytest.mark.parametrize("figure", drawn.EMPTY, ids=lambda one: type(one).__name__)
def test_without_data_it_says_so(figure: Figure) -> None:
    assert texts(draw(figure, EN)) == ["No data: nothing to draw."]
    assert texts(draw(figure, ZH)) == ["无数据，无图可绘。"]


def test_trajectories_say_what_is_thin_and_what_is_bold() -> None:
    """A mean of those who stayed and the line of a model are not the same claim."""
    (means,) = [text for text in texts(draw(drawn.ONE_ARM, EN)) if text.startswith("Thin")]
    assert means == "Thin: each participant; bold: mean of those with a value at the visit"
    model = replace(drawn.TWO_ARMS, key=figure_data.MODEL)
    assert "细线：每名受试者；粗线：模型估计" in texts(draw(model, ZH))


def test_trajectories_name_the_change_point_and_the_arms() -> None:
    one, two = texts(draw(drawn.ONE_ARM, EN)), texts(draw(drawn.TWO_ARMS, ZH))
    assert {"change point", "ALSFRS-R total", "Months from day 0"} <= set(one)
    assert "Interleukin-2" not in one
    assert {"白介素-2", "安慰剂"} <= set(two)
    assert "转折点" not in two


def test_a_forest_writes_every_estimate_on_the_line_of_its_label() -> None:
    svg = draw(drawn.FOREST, EN)
    assert place(svg, "MRC")[1] == pytest.approx(place(svg, "0.900 (0.200 to 1.600)")[1], abs=5)
    assert "ROADS 'raw'" in texts(svg)
    assert any(text.startswith("Difference of the ALSFRS-R slope between") for text in texts(svg))


def test_an_infinite_bound_is_an_arrow_at_the_edge() -> None:
    def shapes(figure: Figure) -> int:
        return draw(figure, EN).count("<path")

    finite = replace(drawn.RATIOS.rows[0], upper=0.9)
    assert shapes(drawn.RATIOS) == shapes(replace(drawn.RATIOS, rows=(finite,))) + 1


def test_the_numbers_at_risk_stand_below_their_months() -> None:
    svg = draw(drawn.SURVIVAL, EN)
    alone = replace(drawn.SURVIVAL, curves=(replace(drawn.SURVIVAL.curves[0], at_risk=((6, 77),)),))
    svg = draw(alone, EN)
    assert place(svg, "77")[0] == pytest.approx(place(svg, "6")[0], abs=1)
    assert "Number at risk" in texts(svg)


def test_a_curve_goes_on_to_the_last_who_was_followed() -> None:
    def last_month(figure: Survival) -> float:
        svg = draw(figure, EN)
        (line,) = (one for one in read(svg).iter("path") if one.get("stroke-width") == "2.2")
        ends = [float(x) for x in re.findall(r"[ML](-?[\d.]+)", line.get("d", ""))]
        return 12 * max(ends) / (place(svg, "12")[0] - place(svg, "0")[0])

    curve = replace(drawn.SURVIVAL.curves[0], at_risk=((12, 77),), censored=((12, 0.83),))
    assert last_month(replace(drawn.SURVIVAL, curves=(curve,))) == pytest.approx(12, abs=0.1)
    until_7 = replace(curve, censored=())
    assert last_month(replace(drawn.SURVIVAL, curves=(until_7,))) == pytest.approx(7.4, abs=0.1)


def test_two_groups_are_compared_and_one_is_not() -> None:
    both, one = texts(draw(drawn.DOTS, EN)), texts(draw(drawn.DOTS_OF_ONE, EN))
    assert "Difference, percentage points (confidence interval)" in both
    assert both.count("Fever") == 1
    assert "Difference, percentage points (confidence interval)" not in one
    assert one.count("Fever") == 1


def test_a_parameter_without_points_has_no_panel() -> None:
    said = texts(draw(drawn.SHIFT, EN))
    assert {"ALT", "AST", "Bilirubin, total", "CK"} <= set(said)
    assert "Creatinine" not in said


def test_hys_law_names_its_candidates_and_nobody_else() -> None:
    points = (
        LiverPoint("candidate", drawn.IL2, 3.0, 2.1, is_candidate=True),
        LiverPoint("at-the-limit", drawn.IL2, 3.0, 2.0, is_candidate=False),
    )
    said = texts(draw(HysLaw("liver", drawn.TITLE, points, 3, 2), EN))
    assert {"candidate", "Hy's law range", "Temple's corollary", "Cholestasis range"} <= set(said)
    assert "at-the-limit" not in said


def test_whoever_goes_on_has_an_arrow() -> None:
    assert texts(draw(drawn.SWIMMER, EN)).count("▶") == 1
    assert {"In the trial", "Adverse event of grade 3 or worse", "001"} <= set(
        texts(draw(drawn.SWIMMER, EN))
    )


def test_many_lanes_have_no_names_and_keep_to_a_page() -> None:
    lanes = tuple(replace(drawn.SWIMMER.lanes[0], subject=f"S{n:03}") for n in range(120))
    svg = draw(Swimmer("many", drawn.TITLE, lanes), EN)
    assert "S005" not in texts(svg)
    assert float(read(svg).get("height", "0")) < 1200


def test_a_boundary_says_where_the_trial_stops() -> None:
    assert "the trial stops" in texts(draw(drawn.BOUNDARY, EN))


def test_power_curves_show_the_level_of_significance() -> None:
    said = texts(draw(drawn.POWER, EN))
    assert {"level of significance, 5%", "15% dropout", "True effect"} <= set(said)


def test_the_flow_has_every_count_in_the_order_of_the_statement() -> None:
    # CONSORT 2010, figure 1: enrolment, allocation, follow-up, and the end.
    assert [text.replace("\u00a0", " ") for text in texts(draw(drawn.FLOW_OF_ONE, EN))] == [
        "Screened (n = 2,000)",
        "Gave consent (n = 20)",
        "Screen failures (n = 7)",
        "E4 (n = 4)",
        "I6 (n = 3)",
        "Enrolled (n = 13)",
        "Interleukin-2 (n = 13)",
        "Received the study drug (n = 13)",
        "Discontinued (n = 2)",
        "adverse event (n = 1)",
        "lost to follow-up (n = 1)",
        "Completed (n = 8)",
        "Still in the trial (n = 3)",
    ]


def test_no_box_of_the_flow_leaves_the_paper_or_lies_on_another() -> None:
    for figure in (drawn.FLOW_OF_ONE, drawn.FLOW_OF_THREE):
        root = read(draw(figure, ZH))
        width, height = (float(root.get(side, "0")) for side in ("width", "height"))
        boxes = [
            tuple(float(rect.get(of, "0")) for of in ("x", "y", "width", "height"))
            for rect in root.iter("rect")
        ]
        for x, y, w, h in boxes:
            assert x >= 0
            assert x + w <= width
            assert y + h <= height
        for n, (x, y, w, h) in enumerate(boxes):
            for x2, y2, w2, h2 in boxes[n + 1 :]:
                assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_a_script_in_a_word_stays_text() -> None:
    wicked = replace(drawn.FOREST.rows[1], label="<script>alert('1')</script>\\n")
    svg = draw(replace(drawn.FOREST, rows=(wicked,), title="<b>"), EN)
    assert "<script" not in svg
    assert any(text.startswith("<script>alert('1')</script>") for text in texts(svg))
