"""Which recorded rows a leaf reads that come to count only after the index date, and when.

A database may hold what has not begun yet: a vaccination that is booked, a day known to the month.
Nobody records anything new when such a row comes to count; only time passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from trialrun.criteria import expressions as e
from trialrun.criteria.interpreter.derived import RECIPES, WEIGHT_WINDOW
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.windows import first_index_reaching
from trialrun.records.rows import Attestation, Measurement, Row
from trialrun.records.schema import Kind

Read = tuple[Row, e.Window]
"""A row, and the window in which a leaf looks for it."""


def days_of_coming(leaf: e.Leaf, question: Question) -> Iterator[date]:
    """Return the days after the index date on which a row of the leaf begins, or may begin."""
    for row, window in READS[type(leaf)](leaf, question):
        for start in (row.start.lo, row.start.hi):
            day = first_index_reaching(start, window, question.setting)
            if day is not None and day > question.setting.index:
                yield day


def kinds_read(leaf: e.Leaf) -> frozenset[Kind]:
    """Return the kinds of record that a leaf reads."""
    match leaf:
        case e.Recorded(kind) | e.RecordedThroughout(kind):
            return frozenset({kind})
        case e.PrednisoneEquivalent():
            return frozenset({Kind.MEDICATION, Kind.MEASUREMENT})
        case e.DoseUnchanged():
            return frozenset({Kind.MEDICATION})
        case e.Measured() | e.Derived() | e.Change():
            return frozenset({Kind.MEASUREMENT})
        case e.Attested() | e.AttestedThroughout():
            return frozenset({Kind.ATTESTATION})
        case e.Age() | e.SexIs():
            return frozenset()


def _nothing(_: e.Age | e.SexIs, __: Question) -> Iterator[Read]:
    yield from ()


def _recorded(leaf: e.Recorded | e.RecordedThroughout, question: Question) -> Iterator[Read]:
    # Whatever its code: a row that the value set cannot read takes a presumption away.
    return _of_kind(leaf.kind, leaf.window, question)


def _unchanged(leaf: e.DoseUnchanged, question: Question) -> Iterator[Read]:
    return _of_kind(Kind.MEDICATION, leaf.window, question)


def _prednisone(leaf: e.PrednisoneEquivalent, question: Question) -> Iterator[Read]:
    yield from _of_kind(Kind.MEDICATION, leaf.window, question)
    yield from _measurements("body-weight", WEIGHT_WINDOW, question)


def _measured(leaf: e.Measured, question: Question) -> Iterator[Read]:
    for name in leaf.value_sets:
        yield from _measurements(name, leaf.window, question)


def _changed(leaf: e.Change, question: Question) -> Iterator[Read]:
    yield from _measurements(leaf.value_set, leaf.from_window, question)
    yield from _measurements(leaf.value_set, leaf.to_window, question)


def _derived(leaf: e.Derived, question: Question) -> Iterator[Read]:
    for needed in RECIPES[leaf.formula].inputs:
        yield from _measurements(needed.value_set, needed.window or leaf.window, question)


def _attested(leaf: e.Attested | e.AttestedThroughout, question: Question) -> Iterator[Read]:
    for row in question.patient.of_type(Attestation):
        if row.question == leaf.question:
            yield row, leaf.window


def _of_kind(kind: Kind, window: e.Window, question: Question) -> Iterator[Read]:
    return ((row, window) for row in question.patient.of_kind(kind))


def _measurements(name: str, window: e.Window, question: Question) -> Iterator[Read]:
    value_set = question.value_set(name)
    for row in question.patient.of_type(Measurement):
        if value_set.entry_for(row.concept) is not None:
            yield row, window


READS: Mapping[type, Callable[[Any, Question], Iterator[Read]]] = {
    e.Age: _nothing,
    e.SexIs: _nothing,
    e.Recorded: _recorded,
    e.Measured: _measured,
    e.Derived: _derived,
    e.PrednisoneEquivalent: _prednisone,
    e.Change: _changed,
    e.Attested: _attested,
    e.DoseUnchanged: _unchanged,
    e.RecordedThroughout: _recorded,
    e.AttestedThroughout: _attested,
}
"""What every leaf reads."""
