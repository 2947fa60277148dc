"""The protocol in words: each sentence of the registry beside what is made of it."""

from __future__ import annotations

import re

import pytest

from trialrun.criteria.wording import Language
from trialrun.protocol.design import Anchor, Contact, Counting, Design, Period, Visit
from trialrun.protocol.design_words import design_in_words
from trialrun.protocol.model import TrialProtocol
from trialrun.protocol.words import show


@pytest.mark.parametrize(
    ("language", "label", "meaning", "asks"),
    [
        ("en", "Sponsor", "“Any vaccine”", "vaccination record"),
        ("zh", "申办者", "“任何疫苗”", "疫苗接种记录"),
    ],
)
def test_shown_in_a_language(
    shipped: TrialProtocol, language: Language, label: str, meaning: str, asks: str
) -> None:
    shown = show(shipped, language)
    assert (label, "Peking University Third Hospital") in shown.facts
    (e3,) = [s for s in shown.sentences if s.id == "E3"]
    assert e3.text.startswith("Vaccination within 6 months before enrolment")
    assert [c.id for c in e3.criteria] == ["E3a", "E3b"]
    assert meaning in e3.criteria[0].meaning
    assert asks in e3.criteria[0].asks


def test_nothing_is_left_out(shipped: TrialProtocol) -> None:
    shown = show(shipped)
    criteria = [c for s in shown.sentences for c in s.criteria]
    assert [c.id for c in criteria] == [c.id for c in shipped.criteria]
    assert [c.assumptions for c in criteria] == [c.assumptions for c in shipped.criteria]
    assert [c.hint != "" for c in criteria] == [c.hint is not None for c in shipped.criteria]
    assert len([label for label, _ in shown.facts if label == "Target enrolment"]) == 3
    said = {value for _, value in shown.facts}
    assert {shipped.registry.detailed_description, *shipped.registry.sources} <= said
    for line in ("day 28 ± 3, phone", "42 in all", "day -7 to day 0", "primary endpoint: "):
        assert any(line in each for each in shown.design), line


DESIGN: list[tuple[Language, str]] = [
    ("en", "Low-dose interleukin-2: interleukin-2 1,000,000 IU subcutaneous, every 2 days, "),
    ("en", "ALSFRS-R score: V0 V1 V4 V7 V10 V13 (published schedule)"),
    ("en", "primary endpoint: Change in the rate (slope) of ALSFRS-R (weeks 0, 24, 48); slope in "),
    ("zh", "低剂量白介素-2：白介素-2 每次1,000,000 IU，皮下注射，每2天1次，每疗程28天内7次，"),
    ("en", "the first dose is given on day 0; the later doses move with it"),
    ("en", "UV Unscheduled visit: unscheduled; Vital signs and physical examination, Laboratory"),
    (
        "en",
        "ET Early termination: early termination, 0 days before to 14 days after the end of "
        "participation; ALSFRS-R score, ",
    ),
    ("zh", "首次给药当日为第0天；以后各次给药随首次给药顺延"),
    ("zh", "ET 提前终止：提前终止访视，参与结束前0天至后14天；ALSFRS-R评分、"),
    ("zh", "给药期：第0天至第167天"),
    ("zh", "V0 筛选：第-7天至第0天，现场访视"),
    ("zh", "V2 第4周：第28 ± 3天，电话访视"),
    ("zh", "ALSFRS-R评分：V0 V1 V4 V7 V10 V13（已发表的访视安排）"),
    ("zh", "主要终点：ALSFRS-R变化速率（斜率）的改变（第0、24、48周）；给药期斜率与"),
]


@pytest.mark.parametrize(("language", "line"), DESIGN)
def test_the_design_in_a_language(shipped: TrialProtocol, language: Language, line: str) -> None:
    assert any(said.startswith(line) for said in show(shipped, language).design)


def test_no_line_of_the_design_is_english_in_chinese(shipped: TrialProtocol) -> None:
    """Every line has a Chinese word; what stays Latin is an abbreviation, such as ALSFRS-R."""
    lines = show(shipped, "zh").design
    assert len(lines) == len(show(shipped, "en").design)
    words = r"\b(?!(?:Treg|or)\b)[a-z]*[a-z]{2}\b"
    assert [line for line in lines if not re.search("[\u4e00-\u9fff]", line)] == []
    assert [line for line in lines if re.search(words, line)] == []


ANCHORED = [
    (
        "en",
        [
            "the first dose is given on day 1, and there is no day 0; the later doses stay where "
            "they are planned from enrolment",
            "F First: day 29 ± 2 counted from the first dose, visit",
            "N Next: day 11 to day 19 counted from the previous visit, phone",
        ],
    ),
    (
        "zh",
        [
            "首次给药当日为第1天，没有第0天；以后各次给药日期自入组日起算，不顺延",
            "F First：第29 ± 2天（自首次给药起算），现场访视",
            "N Next：第11天至第19天（自上次访视起算），电话访视",
        ],
    ),
]


@pytest.mark.parametrize(("language", "lines"), ANCHORED)
def test_what_days_are_counted_from(language: Language, lines: list[str]) -> None:
    design = Design(
        counting=Counting(1, Anchor.ENROLMENT),
        visits=(
            Visit("F", "First", 29, 2, 2, anchor=Anchor.FIRST_DOSE),
            Visit("N", "Next", 14, 3, 5, Contact.PHONE, anchor=Anchor.PREVIOUS_VISIT),
        ),
    )
    assert list(design_in_words(design, language)) == lines


def test_a_title_without_chinese_stays_english(shipped: TrialProtocol) -> None:
    design = Design(periods=(Period("wash-out", "Wash-out", 0, 28),))
    assert list(design_in_words(design, "zh")) == ["Wash-out：第0天至第28天"]


def test_every_criterion_has_a_title_in_both_languages(shipped: TrialProtocol) -> None:
    for criterion in shipped.criteria:
        assert criterion.title, criterion.id
        assert criterion.title.en != criterion.title.zh != ""


def test_our_assumptions_are_ours_in_both_languages(shipped: TrialProtocol) -> None:
    for criterion in shipped.criteria:
        assert len(criterion.assumptions_zh) == len(criterion.assumptions), criterion.id
    assert len(shipped.design.assumptions_zh) == len(shipped.design.assumptions)
    said = show(shipped, "zh")
    every = [
        *said.assumptions,
        *(a for s in said.sentences for c in s.criteria for a in c.assumptions),
    ]
    assert [text for text in every if not re.search("[\u4e00-\u9fff]", text)] == []
