"""Planned truth: what is decided about a patient before any row is written.

A `Fact` is a planned truth and the mechanism behind it. Facts are joined as numbers, the least for
"and" and the greatest for "or", on purpose in another manner than the language of criteria joins
its truths. Nothing here ever looks at a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Planned(IntEnum):
    """A planned truth, ordered so that the least is `and`, the greatest `or`."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @property
    def word(self) -> str:
        """The word of the truth file."""
        return _WORDS[self]


_WORDS = {Planned.NO: "false", Planned.UNKNOWN: "unknown", Planned.YES: "true"}
NO, UNKNOWN, YES = Planned.NO, Planned.UNKNOWN, Planned.YES


@dataclass(frozen=True, slots=True)
class Fact:
    """A planned truth, and why it is so."""

    planned: Planned
    because: str


def one_of(*facts: Fact) -> Fact:
    """Or: the greatest, for the reasons of those that reach it."""
    return _joined(max(fact.planned for fact in facts), facts)


def all_of(*facts: Fact) -> Fact:
    """And: the least, for the reasons of those that reach it."""
    return _joined(min(fact.planned for fact in facts), facts)


def opposite(fact: Fact) -> Fact:
    """Not."""
    return Fact(Planned(YES - fact.planned), fact.because)


def _joined(planned: Planned, facts: Sequence[Fact]) -> Fact:
    reasons = dict.fromkeys(f.because for f in facts if f.planned is planned and f.because)
    return Fact(planned, "; ".join(reasons))
