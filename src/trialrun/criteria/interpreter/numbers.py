"""Exact numbers to calculate with: the latest or first values of one measurement, and their side.

Refuses everything that cannot be calculated with (bounds, strange units, implausible values): one
such row among those that may be meant is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.expressions import Comparator, Range, Selector, Threshold, Window
from trialrun.criteria.interpreter.measurements import Chosen, choose, find
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.records import ids
from trialrun.criteria.interpreter.values import comparisons_in, exact_in, said_of
from trialrun.criteria.truth import Truth
from trialrun.records.rows import Bounds
from trialrun.terminology.value_sets import ValueSet


class Side(Enum):
    """Towards which end tied values collapse."""

    LEAST = "least"
    GREATEST = "greatest"
    BOTH = "both"

    def opposite(self) -> Side:
        """Return the side that a quantity falls with."""
        return {Side.LEAST: Side.GREATEST, Side.GREATEST: Side.LEAST}.get(self, Side.BOTH)


@dataclass(frozen=True)
class Missing:
    """Why there is no number to calculate with, and the rows that show it."""

    gap: Gap
    rows: tuple[int, ...] = ()

    def answer(self) -> LeafAnswer:
        """Return the answer that this gap leaves."""
        return LeafAnswer(Truth.UNKNOWN, self.rows, self.gap)


@dataclass(frozen=True)
class Numbers:
    """The exact numbers that may be meant, in one unit; `until` is when their day leaves."""

    rows: tuple[int, ...]
    tied: tuple[Fraction, ...]
    others: tuple[Fraction, ...]
    until: date | None

    def towards(self, side: Side) -> tuple[Fraction, ...]:
        """Return the numbers, the tied ones collapsed towards a side."""
        if not self.tied:
            return self.others
        ends = {
            Side.LEAST: (min(self.tied),),
            Side.GREATEST: (max(self.tied),),
            Side.BOTH: (min(self.tied), max(self.tied)),
        }
        return ends[side] + self.others


def choose_of(
    selector: Selector, value_set: ValueSet, window: Window, question: Question
) -> Chosen | Missing:
    """Choose the rows of one measurement, or say why there are none for sure."""
    found = find(value_set, window, question)
    if found.gap is not None:
        return Missing(found.gap, ids(found.rows))
    return choose(selector, found, window, question.setting)


def numbers_of(chosen: Chosen, unit: str | None, value_set: ValueSet) -> Numbers | Missing:
    """Read the chosen rows as exact numbers in a unit; of several reasons why not, the smallest."""
    tied = [exact_in(unit, row, value_set) for row in chosen.tied]
    others = [exact_in(unit, row, value_set) for row in chosen.others]
    gaps = [number for number in (*tied, *others) if isinstance(number, Gap)]
    if gaps:
        return Missing(min(gaps), ids(chosen.rows))
    return Numbers(ids(chosen.rows), _numbers(tied), _numbers(others), chosen.until)


def latest_numbers(name: str, window: Window, unit: str, question: Question) -> Numbers | Missing:
    """Return the latest values of a measurement as positive numbers in a unit."""
    value_set = question.value_set(name)
    chosen = choose_of(Selector.LATEST, value_set, window, question)
    if isinstance(chosen, Missing):
        return chosen
    numbers = numbers_of(chosen, unit, value_set)
    if isinstance(numbers, Missing):
        return numbers
    if min(numbers.towards(Side.LEAST)) <= 0:
        # A formula divides by it: nothing living weighs, measures or clears nothing.
        return Missing(Gap.VALUE_IMPLAUSIBLE, numbers.rows)
    return numbers


def adverse_side(test: Threshold | Range, adverse: Truth) -> Side:
    """Say which values of a quantity make the adverse truth likelier."""
    if isinstance(test, Range) or test.comparator is Comparator.EQ:
        return Side.BOTH
    small_passes = test.comparator in (Comparator.LT, Comparator.LE)
    return Side.LEAST if small_passes is (adverse is Truth.TRUE) else Side.GREATEST


def is_one_sided(test: Threshold | Range) -> bool:
    """Say whether all numbers beyond one that passes do, or all before it."""
    return adverse_side(test, Truth.TRUE) is not Side.BOTH


def truth_of(test: Threshold | Range, unit: str, between: Bounds) -> tuple[Truth, Gap | None]:
    """Say whether a calculated quantity, wherever it lies, passes the test."""
    comparisons = comparisons_in(unit, test)
    if comparisons is None:
        return Truth.UNKNOWN, Gap.UNIT_NOT_COMPARABLE
    truth = said_of(comparisons, between).truth
    return truth, Gap.DATE_IMPRECISE if truth is Truth.UNKNOWN else None


def spanning(numbers: Iterable[Fraction]) -> Bounds:
    """Return the bounds of several possible numbers."""
    found = list(numbers)
    return Bounds(min(found), max(found))


def _numbers(found: Iterable[Fraction | Gap]) -> tuple[Fraction, ...]:
    return tuple(number for number in found if isinstance(number, Fraction))
