"""The archive of a participant: everything is there, nothing reaches out, nothing runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from tests.conduct.clinic import ZONE
from tests.exchange.world import HOSPITAL_IDS, LAST, PROTOCOL, SCRIPT, conducted

from trialrun.conduct.creation import create
from trialrun.conduct.database import Database, connect, private_sqlite_url
from trialrun.conduct.reading.archive import oversight_of
from trialrun.conduct.reading.whole import whole_trial
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.adverse_events import ActionTaken, Causality, Expectedness, Outcome
from trialrun.conduct.tables.candidates import WithdrawalScope
from trialrun.conduct.tables.deviations import DeviationKind, DeviationOrigin, DeviationStatus
from trialrun.conduct.tables.doses import DoseSite, DoseStatus, LedgerKind
from trialrun.conduct.tables.participants import EndOfParticipation, ParticipantStatus
from trialrun.conduct.tables.queries import QueryStatus, QueryStep
from trialrun.conduct.tables.visits import Contact
from trialrun.criteria.wording import Language
from trialrun.errors import NotFoundError
from trialrun.exchange.tables import LEDGER_COLUMNS, TABLES
from trialrun.protocol.design import Recipient
from trialrun.report.acts import act_in_words
from trialrun.report.archive_codes import CODED, code_in_words
from trialrun.report.archive_page import archive_page
from trialrun.report.archive_words import _WORDS
from trialrun.web.words import said

LANGUAGES: tuple[Language, ...] = ("en", "zh")
TABLES_BY_ID = {"ledger": LEDGER_COLUMNS, **{table.id: table.columns for table in TABLES}}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = connect(private_sqlite_url(tmp_path_factory.mktemp("trial") / "trial.db"))
    create(opened)
    conducted(opened)
    yield opened
    opened.close()


def archive(held: Database, number: str = "001", language: Language = "en") -> str:
    with held.reading() as session:
        data = whole_trial(session, PROTOCOL, ZONE, LAST)
        oversight = oversight_of(session, number)
    return archive_page(PROTOCOL, data, number, oversight, language, ZONE)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))


def test_everything_is_there(held: Database) -> None:
    shown = words(archive(held))
    for text in (
        "Dr Fan",  # who obtained the consent
        "no gain after two courses",  # the reason of an answer
        "18-70 years old;",  # a criterion's own sentence
        "V3 · Week 8 · missed",
        "travelling",
        "Cutting food, handling utensils",
        "1.95 10⁹/L",
        "3.5 – 9.5",
        "White blood cell decreased: 2",
        "Total score 48",
        "fever of grade 2",  # why a dose was held
        "riluzole",
        "2021-05",
        "ceftriaxone",
        "the next visit was called for",  # the action on a deviation
        "please check the source",  # a query
        "I have reviewed these data",  # a signature
        "misread from the sheet",  # the reason of a correction, in the trail
        "another participant's",  # why an event was taken back
        "dispensed",
    ):
        assert text in shown, text


def test_the_head_of_the_chain_is_printed(held: Database) -> None:
    with held.reading() as session:
        head = whole_trial(session, PROTOCOL, ZONE, LAST).head
    assert head in archive(held)


def test_times_are_those_of_the_hospital(held: Database) -> None:
    assert "2022-01-17 12:00:00+08:00" in words(archive(held))


def test_a_signature_says_whether_it_still_holds(held: Database) -> None:
    signatures = archive(held).split('<section id="signatures">')[1].split("</section>")[0]
    assert words(signatures).rstrip().endswith("yes")


def test_a_value_that_a_correction_replaced_is_in_the_trail(held: Database) -> None:
    trail = archive(held).split('<section id="trail">')[1]
    assert "<li>typed: <del>20.5</del> → <ins>1.95</ins></li>" in trail


def test_nothing_reaches_out_and_nothing_runs(held: Database) -> None:
    page = archive(held)
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object)\b|(src|href)=\"(?!#)", page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert SCRIPT in unescape(page)


def test_it_prints(held: Database) -> None:
    assert "@page{size:A4" in archive(held)


def test_it_speaks_chinese(held: Database) -> None:
    page = archive(held, language="zh")
    assert '<html lang="zh-CN">' in page
    shown = words(page)
    for text in ("受试者完整档案", "稽查轨迹链首", "言语", "知情同意", "严重不良事件"):
        assert text in shown, text
    assert "Nothing is recorded." not in shown
    for text in (
        "参加中",
        "左侧腹部",
        "已给药",
        "发放",
        "白细胞计数",
        "白细胞计数降低: 2",
        "已回复",
    ):
        assert text in shown, text
    data = words(page.split('<section id="trail">')[0])
    for text in ("taking part", "left abdomen", "dispensed", "Wbc", "wbc", "10*9/L"):
        assert text not in data, text


def test_what_the_program_found_is_described_in_the_language_of_the_archive(held: Database) -> None:
    with held.reading() as session:
        data = whole_trial(session, PROTOCOL, ZONE, LAST)
        oversight = oversight_of(session, "001")
    first = next(one for one in data.subjects if one.number == "001")
    found = replace(first.deviations[0], description_zh="访视V3：未完成")
    told = replace(first, deviations=(found, *first.deviations[1:]))
    data = replace(data, subjects=(told,))
    shown = {
        language: words(archive_page(PROTOCOL, data, "001", oversight, language, ZONE))
        for language in LANGUAGES
    }
    assert "访视V3：未完成" in shown["zh"]
    assert "访视V3：未完成" not in shown["en"]


def test_every_code_of_a_column_of_codes_is_said_in_chinese() -> None:
    """In the words of the pages: two names for one thing would be two things."""
    named = {
        *ParticipantStatus,
        *EndOfParticipation,
        *Contact,
        *DoseStatus,
        *DoseSite,
        *LedgerKind,
        *ActionTaken,
        *Causality,
        *Expectedness,
        *Outcome,
        *Recipient,
        *DeviationKind,
        *DeviationOrigin,
        *DeviationStatus,
        *QueryStatus,
        *QueryStep,
        *WithdrawalScope,
    }
    for code in named:
        assert code_in_words(code, "zh") == said("zh", code) != code
        assert code_in_words(code, "en") == code
    for table, columns in CODED.items():
        held = TABLES_BY_ID[table]
        assert columns <= {column.id for column in held}, table


@pytest.mark.parametrize("word", [*Verb, *Role, "program"])
def test_acts_and_roles_of_the_trail_are_said_as_the_pages_say_them(word: str) -> None:
    assert act_in_words(word, "zh") == said("zh", word) != word
    assert act_in_words(word, "en") == word


def test_the_trail_says_acts_in_words_and_what_was_written_as_it_is_kept(held: Database) -> None:
    shown = words(archive(held, "001", "zh"))
    assert "入组" in shown.partition("按数据库及其哈希链中的原样列出")[2]
    assert "participant/1 · 新增" in shown


def test_who_was_not_enrolled_has_an_archive_too(held: Database) -> None:
    shown = words(archive(held, "S3"))
    assert "not enrolled" in shown
    assert "white blood cells too low" in shown


def test_an_archive_shows_one_participant_only(held: Database) -> None:
    assert "too far to travel" in archive(held, "002")
    assert "too far to travel" not in archive(held, "001")


def test_no_hospital_id_is_in_it(held: Database) -> None:
    assert not any(
        name in archive(held, number) for name in HOSPITAL_IDS for number in ("001", "S3")
    )


def test_there_is_no_archive_of_whoever_did_not_consent(held: Database) -> None:
    with held.reading() as session:
        for number in ("S4", "S1", "9"):
            with pytest.raises(NotFoundError):
                oversight_of(session, number)


def test_every_word_is_in_both_languages() -> None:
    assert all(en and zh and en != zh for en, zh in _WORDS.values())
