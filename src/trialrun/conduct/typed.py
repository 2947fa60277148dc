"""One value of a form, from the text that was typed.

Numbers are exact decimals. Full-width digits and signs, as Chinese keyboards write them, are read
as their plain ones; a comma is no decimal point. Refuses without repeating what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from trialrun.conduct.days import FIRST_DAY
from trialrun.conduct.texts import problems_of_text
from trialrun.protocol.forms import Item, ItemType

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_COMPARED = re.compile(r"([<>])\s*(\S+)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YES_NO = {"yes": True, "no": False}

Comparator = Literal["", "<", ">"]


class MisreadError(Exception):
    """What was typed is no value of its item: what was found, and what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        self.found = found
        self.remedy = remedy
        super().__init__(found)


@dataclass(frozen=True)
class Value:
    """A value of an item, in its unit; of a choice, the code.

    `comparator`: the true value lies below (`<`) or above (`>`) the number, which is a limit of
    what the laboratory can measure.
    """

    content: int | Decimal | bool | date | str
    comparator: Comparator = ""
    is_plausible: bool = True

    @property
    def number(self) -> Decimal | None:
        """The number to compute with; None if it is none, or known only to lie beyond it."""
        if self.comparator or isinstance(self.content, (bool, date, str)):
            return None
        return Decimal(self.content)


def read_value(item: Item, typed: str, on: date) -> Value:
    """Return the value of an item that was typed on a day.

    Raises:
        MisreadError: it is none.
    """
    text = _plain(typed)
    if item.type.is_numeric:
        return _numeric(item, text)
    if item.type is ItemType.DATE:
        return Value(_day(text, on))
    if item.type is ItemType.YES_NO:
        return Value(_yes_no(text))
    if item.type is ItemType.CHOICE:
        return Value(_code(item, typed))
    return Value(_text(typed))


def read_limit(typed: str) -> Decimal:
    """Return a limit of normal.

    Raises:
        MisreadError: it is no number.
    """
    return _decimal(_plain(typed))


def _plain(typed: str) -> str:
    """Return full-width characters as plain ones, and the minus sign as a hyphen."""
    return unicodedata.normalize("NFKC", typed).strip().replace("\N{MINUS SIGN}", "-")


def _numeric(item: Item, text: str) -> Value:
    comparator, digits = _compared(item, text)
    number = _decimal(digits)
    if item.type is ItemType.INTEGER and number != number.to_integral_value():
        raise MisreadError("it is no whole number", "write a whole number")
    if item.range and number not in item.range:
        raise MisreadError(f"it is outside of its range ({item.range})", _unit_reminder(item))
    is_plausible = item.plausible is None or number in item.plausible
    content = int(number) if item.type is ItemType.INTEGER else number
    return Value(content, comparator, is_plausible)


def _compared(item: Item, text: str) -> tuple[Comparator, str]:
    match = _COMPARED.fullmatch(text)
    if match is None:
        return "", text
    if not item.detection_limit:
        raise MisreadError("it is a limit, not a value", "write a number without < or >")
    return "<" if match[1] == "<" else ">", match[2]


def _decimal(text: str) -> Decimal:
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if "," in text:
        raise MisreadError("it holds a comma", "write a decimal point, and no comma for thousands")
    raise MisreadError("it is no number", "write digits only, such as 12 or 0.5")


def _unit_reminder(item: Item) -> str:
    return f"correct it; the unit is {item.unit}" if item.unit else "correct it"


def _day(text: str, on: date) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        raise MisreadError("there is no such day", "look at the calendar") from None
    if day is None:
        raise MisreadError("it is no day", "write it like 2022-01-15")
    if day > on:
        raise MisreadError("it lies after the day of the form", "correct one of them")
    if day < FIRST_DAY:
        raise MisreadError("it lies before 1900", "correct the year")
    return day


def _yes_no(text: str) -> bool:
    if text not in _YES_NO:
        raise MisreadError("it is neither yes nor no", "choose one of them")
    return _YES_NO[text]


def _code(item: Item, text: str) -> str:
    if text not in {choice.code for choice in item.choices}:
        raise MisreadError("it is none of the choices", "choose one of them")
    return text


def _text(text: str) -> str:
    for problem in problems_of_text("typed", text):
        raise MisreadError(problem.found, problem.remedy)
    return text
