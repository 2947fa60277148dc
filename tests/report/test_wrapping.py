"""Where lines of Chinese are broken."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from trialrun.report.wrapping import Text

SENTENCE = (
    "乙型肝炎病毒表面抗原HBsAg阳性且HBV-DNA≥2000 IU/mL者，或丙型肝炎（HCV）及“梅毒”抗体阳性，"
    "须先查latest [white-blood-cells]再定。"
)


def lines(text: str, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    return [line.plain for line in Text(text).wrap(console, width, overflow="fold")]


@pytest.mark.parametrize("width", range(24, 60))
def test_no_latin_word_is_cut_and_nothing_is_lost(width: int) -> None:
    found = lines(SENTENCE, width)
    assert max(map(cell_len, found)) <= width
    assert "".join(found).replace(" ", "") == SENTENCE.replace(" ", "")
    for word in re.findall(r"[\w\-/≥\[\]]+", re.sub(r"[\u4e00-\u9fff]", " ", SENTENCE)):
        assert any(word in line for line in found)
    assert [line for line in found if line[0] in "，。）”" or line[-1] in "（“"] == []


def test_lines_are_filled() -> None:
    assert lines("判定日期前已故" * 6, 20)[0] == "判定日期前已故判定日"


def test_a_word_longer_than_a_line_is_cut_all_the_same() -> None:
    assert max(map(cell_len, lines("编码" + "A" * 50, 20))) <= 20


def test_english_is_broken_at_blanks() -> None:
    assert lines("one two three", 8) == ["one two ", "three"]
