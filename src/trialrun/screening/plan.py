"""The questions of a screening: one expression and its adverse truth per criterion.

A criterion that a person must confirm does not permit before the person has said so: the
confirmation is part of the question, as an attested statement, so that it is answered, explained
and counted like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import (
    And,
    AtAnyTime,
    Attested,
    AttestedThroughout,
    Expression,
    Leaf,
    Not,
    Or,
)
from trialrun.criteria.interpreter import assemble, leaves_with_adverse
from trialrun.criteria.tree import Answered
from trialrun.criteria.truth import Truth
from trialrun.errors import ProtocolError
from trialrun.protocol.model import Category, Criterion, Sentence, Stage, TrialProtocol
from trialrun.protocol.reach import leaves
from trialrun.screening.verdict import permission


@dataclass(frozen=True)
class Asked:
    """One criterion, as it is asked of the record and of people."""

    criterion: Criterion
    expression: Expression
    adverse: Truth


def confirmation(criterion: Criterion) -> Attested:
    """Return the statement by which a person confirms that a criterion permits."""
    return Attested(
        f"{criterion.id}: a person has confirmed that this criterion permits enrolment",
        criterion.confirmed_within or AtAnyTime(),
    )


def questions(protocol: TrialProtocol) -> frozenset[str]:
    """Return every statement that the protocol asks people, word for word.

    Those of obligations and hints, too: somebody may have answered them, although they are not
    asked of candidates.
    """
    asked = [
        leaf
        for criterion in protocol.criteria
        for expression in (criterion.expression, criterion.hint)
        if expression is not None
        for leaf in leaves(expression)
    ]
    asked += [confirmation(criterion) for criterion in protocol.criteria if criterion.confirm]
    return frozenset(leaf.question for leaf in asked if isinstance(leaf, Attested))


def plan(protocol: TrialProtocol) -> tuple[Asked, ...]:
    """Return what is asked of every patient, in the order written.

    Raises:
        ProtocolError: nothing is asked, so that everybody would be eligible.
    """
    if not protocol.screening_criteria:
        raise ProtocolError(
            f"the protocol {protocol.name} asks nothing of candidates: write a criterion"
        )
    return tuple(
        Asked(criterion, asked_of(criterion, criterion.expression), criterion.category.adverse)
        for criterion in protocol.screening_criteria
    )


def asked_of(criterion: Criterion, logic: Expression) -> Expression:
    """Return the logic together with the confirmation that the criterion needs."""
    if not criterion.confirm:
        return logic
    if criterion.category is Category.EXCLUSION:
        return Or((logic, Not(confirmation(criterion))))
    return And((logic, confirmation(criterion)))


def asks_of_people(asked: Asked) -> tuple[str, ...]:
    """Return the statements that a person answers to settle a criterion, its confirmation last.

    What the signed consent answers, nobody else does.
    """
    if asked.criterion.consent:
        return ()
    leaves = [leaf for leaf, _ in leaves_with_adverse(asked.expression, asked.adverse)]
    people = (Attested, AttestedThroughout)
    return tuple(dict.fromkeys(leaf.question for leaf in leaves if isinstance(leaf, people)))


def leads_to(asked: Asked, tree: Answered, statement: str, answer: bool) -> Truth:
    """Say whether a criterion permits, if a person answers one statement so.

    `tree` is how the criterion is answered now: everything else stays as it is there.
    """
    known = {leaf.expression: leaf.answer for leaf in tree.leaves()}
    said = LeafAnswer(Truth.of(answer))

    def answer_of(leaf: Leaf, _adverse: Truth) -> LeafAnswer:
        if isinstance(leaf, Attested | AttestedThroughout) and leaf.question == statement:
            return said
        return known.get(leaf) or LeafAnswer(Truth.UNKNOWN)

    return permission(assemble(asked.expression, asked.adverse, answer_of).truth, asked.adverse)


def consent_statements(protocol: TrialProtocol) -> frozenset[str]:
    """Return the statements that only a consent signed for the trial answers, word for word."""
    signed = [criterion.expression for criterion in protocol.criteria if criterion.consent]
    return frozenset(leaf.question for leaf in signed if isinstance(leaf, Attested))


def by_own_consents(protocol: TrialProtocol) -> TrialProtocol:
    """Return the protocol as hospital records can be asked: none of them holds the trial's consent.

    What a record says of it would else count as a signature that the trial does not have.
    """
    return replace(protocol, sentences=tuple(map(_by_own_consent, protocol.sentences)))


def _by_own_consent(sentence: Sentence) -> Sentence:
    signed = Attested(f"{sentence.id}: the trial holds a signed consent", AtAnyTime())
    return replace(
        sentence,
        criteria=tuple(
            replace(one, expression=signed) if one.consent else one for one in sentence.criteria
        ),
    )


def record_permits(protocol: TrialProtocol) -> Expression:
    """Return the statement that the record permits as far as it goes.

    It joins the logic of every criterion of the record stage, without the confirmations: where it
    holds and nothing refuses, only people are left to ask, and the patient can be invited. Where
    no criterion is of that stage, all are joined, since a record that is asked nothing permits
    nothing.
    """
    criteria = protocol.screening_criteria
    asked = [c for c in criteria if c.stage is Stage.RECORD] or criteria
    permits = [criterion.permits for criterion in asked]
    return permits[0] if len(permits) == 1 else And(tuple(permits))
