from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

import trialrun.report
from trialrun.records.dates import Span, parse_span
from trialrun.records.schema import Kind, Route
from trialrun.report.symbols import SYMBOLS
from trialrun.report.voice import ALL_WORDS, Voice
from trialrun.report.words import WORDS
from trialrun.report.words_of_files import WORDS_OF_FILES
from trialrun.report.words_of_flow import WORDS_OF_FLOW
from trialrun.report.words_of_patients import WORDS_OF_PATIENTS
from trialrun.screening.verdict import Death, Verdict

ROOM = Path(trialrun.report.__file__).parent
SOURCES = "\n".join(
    path.read_text("utf-8")
    for pattern in ("*.py", "templates/*.html", "../workflows/*.py", "../cli/*.py")
    for path in ROOM.glob(pattern)
    if not path.name.startswith(("words", "archive", "evaluation"))
    # The archive and the evaluation have words of their own.
    and "EvaluationVoice" not in path.read_text("utf-8")
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", ALL_WORDS)
def test_every_word_is_there_in_both_languages_with_the_same_values(key: str) -> None:
    english, chinese = ALL_WORDS[key]
    assert english
    assert chinese
    for number in english.split("|"):
        assert fields(number) == fields(chinese)


def test_what_is_no_number_or_name_is_translated() -> None:
    same = {key for key, (english, chinese) in ALL_WORDS.items() if english == chinese}
    assert same == set()


def test_the_tables_share_no_key() -> None:
    own = (WORDS, WORDS_OF_PATIENTS, WORDS_OF_FILES, WORDS_OF_FLOW)
    assert len(ALL_WORDS) == sum(map(len, own))


def test_no_word_is_left_over() -> None:
    """Each key is written in the code or a template, or is the value of an enumeration."""
    enumerated = {*Kind, *Route, *Verdict, *Death, "inclusion", "exclusion", "obligation", *SYMBOLS}
    enumerated |= {"error", "warning", "rejected", "ignored", "repaired", "positive", "negative"}
    unused = [
        key
        for key in ALL_WORDS.keys() - enumerated
        if not re.search(rf"[\"']{re.escape(key)}[\"']", SOURCES)
        and not key.startswith(("stage_", "sex_"))
        and not key.endswith("_means")
    ]
    assert unused == []


def test_every_key_that_is_said_is_in_the_table() -> None:
    said = set(re.findall(r"\bsay\(\s*\"([\w-]+)\"[,)]", SOURCES))
    assert len(said) > 100
    assert said <= ALL_WORDS.keys()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_name(kind: Kind) -> None:
    assert kind in ALL_WORDS


@pytest.mark.parametrize("route", Route)
def test_every_route_has_a_name(route: Route) -> None:
    assert route in ALL_WORDS


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, "The other 1 patient is in verdicts.csv."),
        (2, "The other 2 patients are in verdicts.csv."),
        (1391, "The other 1,391 patients are in verdicts.csv."),
    ],
)
def test_singular_plural_and_thousands(n: int, said: str) -> None:
    assert Voice("en", {}).say("rest_in_csv", n=n) == said


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        (parse_span("2019"), "2019", "2019"),
        (parse_span("2019-05"), "2019-05", "2019-05"),
        (parse_span("2019-05-31"), "2019-05-31", "2019-05-31"),
        (Span(date(1, 1, 1), date(9999, 12, 31)), "on an unknown day", "日期不详"),
        (
            Span(date(2019, 5, 3), date(2019, 6, 1)),
            "2019-05-03 to 2019-06-01",
            "2019-05-03至2019-06-01",
        ),
        (
            Span(date(1, 1, 1), date(2019, 6, 1)),
            "any time before to 2019-06-01",
            "此前任何时间至2019-06-01",
        ),
    ],
)
def test_days_are_written_as_precisely_as_they_are_known(
    span: Span, english: str, chinese: str
) -> None:
    assert Voice("en", {}).day(span) == english
    assert Voice("zh", {}).day(span) == chinese
