"""Both languages: everything that is shown has its translation, and nothing is left over."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message
from tests.web.catalogs import (
    CATALOGS,
    WEB,
    catalogs,
    left_over,
    messages,
    missing,
    needed,
    refusals_with_values,
)

from trialrun.web import words

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def test_the_search_finds_what_is_there() -> None:
    assert {
        "Sign in",
        "Candidates",
        "it is empty",
        "investigator",
        "enrol",
        "locked until %(time)s",
        ("%(num)d problem was found", "%(num)d problems were found"),
        "the name or the password is wrong, or the account is locked for 15 minutes"
        " after 5 wrong ones",
    } <= needed()


def test_everything_has_a_chinese_translation() -> None:
    assert sorted(map(str, missing())) == []


def test_every_refusal_in_which_something_is_put_is_said_in_chinese() -> None:
    assert [text for text in refusals_with_values() if words.said("zh", text) == text] == []
    assert len(refusals_with_values()) >= 20


# What is refused, as code puts it together | as a Chinese page says it
REFUSALS = [
    ("the role monitor may not invite", "角色“监查员”无权执行“邀请”"),
    ("this cannot be done: record this dose", "无法执行：登记此次给药"),
    ("there is no visit 7", "没有编号为7的访视"),
    ("there is no medication_period 7", "没有编号为7的用药剂量时段"),
]


@pytest.mark.parametrize(("english", "chinese"), REFUSALS)
def test_what_is_put_into_a_refusal_is_translated_too(english: str, chinese: str) -> None:
    assert words.said("zh", english) == chinese


def test_a_name_is_an_accounts_only_where_somebody_signs_in() -> None:
    """A medication has a name, too, which its verification shows."""
    assert words.named_part("zh", "name") == "名称"
    assert words.said("zh", "Account name") == "账户名"


def test_a_reason_of_the_program_is_translated_and_a_typed_one_stands() -> None:
    assert words.given_reason("zh", "asked at visit V2") == "于访视V2时询问"
    assert words.given_reason("zh", "asked at visit unscheduled") == "于访视（计划外）时询问"
    assert words.given_reason("en", "asked at visit V2") == "asked at visit V2"
    assert words.given_reason("zh", "unknown") == "unknown"


def test_nothing_is_left_over() -> None:
    assert sorted(map(str, left_over())) == []


def test_no_text_stands_in_two_catalogs() -> None:
    ids = [str(message.id) for _, message in messages()]
    assert len(CATALOGS) == len(catalogs()) >= 3
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "message", [one for _, one in messages()], ids=lambda one: str(one.id)[:40]
)
def test_placeholders_agree_and_the_translation_is_chinese(message: Message) -> None:
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    translated = [message.string] if isinstance(message.string, str) else list(message.string or ())
    for text in translated:
        assert sorted(_PLACEHOLDER.findall(text)) == sorted(_PLACEHOLDER.findall(texts[0]))
        assert re.search("[\u3000-\u9fff\uff00-\uffef]", text), text
        assert not re.search("[\u4e00-\u9fff][,;?:(]", text), "punctuation of another language"
        # The style sheet sets Chinese apart from Latin and numbers; a blank would do so twice.
        assert not re.search("[\u4e00-\u9fff] [%\\w]|[%\\w] [\u4e00-\u9fff]", text), text


def test_templates_hold_no_words_of_their_own() -> None:
    """Whatever a person reads goes through `_` or `said`; names of languages are their own."""
    own = {"English", "中文", "trialrun", "utf-8"}
    for path in sorted((WEB / "templates").glob("*.html")):
        assert set(bare_words(path)) <= own, path.name


def bare_words(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{% block width %\}\w+\{% endblock %\}", " ", text)  # a class
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.S)
    text = re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"", " ", text, flags=re.S)
    return re.findall(r"[^\W\d_]{2,}", text)


def test_a_text_without_translation_stays_english() -> None:
    assert words.said("zh", "a sentence that nobody has translated") == (
        "a sentence that nobody has translated"
    )
    assert words.said("zh", "") == ""
    assert words.said("en", "enrol") == "enrol"
    assert words.said("zh", "enrol") == "入组"


# By Unicode CLDR, for zh-Hans-CN and en-GB
def test_moments_days_and_numbers_are_written_as_people_do() -> None:
    at, zone = datetime(2022, 1, 14, 23, 2, 3, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
    assert words.moment("en", at, zone) == "15 Jan 2022, 07:02:03"
    assert words.moment("zh", at, zone) == "2022年1月15日 07:02:03"
    assert words.day("en", date(2022, 5, 3)) == "3 May 2022"
    assert words.day("zh", date(2022, 5, 3)) == "2022年5月3日"
    assert words.number("en", Decimal("1234567.8900")) == "1,234,567.89"
    assert words.number("zh", 1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("2026-11-26", "26 Nov 2026", "2026年11月26日"),
        ("2026-11", "Nov 2026", "2026年11月"),
        ("2026", "2026", "2026年"),
        ("unknown", "unknown", "未知"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
    ],
)
def test_a_day_is_written_as_far_as_it_is_known(written: str, english: str, chinese: str) -> None:
    assert (words.partial_day("en", written), words.partial_day("zh", written)) == (
        english,
        chinese,
    )


@pytest.mark.parametrize(
    ("first", "last", "chinese"),
    [
        ("2025-04-01", "2025-04-30", "2025年4月"),
        ("2024-02-01", "2024-02-29", "2024年2月"),
        ("2025-01-01", "2025-12-31", "2025年"),
        ("2025-04-01", "2025-04-01", "2025年4月1日"),
        ("2025-04-01", "2025-04-29", "2025年4月1日 – 2025年4月29日"),
        ("2025-04-01", "unknown", "2025年4月1日 – 未知"),
    ],
)
def test_a_whole_month_or_year_is_called_so(first: str, last: str, chinese: str) -> None:
    assert words.span("zh", first, last) == chinese


def test_units_in_errors_are_written_as_people_do() -> None:
    for language, sentence in (
        ("en", "correct it; the unit is 10⁹/L"),
        ("zh", "请更正；单位为10⁹/L"),
    ):
        assert words.said(language, "correct it; the unit is 10*9/L") == sentence
