"""What a leaf may answer on a later day, as far as its answer on the index date tells.

For many patients at once, of whom the record itself is not at hand. Holds where no row of theirs
comes to count in between: then rows can only leave a moving window, coverage goes on, and age
grows. Refuses to guess: what is not shown to be impossible is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trialrun.criteria import expressions as e
from trialrun.criteria.answers import Gap, LeafAnswer
from trialrun.criteria.interpreter.numbers import is_one_sided
from trialrun.criteria.interpreter.person import age_on, aged
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.windows import last_index_holding
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth, negate
from trialrun.records.dates import Span
from trialrun.records.rows import PatientRecord

Truths = frozenset[Truth]
_UNKNOWN = frozenset({Truth.UNKNOWN})
_ANYTHING = frozenset(Truth)


@dataclass(frozen=True)
class Later:
    """A later day, and the index date from which one looks ahead to it."""

    now: Setting
    then: Setting
    birth: Span

    def has_left(self, window: e.Window) -> bool:
        """Say whether all that happened by the index date has left the window by then."""
        last = last_index_holding(self.now.index, window, self.now)
        return last is not None and last < self.then.index

    @property
    def same_age(self) -> bool:
        """Whether the age, or each of the ages possible, is still the same."""
        return all(
            age_on(self.now.index, day) == age_on(self.then.index, day)
            for day in (self.birth.lo, self.birth.hi)
        )


def may_become(leaf: e.Leaf, said: LeafAnswer, later: Later) -> Truths:
    """Return every truth that the leaf may have on the later day."""
    if said.truth is not Truth.UNKNOWN and (said.until is None or later.then.index <= said.until):
        return frozenset({said.truth})
    return OUTLOOKS[type(leaf)](leaf, said, later)


def moves_with_time(leaf: e.Leaf) -> bool:
    """Say whether time alone can change an answer: some window slides, or somebody grows older."""
    match leaf:
        case e.Age() | e.Derived() | e.PrednisoneEquivalent():
            # People grow older, and a body weight within 12 months is looked for whatever the
            # window of a derived quantity, or of a dose per kg.
            return True
        case e.Change(_, _, from_window, _, to_window, _):
            return _slides(from_window) or _slides(to_window)
        case e.Recorded() | e.Measured() | e.Attested() | e.DoseUnchanged():
            return _slides(leaf.window)
        case e.RecordedThroughout() | e.AttestedThroughout():
            return _slides(leaf.window)
        case e.SexIs():
            return False


def _slides(window: e.Window) -> bool:
    match window:
        case e.Within() | e.Active():
            return True
        case e.Between(first, last):
            return isinstance(first, e.Anchor) or isinstance(last, e.Anchor)
        case e.AtAnyTime():
            return False


def _aged(leaf: e.Age, _: LeafAnswer, later: Later) -> Truths:
    person = PatientRecord(patient_id="", birth=later.birth)
    return frozenset({aged(leaf, Question(person, later.then, Truth.FALSE)).truth})


def _settled(_: e.SexIs, said: LeafAnswer, __: Later) -> Truths:
    return frozenset({said.truth})


def _attested(_: e.Attested, __: LeafAnswer, ___: Later) -> Truths:
    # When the last answer leaves, all before it have left.
    return _UNKNOWN


def _recorded(leaf: e.Recorded, _: LeafAnswer, later: Later) -> Truths:
    # Nothing comes to count, so that it never becomes TRUE; of an open list, never FALSE.
    if isinstance(leaf.window, e.AtAnyTime) or later.now.value_sets[leaf.value_set].is_open:
        return _UNKNOWN
    return frozenset({Truth.UNKNOWN, Truth.FALSE})


def _measured(leaf: e.Measured, _: LeafAnswer, later: Later) -> Truths:
    # When the latest value leaves, all before it have left.
    if leaf.selector is e.Selector.LATEST or later.has_left(leaf.window):
        return _UNKNOWN
    decisive = _decisive(leaf)
    if decisive is None or len(leaf.value_sets) > 1:
        return _ANYTHING
    return frozenset({Truth.UNKNOWN, negate(decisive)})


def _decisive(leaf: e.Measured) -> Truth | None:
    """Return the truth that one row gives to all, and that is lost with it: never won again."""
    match leaf.selector, leaf.test:
        case e.Selector.ANY, _:
            return Truth.TRUE
        case e.Selector.EVERY, _:
            return Truth.FALSE
        case e.Selector.LOWEST | e.Selector.HIGHEST, e.Threshold() | e.TimesLimit() as test:
            below = test.comparator in (e.Comparator.LT, e.Comparator.LE)
            return Truth.of(below is (leaf.selector is e.Selector.LOWEST))
        case _:
            return None


def _derived(leaf: e.Derived, said: LeafAnswer, later: Later) -> Truths:
    """Values are the latest ones: when one has left, nothing is known any more."""
    if leaf.formula is e.Formula.BODY_MASS_INDEX or later.has_left(leaf.window):
        return _UNKNOWN
    age_matters = said.gap in (None, Gap.BIRTH_DATE_IMPRECISE, Gap.DATE_IMPRECISE)
    return _ANYTHING if age_matters and not later.same_age else _UNKNOWN


def _prednisone(leaf: e.PrednisoneEquivalent, _: LeafAnswer, __: Later) -> Truths:
    """A dose can only fall where nothing begins."""
    test = leaf.test
    if isinstance(test, e.Range) or not is_one_sided(test):
        return _ANYTHING
    below = test.comparator in (e.Comparator.LT, e.Comparator.LE)
    return frozenset({Truth.UNKNOWN, Truth.of(below)})


def _changed(leaf: e.Change, _: LeafAnswer, __: Later) -> Truths:
    both_latest = leaf.from_selector is leaf.to_selector is e.Selector.LATEST
    return _UNKNOWN if both_latest else _ANYTHING


def _unchanged(_: e.DoseUnchanged, __: LeafAnswer, ___: Later) -> Truths:
    return _ANYTHING


def _throughout(
    _: e.RecordedThroughout | e.AttestedThroughout, __: LeafAnswer, ___: Later
) -> Truths:
    # The window loses days at one end and meets others at the other.
    return _ANYTHING


OUTLOOKS: Mapping[type, Callable[[Any, LeafAnswer, Later], Truths]] = {
    e.Age: _aged,
    e.SexIs: _settled,
    e.Recorded: _recorded,
    e.Measured: _measured,
    e.Derived: _derived,
    e.PrednisoneEquivalent: _prednisone,
    e.Change: _changed,
    e.Attested: _attested,
    e.DoseUnchanged: _unchanged,
    e.RecordedThroughout: _throughout,
    e.AttestedThroughout: _throughout,
}
"""What becomes of an answer that is UNKNOWN, or that no longer stands, for every leaf."""
