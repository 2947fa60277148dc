from __future__ import annotations

import re
from datetime import date

from trialrun.report.figures import attrition_figure, gains_figure, openings_figure
from trialrun.report.voice import Voice
from trialrun.screening.attrition import Loss
from trialrun.screening.gains import Gain

EN, ZH = Voice("en", {}), Voice("zh", {})
LOSSES = (
    Loss("I1", before=2000, lost=500, unknown=300, own=500, sole=100),
    Loss("E1", before=1500, lost=0, unknown=1500, own=0, sole=0),
)
NAMES = {"I1": "18 to 70", "E1": "Allergic"}


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def bars(svg: str) -> list[tuple[str, str, str]]:
    """Part, first and last patient of each bar, from the top."""
    found = re.findall(r"patients: ([\d,]+); row: [^;]*; last: (\d+); part: (\w+)", svg)
    return [(part, first, last) for first, last, part in found]


def test_each_bar_is_split_into_permitted_unknown_and_lost() -> None:
    svg = attrition_figure(LOSSES, NAMES, EN)
    assert bars(svg) == [
        ("permitted", "0", "1200"),
        ("unknown", "1,200", "1500"),
        ("lost", "1,500", "2000"),
        ("permitted", "0", "0"),
        ("unknown", "0", "1500"),
        ("lost", "1,500", "1500"),
    ]


def test_losses_stand_beside_the_bars_and_what_is_left_at_the_edge() -> None:
    said = texts(attrition_figure(LOSSES, NAMES, EN))
    assert [text for text in said if text.startswith("−")] == ["−500"]
    assert [text for text in said if text.endswith(" left")] == ["1,500 left", "1,500 left"]
    assert "−0" not in said
    assert [text.split() for text in said if text[:2] in ("I1", "E1")] == [
        ["I1", "18", "to", "70"],
        ["E1", "Allergic"],
    ]


def test_a_long_sentence_is_cut() -> None:
    svg = attrition_figure(LOSSES, {"I1": "18 to 70", "E1": "Allergic " * 20}, EN)
    assert max(len(text) for text in texts(svg)) < 50
    assert "…" in svg


def test_chinese_stays_text_with_fonts_to_fall_back_on() -> None:
    svg = attrition_figure(LOSSES, {"I1": "年龄18至70岁", "E1": "过敏"}, ZH)
    assert "余1,500" in texts(svg)
    assert any("年龄18至70岁" in text for text in texts(svg))
    assert "Noto Sans CJK SC" in svg


def test_markup_in_a_sentence_stays_text() -> None:
    svg = attrition_figure(LOSSES[:1], {"I1": "<script>x</script> & more"}, EN)
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg


def test_a_screening_of_nobody_is_drawn() -> None:
    svg = attrition_figure([Loss("I1", 0, 0, 0, 0, 0)], NAMES, EN)
    assert "0 left" in texts(svg)


def test_one_patient_is_one_on_the_axis() -> None:
    said = texts(attrition_figure([Loss("I1", 1, 0, 0, 0, 0)], NAMES, EN))
    assert [text for text in said if text.isdigit()] == ["0", "1"]


def test_openings_are_counted_by_month_and_far_ones_together() -> None:
    days = [date(2022, 1, 16), date(2022, 1, 31), date(2022, 12, 31), date(2023, 1, 1)]
    svg = openings_figure([*days, date(2050, 1, 1)], date(2022, 1, 15), EN)
    counted = dict(re.findall(r"month: ([\w-]+); n: (\d+)", svg))
    assert len(counted) == 13
    assert {month: n for month, n in counted.items() if n != "0"} == {
        "2022-01": "2",
        "2022-12": "1",
        "later": "2",
    }


def test_gains_are_ranked_and_have_bounds() -> None:
    gains = [Gain("I1", None, 3, 3), Gain("E1", None, 2, 47)]
    svg = gains_figure(gains, NAMES, EN)
    found = re.findall(r"left out: ([\d,]+); row: (\w+)[^;]*; last: (\d+); part: ([\w ,]+)", svg)
    assert [(row, part[:8], first, last) for first, row, last, part in found] == [
        ("E1", "eligible", "0", "2"),
        ("E1", "no longe", "2", "47"),
        ("I1", "eligible", "0", "3"),
        ("I1", "no longe", "3", "3"),
    ]
    assert [text for text in texts(svg) if "+" in text] == ["+2 to +47", "+3"]


def test_no_address_is_left_in_a_figure() -> None:
    assert "http" not in attrition_figure(LOSSES, NAMES, EN)
    assert "http" not in gains_figure([Gain("I1", None, 0, 1)], NAMES, EN)
    assert "http" not in openings_figure([date(2022, 2, 1)], date(2022, 1, 15), EN)
