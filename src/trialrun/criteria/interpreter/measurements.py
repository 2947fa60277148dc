"""Tests of measurements: which rows are meant, what they say, and whether they agree.

Refuses to presume: that nothing was measured is never TRUE and never FALSE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.expressions import (
    Comparator,
    Measured,
    Range,
    Selector,
    Spread,
    Test,
    Threshold,
    TimesLimit,
    Window,
)
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.records import ids
from trialrun.criteria.interpreter.values import Reading, read
from trialrun.criteria.interpreter.windows import days_of, last_index_holding, membership
from trialrun.criteria.setting import Setting
from trialrun.criteria.tree import nth_last
from trialrun.criteria.truth import Truth, agreement, at_least, conjunction, disjunction, negate
from trialrun.records.rows import Measurement
from trialrun.terminology.value_sets import ValueSet


@dataclass(frozen=True)
class Found:
    """The measurements that are for sure in a window, those that may be, and why there are none."""

    sure: tuple[Measurement, ...]
    maybe: tuple[Measurement, ...]
    gap: Gap | None

    @property
    def rows(self) -> tuple[Measurement, ...]:
        """All of them."""
        return self.sure + self.maybe


@dataclass(frozen=True)
class Chosen:
    """What a selector means: the rows tied on its day, and those that may be meant instead.

    `until` is the last index date on which it means them; None: it always does.
    """

    until: date | None
    tied: tuple[Measurement, ...]
    others: tuple[Measurement, ...]

    @property
    def rows(self) -> tuple[Measurement, ...]:
        """All of them."""
        return self.tied + self.others


def measured(leaf: Measured, question: Question) -> LeafAnswer:
    """Answer for each value set, and join: one suffices (`any of`), or each must pass."""
    parts = [
        _of_one(leaf.selector, question.value_set(name), leaf.test, leaf.window, question)
        for name in leaf.value_sets
    ]
    return _joined(len(parts) if leaf.spread is Spread.EACH else 1, parts)


def find(value_set: ValueSet, window: Window, question: Question) -> Found:
    """Return the measurements of the window; where none is in it for sure, with the reason."""
    days = days_of(window, question.setting)
    named = [
        (row, membership(row, days))
        for row in question.patient.of_type(Measurement)
        if value_set.entry_for(row.concept) is not None
    ]
    sure = tuple(row for row, within in named if row.has_value and within is Truth.TRUE)
    maybe = tuple(row for row, within in named if row.has_value and within is Truth.UNKNOWN)
    if sure:
        return Found(sure, maybe, None)
    if maybe:
        return Found(sure, maybe, Gap.DATE_IMPRECISE)
    if any(row.has_value and row.start.lo <= question.setting.index for row, _ in named):
        return Found(sure, maybe, Gap.OUT_OF_WINDOW)
    without_value = any(not row.has_value and within is not Truth.FALSE for row, within in named)
    return Found(sure, maybe, Gap.NO_VALUE if without_value else Gap.NO_RECORD)


def choose(selector: Selector, found: Found, window: Window, setting: Setting) -> Chosen:
    """Return the latest or the first rows, with all that may be later or earlier than they."""
    if selector is Selector.LATEST:
        day = leaves = max(row.start.lo for row in found.sure)
        meant = [row for row in found.rows if row.start.hi >= day]
    elif selector is Selector.FIRST:
        day = min(row.start.hi for row in found.sure)
        leaves = min(row.start.lo for row in found.sure)
        meant = [row for row in found.rows if row.start.lo <= day]
    else:
        raise TypeError(f"`{selector}` does not choose one day")
    on_the_day = [row.start.lo == row.start.hi == day for row in meant]
    return Chosen(
        last_index_holding(leaves, window, setting),
        tuple(row for row, tied in zip(meant, on_the_day, strict=True) if tied),
        tuple(row for row, tied in zip(meant, on_the_day, strict=True) if not tied),
    )


def _of_one(
    selector: Selector, value_set: ValueSet, test: Test, window: Window, question: Question
) -> LeafAnswer:
    found = find(value_set, window, question)
    if found.gap is not None:
        return LeafAnswer(Truth.UNKNOWN, ids(found.rows), found.gap)

    def leaving(row: Measurement) -> date | None:
        return last_index_holding(row.start.lo, window, question.setting)

    if selector in (Selector.LATEST, Selector.FIRST):
        chosen = choose(selector, found, window, question.setting)
        return _of_a_day(chosen, value_set, test, question.adverse)
    if selector is Selector.ANY:
        return _quantified(Truth.TRUE, found, value_set, test, leaving)
    if selector is Selector.EVERY:
        return _quantified(Truth.FALSE, found, value_set, test, leaving)
    extremes = [
        _quantified(_decisive(selector, part.comparator), found, value_set, part, leaving)
        for part in _comparisons(test)
    ]
    return _joined(len(extremes), extremes)


def _of_a_day(chosen: Chosen, value_set: ValueSet, test: Test, adverse: Truth) -> LeafAnswer:
    readings = {row.row_id: read(test, row, value_set) for row in chosen.rows}
    truths = [readings[row.row_id].truth for row in chosen.others]
    if chosen.tied:
        join = disjunction if adverse is Truth.TRUE else conjunction
        truths.append(join(readings[row.row_id].truth for row in chosen.tied))
    truth = agreement(truths)
    return _settled(truth, chosen.rows, readings.values(), chosen.until)


def _quantified(
    decisive: Truth,
    found: Found,
    value_set: ValueSet,
    test: Test,
    leaving: Callable[[Measurement], date | None],
) -> LeafAnswer:
    """Answer `any` (a TRUE row decides) or `every` (a FALSE row decides)."""
    readings = {row.row_id: read(test, row, value_set) for row in found.rows}

    def last_leaving(rows: Iterable[Measurement]) -> date | None:
        return nth_last(1, map(leaving, rows))

    deciding = [row for row in found.sure if readings[row.row_id].truth is decisive]
    if deciding:
        return _settled(decisive, deciding, (), last_leaving(deciding))
    open_rows = [row for row in found.rows if readings[row.row_id].truth is not negate(decisive)]
    if not open_rows:
        return _settled(negate(decisive), found.rows, (), last_leaving(found.sure))
    open_readings = [readings[row.row_id] for row in open_rows]
    return _settled(Truth.UNKNOWN, open_rows, open_readings, None)


def _settled(
    truth: Truth,
    rows: Iterable[Measurement],
    readings: Iterable[Reading],
    until: date | None,
) -> LeafAnswer:
    if truth is not Truth.UNKNOWN:
        return LeafAnswer(truth, ids(rows), until=until)
    reasons = (reading.gap for reading in readings if reading.gap is not None)
    return LeafAnswer(truth, ids(rows), min(reasons, default=Gap.DATE_IMPRECISE))


def _decisive(selector: Selector, comparator: Comparator) -> Truth:
    """Say which truth one row gives to all: the lowest is below 2 as soon as any is."""
    if comparator is Comparator.EQ:
        raise TypeError(f"`{selector}` does not go with `=`")
    below = comparator in (Comparator.LT, Comparator.LE)
    return Truth.of(below is (selector is Selector.LOWEST))


def _comparisons(test: Test) -> Sequence[Threshold | TimesLimit]:
    match test:
        case Range(low, high, unit):
            return [
                Threshold(Comparator.GE, low, unit),
                Threshold(Comparator.LE, high, unit),
            ]
        case Threshold() | TimesLimit():
            return [test]
        case _:
            raise TypeError("`lowest` and `highest` need a number to compare with")


def _joined(needed: int, parts: Sequence[LeafAnswer]) -> LeafAnswer:
    """Join the answers of several parts of which `needed` must be TRUE."""
    truth = at_least(needed, (part.truth for part in parts))
    deciding = [part for part in parts if part.truth is truth]
    rows = tuple(sorted({row for part in deciding for row in part.rows}))
    if truth is Truth.UNKNOWN:
        gap = min(part.gap for part in deciding if part.gap is not None)
        return LeafAnswer(truth, rows, gap)
    enough = needed if truth is Truth.TRUE else len(parts) - needed + 1
    return LeafAnswer(truth, rows, until=nth_last(enough, (part.until for part in deciding)))
