from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from tests.report.world import (
    COVERAGE,
    NURSE,
    ON,
    RECORDS,
    SCRIPT,
    TOLD,
    open_by_hand,
    pseudonymised,
    screening,
    shipped,
)

from trialrun.criteria.wording import Language
from trialrun.report.screening_page import FIRST_QUESTIONS, screening_page
from trialrun.screening.result import Screening
from trialrun.screening.verdict import Verdict

VOID = {"meta", "input", "br", "path", "rect"}


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page() -> str:
    return screening_page(screening(), "en")


@pytest.fixture(scope="module")
def chinese() -> str:
    return screening_page(screening(), "zh")


@pytest.fixture(scope="module")
def hidden() -> str:
    return screening_page(pseudonymised(), "en")


def words(page: str) -> str:
    """The text of a page, blanks made single."""
    without = re.sub(r"<(style|script)>.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", without)).split())


def rules(page: str) -> dict[str, str]:
    """The shared texts that the style sheet writes, by their class."""
    found = re.findall(r"\.(s\d+)::before\{content:\"(.*)\"\}", page)
    return {
        name: re.sub(r"\\([0-9a-f]+) ", lambda m: chr(int(m[1], 16)), text) for name, text in found
    }


def opened(page: str, name: str) -> str:
    """The opened patient, with shared texts in their places."""
    shared = rules(page)
    details = page[page.index('<section id="opened">') :].split("<details ")[1:]
    one = next(d for d in details if name in unescape(d.split("</b>")[0]))
    return words(re.sub(r"<\w+ class=(s\d+)>", lambda m: f" {escape(shared[m[1]])} ", one))


# --- nothing from elsewhere, nothing that runs ------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_names_no_address(language: Language) -> None:
    page = screening_page(screening(), language)
    assert not re.findall(r"https?:|//[a-z]|url\(|@import|src=|<link|<img|<iframe", page)


def test_every_link_stays_within_the_page(page: str) -> None:
    elements = Elements(page).found
    links = [attributes["href"] or "" for tag, attributes in elements if "href" in attributes]
    places = {attributes["id"] for _, attributes in elements if "id" in attributes}
    assert len(links) > 100
    assert {link for link in links if not link.startswith("#")} == set()
    assert {link[1:] for link in links} - places == set()


def test_no_place_has_two_names(page: str) -> None:
    places = [attributes["id"] for _, attributes in Elements(page).found if "id" in attributes]
    assert len(places) == len(set(places))


def test_the_policy_lets_in_only_our_own_script_and_style(page: str) -> None:
    policy = next(
        attributes["content"]
        for _, attributes in Elements(page).found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    for kind in ("script", "style"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_no_attribute_holds_style_or_script(page: str) -> None:
    held = {key for _, attributes in Elements(page).found for key in attributes}
    assert not [key for key in held if key == "style" or key.startswith("on")]


def test_what_a_hospital_wrote_stays_text(page: str) -> None:
    assert SCRIPT not in page
    assert page.count("<script>") == 1
    assert f"{SCRIPT} (ICD-10-CM G12.21)" in opened(page, f"m-{SCRIPT}")


def test_what_a_protocol_wrote_stays_text() -> None:
    found = screening()
    evil = 'Age</style><script>alert(1)</script>\\22 } "'
    asked = replace(found.plan[0], criterion=replace(found.plan[0].criterion, text=evil))
    changed = tuple(
        replace(c, judgements=(replace(c.judgements[0], asked=asked), *c.judgements[1:]))
        for c in found.opened
    )
    page = screening_page(replace(found, plan=(asked, *found.plan[1:]), opened=changed), "en")
    assert page.count("<script>") == 1
    assert page.count("</style>") == 1
    assert " ".join(evil.split()) in opened(page, "m-eligible")


# --- what stands there ------------------------------------------------------------------------


@pytest.mark.parametrize("criterion", shipped().screening_criteria, ids=lambda c: c.id)
def test_every_criterion_stands_there_with_sentence_logic_and_assumptions(
    page: str, criterion: object
) -> None:
    from trialrun.protocol.model import Criterion

    assert isinstance(criterion, Criterion)
    article = page.split(f'id="c-{criterion.id}"')[1].split("</article>")[0]
    said = words(article)
    for text in (criterion.text, criterion.logic, *criterion.assumptions):
        assert " ".join(text.split()) in said
    assert said.count("Our assumption") == len(criterion.assumptions)


def test_every_sentence_stands_in_every_opened_patient(page: str) -> None:
    for patient in screening().opened:
        if SCRIPT not in patient.name:
            said = opened(page, patient.name)
            for sentence in {a.criterion.text for a in screening().plan}:
                assert " ".join(sentence.split()) in said


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("1,400", "280 eligible", "700 undetermined", "420 ineligible", "37 deceased")),
        ("zh", ("1,400", "280 符合条件", "700 待定", "420 不符合条件", "37 已故")),
    ],
)
def test_the_counts(language: Language, expected: tuple[str, ...]) -> None:
    said = words(screening_page(screening(), language))
    for count in expected:
        assert count in said


