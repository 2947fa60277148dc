"""The words of the pages in two languages: gettext catalogs, read at the start.

The English sentences in templates and code are the msgids; `languages/zh/*.po` holds the Chinese
ones, one file per group of pages. Sentences of the protocol stay in the protocol's language.
Catalogs are read as they are written (about a millisecond a hundred words), so that no compiled
file can be older than what it was compiled from.
"""

from __future__ import annotations

import io
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from trialrun.terminology.ctcae.chinese import CTCAE_IN_CHINESE
from trialrun.terminology.written_units import written_unit

LOCALES = {"zh": Locale.parse("zh_CN"), "en": Locale.parse("en_GB")}
"""British English writes the day before the month: 3 May 2022 is read in one way only."""


_UCUM = re.compile(r"10\*|\[|\bCel\b|\bumol\b")
"""Signs of a unit that people write otherwise."""
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def msgid(text: str) -> str:
    """Mark an English text in code that the pages will show: it needs its translation."""
    return text


@lru_cache
def catalog(language: str) -> NullTranslations:
    """Return the translations of a language; English needs none.

    They are one catalog: in a chain of one for each file, a look-up asks every file before its own.
    """
    folder = files("trialrun.web") / "languages" / language
    if not folder.is_dir():
        return NullTranslations()
    whole = _of_ctcae()
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        for message in read_po(io.BytesIO(path.read_bytes()), abort_invalid=True):
            if message.id:
                whole.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _of_ctcae() -> Catalog:
    """Return the terms of adverse events, whose Chinese the reports use, too: it comes first."""
    made = Catalog(LOCALES["zh"])
    for term, chinese in CTCAE_IN_CHINESE.items():
        made.add(term, chinese)
    return made


def said(language: str, text: str) -> str:
    """Translate a sentence that is known only when it is said, such as an error's, or leave it."""
    if not text:
        return ""
    found = catalog(language).gettext(text)
    if found != text or (language == "en" and not _UCUM.search(text)):
        return found
    return _said_with_values(language, text)


def _said_with_values(language: str, text: str) -> str:
    """Translate a sentence that holds values, by the sentence of the catalog that it fits."""
    for pattern, sentence in _patterns():
        if fits := pattern.fullmatch(text):
            values = {
                name: _SAID_OTHERWISE.get(name, said)(language, part)
                for name, part in fits.groupdict().items()
            }
            return catalog(language).gettext(sentence) % values
    return text


def _said_table(language: str, name: str) -> str:
    """Name a table; one that pages never name stays as it is."""
    named = named_part("en", name)
    found = named_part(language, name)
    return name if found == named else found


_SAID_OTHERWISE: Mapping[str, Callable[[str, str], str]] = {
    "table": _said_table,
    "unit": lambda _, code: written_unit(code),
}
"""How values in sentences are said that are no sentences themselves."""


@lru_cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(sentence))), sentence)
        for sentence in SENTENCES_WITH_VALUES
    )


SENTENCES_WITH_VALUES = (
    msgid("it is outside of its range (at least %(low)s)"),
    msgid("it is outside of its range (at most %(high)s)"),
    msgid("it is outside of its range (%(low)s to %(high)s)"),
    msgid("it is outside of what is plausible (at least %(low)s)"),
    msgid("it is outside of what is plausible (at most %(high)s)"),
    msgid("it is outside of what is plausible (%(low)s to %(high)s)"),
    msgid("correct it; the unit is %(unit)s"),
    msgid("use at most %(number)s letters"),
    msgid("at most %(amount)s %(unit)s"),
    msgid("give it in %(unit)s"),
    msgid("count %(unit)s"),
    msgid("write YYYY, YYYY-MM, YYYY-MM-DD or %(word)s"),
    msgid("less than nothing of this lot would be left %(where)s"),
    msgid("this cannot be done: %(what)s"),
    msgid("candidate becomes %(status)s"),
    msgid("there is no %(table)s %(row)s"),
    msgid("no participant has a %(table)s %(row)s"),
    msgid("no participant has the %(table)s %(row)s"),
    msgid("the trial has no subject %(number)s"),
    msgid("the trial has no participant %(number)s"),
    msgid("a query that is %(status)s cannot be %(step)s"),
    msgid("the next one is %(number)s"),
    msgid("the role %(role)s may not %(verb)s"),
    msgid("to %(verb)s needs a reason"),
)
"""Sentences of errors in which something is put: a message that fits one is said by it."""
_PUT_TOGETHER = (
    msgid("at the site"),
    msgid("in the participant's hands"),
    msgid("correct it"),
    msgid("unscheduled"),
)
"""Parts of sentences that stand in no call which makes an error: marked here to be translated."""


