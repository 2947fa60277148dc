"""When refusals end and eligibilities lapse, for every patient whom time alone may move.

Read off what the leaves answered on the index date, for all patients at once. The reference
interpreter is asked again only where that does not tell what stands on the day on which the
refusals have ended. An UNKNOWN stays one: only what is recorded later can settle it, except an age.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import (
    Active,
    Age,
    Derived,
    Expression,
    Leaf,
    Measured,
    PrednisoneEquivalent,
    Range,
    Selector,
    Within,
    children,
)
from trialrun.criteria.interpreter import answer, assemble
from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth
from trialrun.engine.export import Dates
from trialrun.engine.patients import read_patients
from trialrun.engine.tallies import Tally, births, permitted, refused_only_by
from trialrun.protocol.model import TrialProtocol
from trialrun.records.dates import Span
from trialrun.records.rows import PatientRecord
from trialrun.screening.judging import as_time_passes, lapse, opening, opens_on
from trialrun.screening.plan import Asked

Said = Mapping[tuple[Leaf, Truth], LeafAnswer]


def find_dates(tallied: Tally, asked: Sequence[Asked], protocol: TrialProtocol, on: date) -> Dates:
    """Return when refusals end that time alone ends, and when eligibilities lapse."""
    bound = [place for place, a in enumerate(asked) if _moves_with_time(a.expression)]
    near = refused_only_by(tallied, bound)
    return Dates(
        _openings(tallied, near, asked, protocol, on),
        _lapses(tallied, permitted(tallied), asked),
    )


def _openings(
    tallied: Tally,
    near: Sequence[int],
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    on: date,
) -> dict[int, date]:
    born, truths = births(tallied, near), tallied.answers.truths(near)
    opens, doubtful = {}, []
    for number, said in tallied.answers.leaf_answers(near).items():
        refusing = [a for a in asked if truths[number][a.criterion.id] is a.adverse]
        opened = opening((_tree(a, said), a.adverse) for a in refusing)
        if opened is None:
            continue
        if _may_be_refused(said, asked, protocol, born[number], opened):
            doubtful.append(number)
        else:
            opens[number] = opened
    return opens | _asked_again(tallied, doubtful, asked, protocol, on)


def _asked_again(
    tallied: Tally,
    doubtful: Sequence[int],
    asked: Sequence[Asked],
    protocol: TrialProtocol,
    on: date,
) -> dict[int, date]:
    opens = {}
    for number, record in read_patients(tallied.answers.connection, doubtful).items():
        opened = opens_on(as_time_passes(record, asked, protocol, on), on)
        if opened is not None:
            opens[number] = opened
    return opens


def _lapses(tallied: Tally, eligible: Sequence[int], asked: Sequence[Asked]) -> dict[int, date]:
    lapses = {}
    for number, said in tallied.answers.leaf_answers(eligible).items():
        last = lapse(_tree(a, said) for a in asked)
        if last is not None:
            lapses[number] = last
    return lapses


def _tree(asked: Asked, said: Said) -> Answered:
    return assemble(asked.expression, asked.adverse, lambda leaf, adverse: said[leaf, adverse])


def _may_be_refused(
    said: Said, asked: Iterable[Asked], protocol: TrialProtocol, birth: Span, day: date
) -> bool:
    """Say whether a criterion may refuse on a later day, each leaf being as adverse as it may.

    The connectives never turn a more adverse part into a less adverse whole.
    """
    person, setting = PatientRecord(patient_id="", birth=birth), protocol.setting(day)

    def worst(leaf: Leaf, adverse: Truth) -> LeafAnswer:
        if isinstance(leaf, Age):
            return answer(leaf, person, setting, adverse)
        return LeafAnswer(_worst(leaf, said[leaf, adverse], adverse, day))

    return any(assemble(a.expression, a.adverse, worst).truth is a.adverse for a in asked)


def _worst(leaf: Leaf, said: LeafAnswer, adverse: Truth, day: date) -> Truth:
    """Return the most adverse truth that a leaf may have on a later day."""
    if said.until is None or said.until >= day:
        return said.truth
    if isinstance(leaf, Derived) or getattr(leaf, "selector", None) is Selector.LATEST:
        return Truth.UNKNOWN  # The latest value has left the window, and so have all before it.
    if said.truth is adverse and not _may_stand_longer(leaf):
        return Truth.UNKNOWN
    return adverse


def _may_stand_longer(leaf: Leaf) -> bool:
    """Say whether the end of a leaf's truth is only the first day on which it may end."""
    match leaf:
        case PrednisoneEquivalent():
            return True
        case Measured(selector, test=test):
            return selector is Selector.FIRST or isinstance(test, Range)
        case _:
            return False


def _moves_with_time(expression: Expression) -> bool:
    """Say whether time alone can end a refusal: some window slides, or somebody grows older."""
    # A derived quantity looks for the body weight within 12 months, whatever its own window.
    if isinstance(expression, Age | Derived):
        return True
    if isinstance(getattr(expression, "window", None), Within | Active):
        return True
    return any(_moves_with_time(part) for part in children(expression))