def cells(page: str, name: str) -> list[tuple[str, str]]:
    (row,) = re.findall(rf"<tr><th><a href=#p\d+>{name}</a>(.*?)</tr>", page)
    return re.findall(r"<td class=(\w+)>([^<]*)", row)


@pytest.mark.parametrize(
    ("name", "criterion", "mark", "symbol"),
    [
        ("m-eligible", "I1", "permits", "✓"),
        ("m-eligible", "E3a", "presumed", "(✓)"),
        ("m-eligible", "E4", "permits", "✓"),
        ("m-eligible", "E5", "permits", "✓"),  # the record is silent, a person has confirmed
        ("m-eligible", "E8", "permits", "✓"),  # a man: no absence is needed
        ("m-vaccinated", "E3a", "refuses", "✗"),
        ("f-not-covered", "E3a", "unknown", "?"),
        ("f-not-covered", "I8", "asked", "✎"),
        ("f-not-covered", "E1", "unknown", "?"),  # a person, and the missing coverage
        ("m-to-confirm", "E5", "asked", "✎"),
    ],
)
def test_the_matrix_marks_by_symbol_and_colour(
    page: str, name: str, criterion: str, mark: str, symbol: str
) -> None:
    column = [asked.criterion.id for asked in screening().plan].index(criterion)
    assert cells(page, name)[column] == (mark, symbol)


def test_every_mark_has_its_own_colour(page: str) -> None:
    colours = dict(
        re.findall(r"\.(permits|presumed|refuses|unknown|asked)\{background:([^;}]+)", page)
    )
    assert len(set(colours.values())) == 5


def test_eligible_patients_lapse_and_near_misses_open(page: str) -> None:
    said = words(page)
    assert (
        "m-turns-71 male, born 1951-01-20 2022-01-19 I1 "
        "m-eligible male, born 1970-03-05 2022-01-22 E2c E5 E9" in said
    )  # the first to lapse first
    near = said.index("2022-03-01 m-vaccinated-earlier E3a 2022-02-28")
    assert near < said.index("2022-05-21 m-vaccinated E3a 2022-05-20")


def test_a_moved_number_is_highlighted(page: str) -> None:
    assert "from <del>18</del><ins>8</ins> to 70 years" in page
    assert "within <del>6</del><ins>3</ins> months" in page
    assert "<b>leave it out</b>" in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("m-eligible", "(ICD-10-CM G12.21), from 2020-05, still going on Condition/HIS-11"),
        ("m-eligible", "Platelets (LOINC 777-3), 2022-01-10: 210 10*9/L, reference 0.5–350"),
        ("m-eligible", f"yes 2022-01-15: yes, by {NURSE}, “{TOLD}” QuestionnaireResponse/HIS-20"),
        ("m-eligible", "no presumed from absence (vaccination complete)"),
        ("m-eligible", "no presumed from absence (medication complete)"),
        (
            "m-to-confirm",
            "A person has confirmed within 7 days before enrolment that it permits. unknown "
            "the only results or answers lie outside the period asked for "
            "→ repeat the test, or ask again",
        ),
        ("m-to-confirm", "oral, 60 mg a day MedicationRequest/HIS-42"),
        ("m-vaccinated", "Influenza vaccine (CVX 140), 2021-11-20"),
        ("m-vaccinated", "✗ Vaccination, 6 months before: refuses until 2022-05-20"),
        ("f-of-childbearing-age", "Asks for: a urine pregnancy test, and since when"),
        ("m-vaccinated-earlier", "Hint The patient has had"),
        ("f-not-covered", "the sources do not cover the whole period → ask the patient"),
        ("f-not-covered", "unknown only a person can say → let an investigator answer"),
        ("f-of-childbearing-age", "unknown it was never measured → do the test"),
        ("m-eligible", "unknown it was never measured A person"),  # of no consequence: no advice
        ("m-eligible", "“Viral hepatitis” / “Tuberculosis” / “Syphilis”"),
        (
            "m-eligible",
            "“Mental disorders” / “Hypotension and shock” that is ongoing at enrolment. no",
        ),
    ],
)
def test_an_opened_patient_shows(page: str, name: str, said: str) -> None:
    assert said in opened(page, name)


def test_counts_say_that_not_all_are_shown(page: str) -> None:
    shown = len(screening().opened)
    assert "Listed are the first 2 of 280; all are in verdicts.csv." in words(page)
    assert "2 of 280 eligible, 2 of 2 near misses, 5 of 700 undetermined." in words(page)
    assert f"The other {1400 - shown:,} patients are in verdicts.csv." in words(page)