_ASKED_AT = re.compile("asked at visit (?P<visit>.+)")


def given_reason(language: str, text: str) -> str:
    """Translate a reason that the program gave for somebody; what a person typed stands."""
    asked = _ASKED_AT.fullmatch(text)
    if asked is None:
        return text
    sentence = catalog(language).gettext(msgid("asked at visit %(visit)s"))
    return sentence % {"visit": said(language, asked["visit"])}


_ISO_DAY = re.compile(r"(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])", re.ASCII)
_OWN_PARTS = {"dose": msgid("Dose given or missed")}
"""Parts whose name alone could be taken for another thing: a dose is an amount, too."""


def named_part(language: str, name: str) -> str:
    """Name a table or a column: `form_value` as Form value, in the language."""
    return said(language, part_words(name))


def part_words(name: str) -> str:
    """Return the English words for a table or a column."""
    return _OWN_PARTS.get(name) or name.replace("_", " ").capitalize()


class Titled(Protocol):
    """A thing of the protocol with a title, and perhaps a Chinese one."""

    @property
    def title(self) -> str:
        """The title in the protocol's language."""

    @property
    def title_zh(self) -> str:
        """The Chinese title; empty: none."""


def titled(language: str, thing: Titled) -> str:
    """Return the title of a thing of the protocol, in Chinese where it has one."""
    return thing.title_zh if language == "zh" and thing.title_zh else thing.title


def moment(language: str, at: datetime, zone: ZoneInfo) -> str:
    """Write a moment in the hospital's time, to the second."""
    return format_datetime(at, "medium", tzinfo=zone, locale=LOCALES[language])


@lru_cache(maxsize=4096)
def day(language: str, on: date) -> str:
    """Write a day; a list holds the same days many times."""
    return format_date(on, "medium", locale=LOCALES[language])


def with_days(language: str, text: str) -> str:
    """Write the days in a text that the program made as the pages write days."""
    return _ISO_DAY.sub(lambda found: partial_day(language, found[0]), text)


def partial_day(language: str, written: str) -> str:
    """Write a day that is known in full, to the month or to the year; other texts are said."""
    found = _PARTIAL.fullmatch(written)
    if found is None:
        return said(language, written)
    year, month, day_of_month = (int(part or 1) for part in found.groups())
    try:
        on = date(year, month, day_of_month)
    except ValueError:
        return written
    if found[3]:
        return day(language, on)
    return format_skeleton("yMMM" if found[2] else "y", on, locale=LOCALES[language])


def span(language: str, first: str, last: str) -> str:
    """Write the days between which a date lies: a whole month or year as that."""
    if first == last:
        return partial_day(language, first)
    if last[4:] == "-12-31" and first == f"{last[:4]}-01-01":
        return partial_day(language, last[:4])
    month = last[:7]
    if first == f"{month}-01" and last == f"{month}-{_days_in(month):02}":
        return partial_day(language, month)
    return f"{partial_day(language, first)} – {partial_day(language, last)}"


def _days_in(month: str) -> int:
    """Return the days of a month that is written as YYYY-MM; 0: that is none."""
    try:
        start = date.fromisoformat(f"{month}-01")
    except ValueError:
        return 0
    return monthrange(start.year, start.month)[1]


def number(language: str, value: Decimal | int) -> str:
    """Write a number with all the digits that it has."""
    return format_decimal(value, locale=LOCALES[language], decimal_quantization=False)
