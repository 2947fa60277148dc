"""What was typed into a form, read: typed values and derived ones, or every problem at once.

Fields are named by item: `speech` is its value, and beside it stand

* `speech:reason`: why an implausible value is right, or why the item was not done;
* `speech:not-done`: anything but nothing, if it was not done;
* `speech:lower`, `speech:upper`: the laboratory's limits of normal.

Pure. Refuses nothing in silence: what was typed is kept as it was typed, and what does not belong
to the form is a problem. No message repeats a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from trialrun.conduct.derived import derived_values
from trialrun.conduct.typed import MisreadError, Value, read_limit, read_value
from trialrun.errors import Problem
from trialrun.protocol.forms import Form, Item

NOT_DONE, REASON, LOWER, UPPER = "not-done", "reason", "lower", "upper"
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Entered:
    """What is held of one item: its value, or that it was not done, with the reason.

    `value` is None if the item was left empty or not done; a `reason` also stands for an
    implausible value. `lower` and `upper` are the laboratory's limits of normal, in the item's
    unit.
    """

    item: str
    value: Value | None
    not_done: bool = False
    reason: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True)
class FilledForm:
    """A form as it was filled in.

    `typed` is what was typed, by field. `entered` has every item that could be read; `derived`
    every derived item, None where one of its parts is missing. With problems, nothing of it may be
    kept.
    """

    form: Form
    typed: Mapping[str, str]
    entered: Mapping[str, Entered]
    derived: Mapping[str, Decimal | None]
    problems: tuple[Problem, ...]


def fill_in(form: Form, typed: Mapping[str, str], *, on: date) -> FilledForm:
    """Read what was typed into a form on a day: no date of it lies later.

    Problems are named by field, in the order of the form.
    """
    reading = _Reading({field: text.strip() for field, text in typed.items()}, on)
    entered = {item.id: held for item in form.items if (held := reading.entered(item))}
    unknown = _unknown_fields(form, typed)
    return FilledForm(
        form=form,
        typed=MappingProxyType(dict(typed)),
        entered=MappingProxyType(entered),
        derived=MappingProxyType(derived_values(form, _values(entered))),
        problems=(*reading.problems, *unknown),
    )


def _values(entered: Mapping[str, Entered]) -> dict[str, Value]:
    return {name: held.value for name, held in entered.items() if held.value is not None}


def _unknown_fields(form: Form, typed: Mapping[str, str]) -> Iterator[Problem]:
    known = {field for item in form.items for field in fields_of(item)}
    computed = {derived.id for derived in form.derived}
    for field in typed:
        if field in computed:
            yield Problem(field, "it is computed from other items", "leave it out")
        elif field not in known:
            yield Problem(field, "the form has no such field", "open the form again")


def fields_of(item: Item) -> tuple[str, ...]:
    """Return the names of the fields that an item has."""
    limits = (LOWER, UPPER) if item.limits_of_normal else ()
    return (item.id, *(f"{item.id}:{part}" for part in (REASON, NOT_DONE, *limits)))


class _Reading:
    """Reads item after item, and keeps the problems on the way."""

    def __init__(self, typed: Mapping[str, str], on: date) -> None:
        self.typed = typed
        self.on = on
        self.problems: list[Problem] = []

    def entered(self, item: Item) -> Entered | None:
        """Return what is held of an item; None if it has a problem that leaves nothing to hold."""
        reason = self._part(item, REASON)
        if len(reason) > LONGEST_REASON:
            self._refuse(item, "it is too long", f"use at most {LONGEST_REASON} letters", REASON)
        if self._part(item, NOT_DONE):
            return self._not_done(item, reason)
        if not self.typed.get(item.id):
            return self._empty(item)
        before = len(self.problems)
        value = self._value(item)
        lower, upper = self._limits(item)
        if value is not None and not value.is_plausible and not reason:
            found = f"it is outside of what is plausible ({item.plausible})"
            self._refuse(item, found, "correct it, or write why it is right", REASON)
        if value is None or len(self.problems) > before:
            return None
        return Entered(item.id, value, reason=reason, lower=lower, upper=upper)

    def _part(self, item: Item, part: str) -> str:
        return self.typed.get(f"{item.id}:{part}", "")

    def _refuse(self, item: Item, found: str, remedy: str, part: str = "") -> None:
        field = f"{item.id}:{part}" if part else item.id
        self.problems.append(Problem(field, found, remedy))

    def _not_done(self, item: Item, reason: str) -> Entered | None:
        if any(self.typed.get(field) for field in (item.id, *_limit_fields(item))):
            self._refuse(item, "it has a value, and is marked as not done", "keep one of them")
            return None
        if not reason:
            self._refuse(item, "it was not done, without a reason", "say why", REASON)
            return None
        return Entered(item.id, None, not_done=True, reason=reason)

    def _empty(self, item: Item) -> Entered | None:
        if item.required:
            remedy = "write a value, or mark it as not done and say why"
            self._refuse(item, "it is empty", remedy)
            return None
        if any(self.typed.get(field) for field in (f"{item.id}:{REASON}", *_limit_fields(item))):
            self._refuse(item, "it is empty, and something is written beside it", "write a value")
            return None
        return Entered(item.id, None)

    def _value(self, item: Item) -> Value | None:
        try:
            return read_value(item, self.typed[item.id], self.on)
        except MisreadError as error:
            self._refuse(item, error.found, error.remedy)
            return None

    def _limits(self, item: Item) -> tuple[Decimal | None, Decimal | None]:
        lower, upper = (self._limit(item, part) for part in (LOWER, UPPER))
        if lower is not None and upper is not None and lower > upper:
            self._refuse(item, "the lower limit is above the upper", "exchange them", LOWER)
        return lower, upper

    def _limit(self, item: Item, part: str) -> Decimal | None:
        text = self._part(item, part)
        if not text or not item.limits_of_normal:
            return None
        try:
            return read_limit(text)
        except MisreadError as error:
            self._refuse(item, error.found, error.remedy, part)
            return None


def _limit_fields(item: Item) -> tuple[str, str]:
    return f"{item.id}:{LOWER}", f"{item.id}:{UPPER}"
