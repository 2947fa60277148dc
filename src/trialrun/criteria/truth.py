"""Kleene's three truth values. UNKNOWN is never read as FALSE: a Truth refuses to be a bool.

Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64, the strong connectives.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NoReturn


class Truth(Enum):
    """TRUE, FALSE, or UNKNOWN."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("a Truth has three values: compare it with `is`, never use it as a bool")

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """Read SQL's truth: True, False, or None for UNKNOWN."""
        if value is None:
            return cls.UNKNOWN
        return cls.TRUE if value else cls.FALSE

    def as_sql(self) -> bool | None:
        """Return SQL's truth: True, False, or None for UNKNOWN."""
        return {Truth.TRUE: True, Truth.FALSE: False}.get(self)


def negate(truth: Truth) -> Truth:
    """NOT: UNKNOWN stays UNKNOWN."""
    if truth is Truth.UNKNOWN:
        return truth
    return Truth.FALSE if truth is Truth.TRUE else Truth.TRUE


def conjunction(truths: Iterable[Truth]) -> Truth:
    """AND: FALSE if any is FALSE, else UNKNOWN if any is UNKNOWN, else TRUE (also of none)."""
    found = tuple(truths)
    if Truth.FALSE in found:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.TRUE


def disjunction(truths: Iterable[Truth]) -> Truth:
    """OR: TRUE if any is TRUE, else UNKNOWN if any is UNKNOWN, else FALSE (also of none)."""
    return negate(conjunction(negate(truth) for truth in truths))


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """TRUE if `count` are TRUE, FALSE if even the UNKNOWN ones could not make it so many."""
    found = list(truths)
    sure = found.count(Truth.TRUE)
    if sure >= count:
        return Truth.TRUE
    return Truth.UNKNOWN if sure + found.count(Truth.UNKNOWN) >= count else Truth.FALSE


def agreement(truths: Iterable[Truth]) -> Truth:
    """Return what all say, or UNKNOWN if they differ (or if there are none)."""
    found = set(truths)
    return found.pop() if len(found) == 1 else Truth.UNKNOWN
