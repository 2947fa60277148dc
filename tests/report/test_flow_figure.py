"""The flow of participants, drawn: every count and reason of it, in both languages."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from trialrun.conduct.reading.flow import Flow
from trialrun.report.flow_figure import MOST_REASONS, WIDTH, flow_figure
from trialrun.report.voice import Voice

FLOW = Flow(
    last_screening=1980,
    earlier=20,
    refused=1700,
    not_taken_in=10,
    candidates=290,
    declined={"lives too far away": 7, "": 1},
    no_longer=12,
    waiting=250,
    consented=20,
    declined_later={"": 1},
    screen_failures={"E4": 3, "I6, E8": 1},
    in_screening=2,
    enrolled={"IL-2": 13},
    on_trial=9,
    completed=2,
    ended_early={"death": 1, "lost to follow-up": 1},
)
EN, ZH = Voice("en", {}), Voice("zh", {})


def same(text: str) -> str:
    return text


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def test_every_count_and_reason_is_there() -> None:
    assert texts(flow_figure(FLOW, EN, same)) == [
        "Patients screened from their records (n = 2,000)",
        "in the last screening: 1,980",
        "candidates of earlier screenings only: 20",
        "Not eligible by the records (n = 1,700)",
        "Open by the records, not taken in (n = 10)",
        "Candidates (n = 290)",
        "Declined (n = 8)",
        "lives too far away: 7",
        "no reason given: 1",
        "No longer eligible by the records (n = 12)",
        "Not yet approached or deciding (n = 250)",
        "Signed the consent (n = 20)",
        "Screen failures (n = 4)",
        "E4: 3",
        "I6, E8: 1",
        "Declined after signing (n = 1)",
        "no reason given: 1",
        "In screening (n = 2)",
        "Enrolled (n = 13)",
        "IL-2: 13",
        "Ended early (n = 2)",
        "death: 1",
        "lost to follow-up: 1",
        "On the trial (n = 9)",
        "Completed (n = 2)",
    ]


def test_it_speaks_chinese_and_names_the_trials_words() -> None:
    said = "".join(texts(flow_figure(FLOW, ZH, {"death": "死亡"}.get)))  # type: ignore[arg-type]
    assert "入组（n = 13）" in said
    assert "死亡：1" in said


def test_a_script_in_a_reason_stays_text() -> None:
    wicked = Flow(**{**vars(FLOW), "declined": {"<script>alert(1)</script>": 1}})
    svg = flow_figure(wicked, EN, same)
    assert "<script>" not in svg
    assert "<script>alert(1)</script>: 1" in texts(svg)


def test_reasons_beyond_the_first_are_counted_together() -> None:
    many = Flow(**{**vars(FLOW), "declined": {f"reason {n}": 2 for n in range(11)}})
    said = texts(flow_figure(many, EN, same))
    assert sum(text.startswith("reason ") for text in said) == MOST_REASONS
    assert "other reasons: 6" in said
    assert "Declined (n = 22)" in said


@pytest.mark.parametrize("reason", ["住得太远" * 30, "a" * 200, "far away " * 30])
def test_no_line_leaves_its_box(reason: str) -> None:
    svg = flow_figure(Flow(**{**vars(FLOW), "declined": {reason: 1}}), ZH, same)
    for element in ElementTree.fromstring(svg).iter("text"):
        wide = sum(13.5 if ord(letter) > 0x2E80 else 7.2 for letter in element.text or "")
        left = float(element.attrib["x"])
        assert left + wide <= (400 if left < 400 else WIDTH - 20)


def test_nothing_that_the_pages_policy_forbids() -> None:
    svg = flow_figure(FLOW, ZH, same)
    assert not re.search(r"style=|<style|href|http", svg)