def test_nothing_is_said_of_others_when_all_are_shown() -> None:
    shown = screening().opened
    verdicts = {verdict: sum(c.verdict is verdict for c in shown) for verdict in Verdict}
    everybody = replace(screening(), patients=len(shown), verdicts=verdicts)
    assert "verdicts.csv" not in screening_page(everybody, "en")


def test_all_near_misses_are_drawn_and_not_only_those_opened() -> None:
    found = screening()
    some = replace(found, openings=(date(2022, 2, 1),) * 140)
    page = screening_page(some, "en")
    assert set(re.findall(r"month: 2022-02; n: (\d+)", page)) == {"140"}
    assert "Listed are the first 2 of 140; all are in verdicts.csv." in words(page)


def test_caveats_stand_at_the_head(page: str) -> None:
    assert "<aside>" not in page
    warned = screening_page(screening(), "en", ["The newest record is <old>."])
    head = warned[: warned.index('id="attrition"')]
    assert "<aside><b>Read this first</b><ul><li>The newest record is &lt;old&gt;.</li>" in head


def test_an_empty_screening_is_a_page_too() -> None:
    nobody = replace(
        screening(),
        opened=(),
        gains=(),
        open_gaps=(),
        coverage=(),
        openings=(),
        patients=0,
        verdicts=dict.fromkeys(Verdict, 0),
    )
    said = words(screening_page(nobody, "en"))
    for sentence in (
        "No patient is opened in this report.",
        "Nobody is eligible from the records alone.",
        "Nobody is refused by time-bound criteria alone.",
        "Nothing is open.",
        "No single change would gain anybody.",
        "No source declares anything complete",
    ):
        assert sentence in said


def test_a_chinese_page_speaks_chinese(chinese: str) -> None:
    assert '<html lang="zh-CN">' in chinese
    assert "下一步问什么" in chinese
    said = opened(chinese, "m-eligible")
    assert "年龄18～70周岁（含两端）。 是" in said
    assert "“病毒性肝炎” / “结核病”" in said
    assert "按无记录推定（接种记录完整）" in said


def english_left_over(page: str) -> Iterator[str]:
    from trialrun.report.voice import ALL_WORDS

    said = words(page[: page.index('<section id="criteria">')])
    for english, _ in ALL_WORDS.values():
        if "{" not in english and len(english) > 12 and english in said:
            yield english


def test_no_english_of_ours_is_left_in_a_chinese_page(chinese: str) -> None:
    assert list(english_left_over(chinese)) == []


# --- pseudonyms -------------------------------------------------------------------------------


def test_with_pseudonyms_nothing_names_a_person(hidden: str) -> None:
    for secret in ("HIS-", NURSE, TOLD, "alert(", "Amyotrophic lateral sclerosis (", "1970-03-05"):
        assert secret not in words(hidden)
    for name in RECORDS:
        assert name not in hidden


def test_with_pseudonyms_the_evidence_is_still_there(hidden: str) -> None:
    said = opened(hidden, "P-" + "0" * 20)
    for evidence in (
        "ICD-10-CM G12.21, from 2020-05, still going on condition#11",
        "LOINC 777-3, 2022-01-10: 210 10*9/L, reference 0.5–350 measurement#3",
        "born 1970",
        "Patients go by pseudonyms",
    ):
        assert evidence in said or evidence in words(hidden)


# --- size -------------------------------------------------------------------------------------


def many(number: int) -> Screening:
    names = [name for name in RECORDS if name not in ("m-too-old", "m-nothing-known")]
    judged = [open_by_hand(name) for name in names]
    return replace(
        screening(),
        opened=tuple(replace(judged[n % len(names)], name=f"P{n:06}") for n in range(number)),
    )


def test_a_further_patient_adds_little() -> None:
    """400 patients stay under 3 MB."""
    ten, thirty = (len(screening_page(many(n), "en").encode()) for n in (10, 30))
    assert (thirty - ten) / 20 < 3_000_000 / 400


def test_the_world_is_what_the_tests_think() -> None:
    assert date(2022, 1, 15) == ON
    assert len(COVERAGE) == 10


def test_paper_says_what_it_lacks() -> None:
    """Closed lists and what a mouse points at are on the screen only; pages have numbers."""
    more = screening().open_gaps * 5
    page = screening_page(replace(screening(), open_gaps=more), "en")
    assert len(more) - FIRST_QUESTIONS == 3
    assert '<p class="note on-paper">3 more questions are not printed' in page
    assert "on-paper" not in screening_page(screening(), "en").partition("</style>")[2]
    assert '<span class="on-screen">A column&#39;s sentence shows when it is pointed at' in page
    assert "counter(page)" in page
