"""Days, times, numbers and choices from a form's fields, with everything that is wrong at once.

    typed = Typed(form)
    day, amount = typed.day("day"), typed.number("amount")
    typed.done()

Until `done` has passed, what it returns for a field that is wrong is a stand-in that nobody uses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from trialrun.conduct.days import FIRST_DAY, LAST_DAY
from trialrun.errors import Problem, RefusedError
from trialrun.web.forms import Form, whole_number

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)
_MOST_DIGITS = 20
_CLOCK = re.compile(r"\d{2}:\d{2}(?::\d{2})?", re.ASCII)


class Typed:
    """Reads the fields of one form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._problems: list[Problem] = []

    def day(self, name: str) -> date:
        """Return a day that must be there."""
        try:
            day = date.fromisoformat(_plain(self._form[name]))
        except ValueError:
            self._refuse(name, "it is no day", "write it like 2022-01-15")
            return date.min
        if day < FIRST_DAY:
            self._refuse(name, "it lies before 1900", "correct the year")
            return date.min
        if day > LAST_DAY:
            self._refuse(name, "it lies after 2199", "correct the year")
            return date.min
        return day

    def moment(self, day: str, clock: str, zone: tzinfo) -> datetime:
        """Return a moment from a day and a time of the hospital's clocks."""
        on = self.day(day)
        try:
            at = time.fromisoformat(_clock(self._form[clock]))
        except ValueError:
            self._refuse(clock, "it is no time", "write it like 09:30")
            at = time.min
        if on == date.min:
            return datetime.min.replace(tzinfo=UTC)
        return datetime.combine(on, at, zone).astimezone(UTC)

    def number(self, name: str) -> Decimal:
        """Return a number that must be there."""
        found = self._number(name)
        if found is None:
            self._refuse(name, "it is no number", "write digits only, such as 12 or 0.5")
        return found or Decimal(0)

    def number_or_none(self, name: str) -> Decimal | None:
        """Return a number, or None where nothing was typed."""
        return self.number(name) if self._form[name].strip() else None

    def count(self, name: str) -> int:
        """Return a whole number that must be there."""
        found = whole_number(_plain(self._form[name]))
        if found is None:
            self._refuse(name, "it is no whole number", "write a whole number")
        return found or 0

    def id_or_none(self, name: str) -> int | None:
        """Return the id of a row, or None where nothing was sent; nothing else stands for none."""
        found = whole_number(self._form[name])
        if found is None and self._form[name].strip():
            self._refuse(name, "it is no row of this page", "open the page again")
        return found

    def choice(self, name: str, kind: type[ChoiceT]) -> ChoiceT:
        """Return one of the words of a list."""
        try:
            return kind(self._form[name])
        except ValueError:
            self._refuse(name, "nothing is chosen", "choose one of the list")
            return next(iter(kind))

    def done(self, others: Sequence[Problem] = ()) -> None:
        """Go on, if nothing was wrong; `others` are told, too, if something was.

        Raises:
            RefusedError: with every problem.
        """
        if self._problems:
            raise RefusedError("this cannot be read", [*others, *self._problems])

    def _refuse(self, name: str, found: str, remedy: str) -> None:
        self._problems.append(Problem(name, found, remedy))

    def _number(self, name: str) -> Decimal | None:
        text = _plain(self._form[name])
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
        is_plain = (
            text.isascii() and number.is_finite() and "e" not in text.lower() and "_" not in text
        )
        return number if is_plain and len(text) <= _MOST_DIGITS else None


def _clock(text: str) -> str:
    """Return a time without an offset, which the hospital's clocks do not have.

    Raises:
        ValueError: it is written in another way.
    """
    if not _CLOCK.fullmatch(plain := _plain(text)):
        raise ValueError("it is no time")
    return plain


def _plain(text: str) -> str:
    """Return full-width digits, as Chinese keyboards write them, as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()
