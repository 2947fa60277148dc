"""The words of the pages in two languages: gettext catalogs, read at the start.

The English sentences in templates and code are the msgids; `languages/zh/*.po` holds the Chinese
ones, one file per group of pages. Sentences of the protocol stay in the protocol's language.
Catalogs are read as they are written (about a millisecond a hundred words), so that no compiled
file can be older than what it was compiled from.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = {"zh": Locale.parse("zh_CN"), "en": Locale.parse("en_GB")}
"""British English writes the day before the month: 3 May 2022 is read in one way only."""


_UNITS = (("[iU]", "IU"), ("mm[Hg]", "mmHg"), ("Cel", "°C"), ("umol", "µmol"))
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def msgid(text: str) -> str:
    """Mark an English text in code that the pages will show: it needs its translation."""
    return text


@lru_cache
def catalog(language: str) -> NullTranslations:
    """Return the translations of a language; English needs none."""
    whole: NullTranslations = NullTranslations()
    folder = files("trialrun.web") / "languages" / language
    if not folder.is_dir():
        return whole
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        compiled = io.BytesIO()
        write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), abort_invalid=True))
        compiled.seek(0)
        part = GNUTranslations(compiled)
        part.add_fallback(whole)
        whole = part
    return whole


def said(language: str, text: str) -> str:
    """Translate a sentence that is known only when it is said, such as an error's, or leave it."""
    return catalog(language).gettext(text) if text else ""


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


def unit(code: str | None) -> str:
    """Write a UCUM unit as people do: 10*9/L as 10⁹/L, [iU] as IU."""
    text = re.sub(r"10\*(\d+)", lambda found: "10" + found[1].translate(_RAISED), code or "")
    for ucum, written in _UNITS:
        text = text.replace(ucum, written)
    return text


def moment(language: str, at: datetime, zone: ZoneInfo) -> str:
    """Write a moment in the hospital's time, to the second."""
    return format_datetime(at, "medium", tzinfo=zone, locale=LOCALES[language])


def day(language: str, on: date) -> str:
    """Write a day."""
    return format_date(on, "medium", locale=LOCALES[language])


def number(language: str, value: Decimal | int) -> str:
    """Write a number with all the digits that it has."""
    return format_decimal(value, locale=LOCALES[language], decimal_quantization=False)
