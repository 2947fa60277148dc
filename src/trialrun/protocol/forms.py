"""The forms of a trial: what is written down of each assessment, and what is computed from it.

Frozen, and written out: what the file repeats stands here item by item. What a form says against
itself is for `form_checks`; what somebody typed into one, for the room that runs the trial.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trialrun.criteria.formulas import Sex


class ItemType(StrEnum):
    """What kind of value an item takes."""

    INTEGER = "integer"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes-no"
    DATE = "date"
    TEXT = "text"

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers, with which one can compute."""
        return self in (ItemType.INTEGER, ItemType.NUMBER)


class Rule(StrEnum):
    """How a derived item is computed; always from complete items only.

    `PERCENT` is the sum as a percentage of its way from the lowest to the highest possible sum.
    """

    SUM = "sum"
    PERCENT = "percent"
    MEAN = "mean"


@dataclass(frozen=True)
class Bounds:
    """The numbers from `low` to `high`, both included; None where a side is open."""

    low: Decimal | None
    high: Decimal | None

    def __contains__(self, number: Decimal) -> bool:
        return (self.low is None or self.low <= number) and (
            self.high is None or number <= self.high
        )

    @property
    def width(self) -> Decimal | None:
        """How far the ends are apart; None if a side is open."""
        return None if self.low is None or self.high is None else self.high - self.low

    def covers(self, inner: Bounds) -> bool:
        """Say whether everything within the other bounds is within these, too."""
        return (self.low is None or (inner.low is not None and self.low <= inner.low)) and (
            self.high is None or (inner.high is not None and inner.high <= self.high)
        )

    def __str__(self) -> str:
        if self.low is None:
            return f"at most {self.high}"
        return f"at least {self.low}" if self.high is None else f"{self.low} to {self.high}"


_NUMBER = r"-?\d{1,12}(?:\.\d{1,12})?"
_BOTH = re.compile(rf"({_NUMBER}) to ({_NUMBER})")
_ONE = re.compile(rf"at (least|most) ({_NUMBER})")


def bounds_of(written: object) -> Bounds:
    """Return the bounds that are written as `0 to 4`, `at least 0` or `at most 100`.

    Raises:
        ValueError: it is written otherwise, or the first number is the larger one.
    """
    text = str(written)
    if one := _ONE.fullmatch(text):
        number = Decimal(one[2])
        return Bounds(number, None) if one[1] == "least" else Bounds(None, number)
    both = _BOTH.fullmatch(text)
    if both is None:
        raise ValueError(f"'{text}' is no range: write it like 0 to 4, or at least 0")
    low, high = Decimal(both[1]), Decimal(both[2])
    if low > high:
        raise ValueError(f"no number is from {low} to {high}: write the smaller one first")
    return Bounds(low, high)


@dataclass(frozen=True)
class Choice:
    """One answer that a choice offers; the code is what is kept."""

    code: str
    title: str
    title_zh: str = ""


@dataclass(frozen=True)
class Item:
    """One thing that is written down.

    A number in a UCUM `unit` ("": none) outside `range` is refused; outside `plausible` it needs a
    reason. `measures`: the value sets of which its value is a measurement. `limits_of_normal`: the
    laboratory's own lower and upper limit may be written beside the value. `detection_limit`: it
    may be written as below or above the limit of what the laboratory can measure (`<1.5`).
    `where` is its place in the protocol's file, as `file:line`.
    """

    id: str
    title: str
    type: ItemType
    title_zh: str = ""
    unit: str = ""
    range: Bounds | None = None
    plausible: Bounds | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = True
    measures: tuple[str, ...] = ()
    limits_of_normal: bool = False
    detection_limit: bool = False
    where: str = ""


@dataclass(frozen=True)
class Derived:
    """What is computed from items, or from derived items before it; missing if one of them is.

    `decimals`: to how many it is rounded (half up) once computed; None: it is not rounded.
    """

    id: str
    title: str
    rule: Rule
    of: tuple[str, ...]
    title_zh: str = ""
    source: str = ""
    decimals: int | None = None
    where: str = ""


@dataclass(frozen=True)
class Form:
    """What is written down of an assessment; `source` is where the form or its scoring comes from.

    `note` says what is ours in it, or what whoever fills it in must know. `only_for`: it is filled
    in for one sex only; None: for everybody.
    """

    id: str
    assessment: str
    title: str
    items: tuple[Item, ...]
    title_zh: str = ""
    derived: tuple[Derived, ...] = ()
    source: str = ""
    note: str = ""
    note_zh: str = ""
    only_for: Sex | None = None
    where: str = ""

    def concerns(self, sex: Sex | None) -> bool:
        """Say whether it is filled in for somebody of a sex; None: not known, so it may be."""
        return self.only_for is None or sex is None or self.only_for == sex

    @property
    def by_id(self) -> Mapping[str, Item]:
        """The items by their ids."""
        return {item.id: item for item in self.items}
