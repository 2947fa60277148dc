"""The report as one page: whole in itself, in both languages, and printed without a loss."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.evaluation.made import six
from tests.report.evaluation.drawn import FIGURES

from trialrun.criteria.wording import Language
from trialrun.evaluation.evaluate import evaluate
from trialrun.evaluation.results import Cell, Evaluation, Row, Section, Table
from trialrun.protocol.analysis_methods import SlopeChange, SlopeDifference
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import LeftOut
from trialrun.report.evaluation.laid_out import LONG
from trialrun.report.evaluation.page import evaluation_page
from trialrun.report.evaluation.voice import EvaluationVoice

LANGUAGES: tuple[Language, ...] = ("en", "zh")
LEFT_OUT = (LeftOut("waiver", 1234, "eligibility is no outcome"),)
ROWS = tuple(
    Row(f"{n:03}", (Cell("Low-dose interleukin-2"), Cell(f"{n}.0", n, (f"dose/{n}",))))
    for n in range(LONG + 1)
)
LISTING = Table("long-listing", "A listing", ("Arm", "Value"), ROWS, ("A note.",), "Subject")
WIDE = Table(
    "wide",
    "Fourteen columns",
    tuple(f"Column {n}" for n in range(14)),
    (Row("Injection site reaction", tuple(Cell("12 (92.3%) [31]") for _ in range(14))),),
)
NONE = Table("none", "Nothing", ("n",), ())


@cache
def protocol() -> TrialProtocol:
    """Return the shipped protocol with its analyses of slopes, which the six have values for."""
    whole = six().protocol
    assert whole.analysis is not None
    kept = tuple(
        one for one in whole.analysis.analyses if isinstance(one, (SlopeDifference, SlopeChange))
    )
    return replace(whole, analysis=replace(whole.analysis, analyses=kept[:2]))


@cache
def page(language: Language) -> str:
    found = evaluate(protocol(), six().data)
    figures = tuple(replace(one, id=f"drawn-{one.id}") for one in FIGURES)
    made_up = Section("made-up", "Made up", (), (LISTING, WIDE, NONE), figures)
    evaluation = Evaluation((*found.sections, made_up), found.key)
    voice = EvaluationVoice(language)
    return evaluation_page(evaluation, protocol(), voice, source="by hand", left_out=LEFT_OUT)


class Reader(HTMLParser):
    """Collects ids, links and titles, and sees that every element is closed."""

    VOID = frozenset({"meta", "br", "input", "link", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.titles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")
            if name == "title" and tag == "td":
                self.titles.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(language: Language) -> Reader:
    reader = Reader()
    reader.feed(page(language))
    assert reader.open == []
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_reaches_for_nothing_but_the_files_beside_it(language: Language) -> None:
    text = page(language)
    assert "http://" not in text
    assert "https://" not in text
    assert "<script" not in text
    assert "@import" not in text
    assert all(link.startswith(("#", "tables/")) for link in read(language).links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_anchor_leads_somewhere_and_no_id_stands_twice(language: Language) -> None:
    found = read(language)
    assert len(found.ids) == len(set(found.ids))
    anchors = {link[1:] for link in found.links if link.startswith("#")}
    assert anchors <= set(found.ids)
    assert {"flow", "methods", "estimand-primary"} <= anchors


def test_it_begins_with_the_primary_estimate_and_its_limits() -> None:
    text = page("en")
    parts = [
        text.index(part)
        for part in (
            "Primary estimate: Difference of the ALSFRS-R slope",
            "0.408 points per month (95% CI −0.085 to 0.900; ",
            "p\u00a0=\u00a00.078), n\u00a0=\u00a04 of",
            'id="table-estimates"',
            "What this trial cannot show",
            "<nav",
        )
    ]
    assert parts == sorted(parts)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("waiver: 1,234, eligibility is no outcome", "Seeds of random numbers")),
        ("zh", ("入排豁免：1,234，入排资格不是结局", "随机数种子")),
    ],
)
def test_it_ends_with_how_it_was_made(language: Language, said: tuple[str, str]) -> None:
    methods = page(language)[page(language).index('id="methods"') :]
    assert "by hand" in methods
    assert "20200101" in methods
    for program in ("numpy", "scipy", "trialrun"):
        assert re.search(rf"{program} \d+\.\d+", methods)
    assert "lifelines" not in methods, "no number comes from it"
    assert re.search(r"SHA-256 [0-9a-f]{64}", methods)
    assert all(one in methods for one in said)


def test_a_number_says_how_many_rows_it_comes_from() -> None:
    assert "rows of the data behind this number: 1" in read("en").titles
    assert "此数字所依据的数据行数：1" in read("zh").titles


def test_a_table_leads_to_its_files() -> None:
    links = read("en").links
    assert {"tables/long-listing.csv", "tables/long-listing.rows.csv", "tables/wide.csv"} <= set(
        links
    )
    assert "tables/wide.rows.csv" not in links


def test_words_stand_left_and_numbers_right() -> None:
    assert '<td class="w">Low-dose interleukin-2</td>' in page("en")
    assert re.search(r'<td class="n" title="[^"]+">30\.0</td>', page("en"))


def test_an_empty_table_says_so() -> None:
    assert re.search(r'id="table-none".*?<th scope="row" colspan="2">none</th>', page("en"), re.S)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield started
        started.close()


@pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Debian's chromium is not here")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_obeys_it_on_the_screen_and_on_paper(
    language: Language, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(page(language), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1080, "height": 900})
    complaints: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    assert (complaints, asked) == ([], [path.as_uri()])
    assert tab.evaluate("document.documentElement.scrollWidth") == 1080
    row = tab.locator("#table-long-listing tbody tr").first
    assert not row.is_visible()
    # A4 less its margins of 14 mm, at 96 pixels an inch.
    tab.set_viewport_size({"width": 687, "height": 1000})
    tab.emulate_media(media="print")
    assert row.is_visible()
    assert tab.locator("nav").is_hidden()
    cut = tab.evaluate(
        """() => [...document.querySelectorAll('table,svg')]
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
            .map(one => one.closest('[id]').id)"""
    )
    assert cut == []
    tab.close()
