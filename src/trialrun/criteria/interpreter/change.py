"""The change of a measurement from an earlier value to a later one, absolute or in percent."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from trialrun.criteria.answers import Computed, Gap, LeafAnswer
from trialrun.criteria.expressions import Change
from trialrun.criteria.interpreter.measurements import Chosen
from trialrun.criteria.interpreter.numbers import (
    Missing,
    Numbers,
    adverse_side,
    choose_of,
    numbers_of,
    spanning,
    truth_of,
)
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.values import number_of
from trialrun.criteria.tree import nth_last
from trialrun.criteria.truth import Truth
from trialrun.terminology.value_sets import ValueSet

PERCENT = "%"


def changed(leaf: Change, question: Question) -> LeafAnswer:
    """Choose both ends, subtract, and ask whether every pair that may be meant agrees."""
    value_set = question.value_set(leaf.value_set)
    earlier = choose_of(leaf.from_selector, value_set, leaf.from_window, question)
    if isinstance(earlier, Missing):
        return earlier.answer()
    later = choose_of(leaf.to_selector, value_set, leaf.to_window, question)
    if isinstance(later, Missing):
        return later.answer()
    ends = _both(earlier, later, leaf.test.unit, value_set)
    if isinstance(ends, Missing):
        return ends.answer()
    return _compared(leaf, *ends, question.adverse)


def _both(
    earlier: Chosen, later: Chosen, unit: str, value_set: ValueSet
) -> tuple[Numbers, Numbers] | Missing:
    common = _unit_of_one(earlier, later, value_set) if unit == PERCENT else unit or None
    before = numbers_of(earlier, common, value_set)
    after = numbers_of(later, common, value_set)
    rows = tuple(sorted({row.row_id for row in (*earlier.rows, *later.rows)}))
    gaps = [end.gap for end in (before, after) if isinstance(end, Missing)]
    if gaps or isinstance(before, Missing) or isinstance(after, Missing):
        return Missing(min(gaps), rows)
    possible = (*before.tied, *before.others)
    if unit == PERCENT and min(possible) <= 0 <= max(possible):
        return Missing(Gap.NO_NUMBER, rows)
    return before, after


def _unit_of_one(earlier: Chosen, later: Chosen, value_set: ValueSet) -> str | None:
    """A percentage has no unit of its own: all numbers are read in the unit of one of them."""
    rows = (*earlier.rows, *later.rows)
    return next((row.unit for row in rows if number_of(row, value_set) is not None), None)


def _compared(leaf: Change, earlier: Numbers, later: Numbers, adverse: Truth) -> LeafAnswer:
    side = adverse_side(leaf.test, adverse)
    pairs = product(earlier.towards(side.opposite()), later.towards(side))
    relative = leaf.test.unit == PERCENT
    changes = spanning(_change(before, after, relative) for before, after in pairs)
    computed = Computed(changes, leaf.test.unit)
    truth, gap = truth_of(leaf.test, leaf.test.unit, changes)
    rows = tuple(sorted({*earlier.rows, *later.rows}))
    if truth is Truth.UNKNOWN:
        return LeafAnswer(truth, rows, gap, computed=computed)
    until = nth_last(2, (earlier.until, later.until))
    return LeafAnswer(truth, rows, until=until, computed=computed)


def _change(before: Fraction, after: Fraction, relative: bool) -> Fraction:
    return (after - before) * 100 / abs(before) if relative else after - before
