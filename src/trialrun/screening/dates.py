"""When refusals end and eligibilities lapse, for every patient whom time alone may move.

Read off what the leaves answered on the index date, for all patients at once. The reference
interpreter is asked wherever that does not tell: of whom a row comes to count later, or dies; where
something else may refuse on the day on which the refusals have ended; where all may still permit on
the day after the first answer has. Every opening date is therefore a day on which the interpreter
refuses nothing, and no lapse date is too late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import Attested, AttestedThroughout, Leaf
from trialrun.criteria.interpreter import assemble
from trialrun.criteria.interpreter.coming import kinds_read
from trialrun.criteria.interpreter.later import Later, Truths, may_become
from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth, negate
from trialrun.engine.coming import patients_with_more_to_come
from trialrun.engine.export import Dates
from trialrun.engine.patients import read_patients
from trialrun.engine.tallies import Tally, births, permitted, refused_only_by
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import Span
from trialrun.records.schema import Kind
from trialrun.screening.judging import (
    Course,
    as_time_passes,
    is_bound_to_time,
    lapse,
    lapses_on,
    opening,
    opens_on,
)
from trialrun.screening.plan import Asked

Said = Mapping[tuple[Leaf, Truth], LeafAnswer]

AT_ONCE = 2000
"""How many patients' answers or records are held in memory at a time."""


@dataclass(frozen=True)
class _Question:
    """What is asked of whom, and whose answers on the index date do not tell what comes."""

    tallied: Tally
    asked: Sequence[Asked]
    protocol: TrialProtocol
    on: date
    more_to_come: frozenset[int]

    def later(self, day: date, birth: Span) -> Later:
        """Return a later day, seen from the index date."""
        return Later(self.protocol.setting(self.on), self.protocol.setting(day), birth)


def find_dates(tallied: Tally, asked: Sequence[Asked], protocol: TrialProtocol, on: date) -> Dates:
    """Return when refusals end that time alone ends, and when eligibilities lapse."""
    more = patients_with_more_to_come(tallied.answers.connection, on, *_read(tallied))
    question = _Question(tallied, asked, protocol, on, more)
    bound = [place for place, one in enumerate(asked) if is_bound_to_time(one)]
    return Dates(
        _openings(question, refused_only_by(tallied, bound)),
        _lapses(question, permitted(tallied)),
    )


def _read(tallied: Tally) -> tuple[frozenset[Kind], frozenset[str]]:
    """Return the kinds of record that are read, and the statements that people attest."""
    leaves = [one.leaf for one in tallied.answers.asked]
    kinds = frozenset(kind for leaf in leaves for kind in kinds_read(leaf))
    return kinds, frozenset(
        leaf.question for leaf in leaves if isinstance(leaf, Attested | AttestedThroughout)
    )


def _openings(question: _Question, near: Sequence[int]) -> dict[int, date]:
    opens, unsettled = {}, [number for number in near if number in question.more_to_come]
    truths = question.tallied.answers.truths(near)
    for number, said, birth in _said(question, near):
        refusing = [a for a in question.asked if truths[number][a.criterion.id] is a.adverse]
        opened = opening((_tree(one, said), one.adverse) for one in refusing)
        if opened is None:
            continue
        if _may_be_refused(said, question.asked, question.later(opened, birth)):
            unsettled.append(number)
        else:
            opens[number] = opened
    return opens | _asked_again(question, unsettled, opens_on)


def _lapses(question: _Question, eligible: Sequence[int]) -> dict[int, date]:
    lapses, unsettled = {}, [number for number in eligible if number in question.more_to_come]
    for number, said, birth in _said(question, eligible):
        last = lapse(_tree(one, said) for one in question.asked)
        if last is None:
            continue
        later = question.later(last + timedelta(days=1), birth)
        if _may_be_permitted(said, question.asked, later):
            unsettled.append(number)
        else:
            lapses[number] = last
    return lapses | _asked_again(question, unsettled, lapses_on)


def _said(question: _Question, numbers: Iterable[int]) -> Iterator[tuple[int, Said, Span]]:
    """Yield who has nothing more to come, what every leaf answered, and the day of birth."""
    clear = [number for number in numbers if number not in question.more_to_come]
    born = births(question.tallied, clear)
    for number, said in question.tallied.answers.leaf_answers(clear).items():
        yield number, said, born[number]


def _asked_again(
    question: _Question, unsettled: Sequence[int], found_by: Callable[[Course, date], date | None]
) -> dict[int, date]:
    """Ask the interpreter, patient by patient; `found_by` walks through the days to come."""
    asked, protocol, on = question.asked, question.protocol, question.on
    dates = {}
    for start in range(0, len(unsettled), AT_ONCE):
        among = unsettled[start : start + AT_ONCE]
        for number, record in read_patients(question.tallied.answers.connection, among).items():
            found = found_by(as_time_passes(record, asked, protocol, on), on)
            if found is not None:
                dates[number] = found
    return dates


def _tree(asked: Asked, said: Said) -> Answered:
    return assemble(asked.expression, asked.adverse, lambda leaf, adverse: said[leaf, adverse])


def _may_be_refused(said: Said, asked: Iterable[Asked], later: Later) -> bool:
    """Say whether a criterion may refuse on a later day, each leaf being as adverse as it may.

    The connectives never turn a more adverse part into a less adverse whole.
    """

    def worst(leaf: Leaf, adverse: Truth) -> LeafAnswer:
        return _most(adverse, may_become(leaf, said[leaf, adverse], later))

    return any(assemble(a.expression, a.adverse, worst).truth is a.adverse for a in asked)


def _may_be_permitted(said: Said, asked: Iterable[Asked], later: Later) -> bool:
    """Say whether every criterion may permit on a later day, each leaf being as mild as it may."""

    def mildest(leaf: Leaf, adverse: Truth) -> LeafAnswer:
        return _most(negate(adverse), may_become(leaf, said[leaf, adverse], later))

    return all(assemble(a.expression, a.adverse, mildest).truth is negate(a.adverse) for a in asked)


def _most(wanted: Truth, possible: Truths) -> LeafAnswer:
    """Return the possible truth that is nearest to the one that is wanted."""
    order = (wanted, Truth.UNKNOWN, negate(wanted))
    return _ANSWERS[next(truth for truth in order if truth in possible)]


_ANSWERS = {truth: LeafAnswer(truth) for truth in Truth}
