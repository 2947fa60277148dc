"""The reference meaning of the language, one function per thing that can be said.

Plain rather than fast: every engine must agree with it on truth, rows, gap, coverage and until.
Numbers are exact fractions; docs/manual/meaning.md is the text that it follows. Refuses what the
type check refuses: an unknown value set, a window without an end, a comparison without a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from trialrun.criteria import expressions as e
from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.interpreter.change import changed
from trialrun.criteria.interpreter.derived import derived
from trialrun.criteria.interpreter.dose import prednisone_dose
from trialrun.criteria.interpreter.measurements import measured
from trialrun.criteria.interpreter.person import aged, attested, of_sex
from trialrun.criteria.interpreter.question import Question
from trialrun.criteria.interpreter.records import recorded
from trialrun.criteria.interpreter.throughout import attested_throughout, recorded_throughout
from trialrun.criteria.interpreter.unchanged import dose_unchanged
from trialrun.criteria.setting import Setting
from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth, at_least, conjunction, disjunction, negate
from trialrun.records.rows import PatientRecord

LEAVES: Mapping[type, Callable[[Any, Question], LeafAnswer]] = {
    e.Age: aged,
    e.SexIs: of_sex,
    e.Recorded: recorded,
    e.Measured: measured,
    e.Derived: derived,
    e.PrednisoneEquivalent: prednisone_dose,
    e.Change: changed,
    e.Attested: attested,
    e.DoseUnchanged: dose_unchanged,
    e.RecordedThroughout: recorded_throughout,
    e.AttestedThroughout: attested_throughout,
}
CONNECTIVES: Mapping[type, Callable[[Any, Sequence[Truth]], Truth]] = {
    e.And: lambda _, truths: conjunction(truths),
    e.Or: lambda _, truths: disjunction(truths),
    e.Not: lambda _, truths: negate(truths[0]),
    e.IfThen: lambda _, truths: disjunction((negate(truths[0]), truths[1])),
    e.AtLeast: lambda node, truths: at_least(node.count, truths),
}
MEANINGS: Mapping[type, Callable[[Any, Any], LeafAnswer | Truth]] = {**LEAVES, **CONNECTIVES}
"""Every expression that has a meaning here."""


def interpret(
    expression: e.Expression, patient: PatientRecord, setting: Setting, adverse: Truth
) -> Truth:
    """Say whether an expression holds for a patient on the index date."""
    return explain(expression, patient, setting, adverse).truth


def answer(leaf: e.Leaf, patient: PatientRecord, setting: Setting, adverse: Truth) -> LeafAnswer:
    """Answer one leaf, with its evidence or its gap."""
    return LEAVES[type(leaf)](leaf, Question(patient, setting, adverse))


def explain(
    expression: e.Expression, patient: PatientRecord, setting: Setting, adverse: Truth
) -> Answered:
    """Answer an expression and all its parts."""
    return assemble(expression, adverse, lambda leaf, truth: answer(leaf, patient, setting, truth))


def assemble(
    expression: e.Expression, adverse: Truth, answer_of: Callable[[e.Leaf, Truth], LeafAnswer]
) -> Answered:
    """Join the answers to the leaves, whoever gives them; each is asked with its adverse truth."""
    if type(expression) in LEAVES:
        found = answer_of(expression, adverse)  # type: ignore[arg-type]
        return Answered(expression, found.truth, found)
    parts = tuple(assemble(part, turned, answer_of) for part, turned in _parts(expression, adverse))
    join = CONNECTIVES[type(expression)]
    return Answered(expression, join(expression, [part.truth for part in parts]), parts=parts)


def leaves_with_adverse(expression: e.Expression, adverse: Truth) -> Iterator[tuple[e.Leaf, Truth]]:
    """Yield the leaves in the order written, each with the truth that is adverse there.

    The engine walks by itself: what checks it must not depend on it.
    """
    if type(expression) in LEAVES:
        yield expression, adverse  # type: ignore[misc]
        return
    for part, turned in _parts(expression, adverse):
        yield from leaves_with_adverse(part, turned)


def _parts(expression: e.Expression, adverse: Truth) -> list[tuple[e.Expression, Truth]]:
    """Return the parts, each with the truth that is adverse there: a negation turns it round."""
    match expression:
        case e.Not(part):
            return [(part, negate(adverse))]
        case e.IfThen(premise, consequence):
            return [(premise, negate(adverse)), (consequence, adverse)]
        case _:
            return [(part, adverse) for part in e.children(expression)]
