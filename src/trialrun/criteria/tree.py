"""The answered tree: an expression, its truth, and its answered parts or its leaf's answer.

Also what follows from a tree without asking the record again: how long its truth stands, whether
it rests on an absence, which leaves decide it, which leave it open. Asks nothing; whoever answers
leaves builds the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import And, AtLeast, Expression, IfThen, Not, Or
from trialrun.criteria.truth import Truth, negate
from trialrun.records.dates import LATEST


@dataclass(frozen=True, slots=True)
class Answered:
    """An expression and its truth: a leaf has an answer, a connective has parts."""

    expression: Expression
    truth: Truth
    answer: LeafAnswer | None = None
    parts: tuple[Answered, ...] = ()

    def leaves(self) -> Iterator[Answered]:
        """Return the leaves in the order written."""
        if self.answer is not None:
            yield self
        for part in self.parts:
            yield from part.leaves()


def until(tree: Answered) -> date | None:
    """Return the last day on which the truth stands if only time passes; None: it does not end.

    A truth that needs n of its parts stands until the n-th last of them ends. UNKNOWN has no end:
    only what is recorded later can settle it.
    """
    if tree.truth is Truth.UNKNOWN:
        return None
    if tree.answer is not None:
        return tree.answer.until
    return nth_last(_parts_needed(tree), map(until, _sharing_the_truth(tree)))


def deciding(tree: Answered) -> tuple[Answered, ...]:
    """Return the leaves that make the truth what it is, or that leave an UNKNOWN open."""
    if tree.answer is not None:
        return (tree,)
    return tuple(leaf for part in _sharing_the_truth(tree) for leaf in deciding(part))


def gaps(tree: Answered) -> tuple[Answered, ...]:
    """Return the UNKNOWN leaves whose settling could settle the whole; none if it is settled."""
    return deciding(tree) if tree.truth is Truth.UNKNOWN else ()


def rests_on_absence(tree: Answered) -> bool:
    """Say whether the truth needs what was presumed from absence: too few parts have it without."""
    if tree.answer is not None:
        return tree.answer.presumed
    shown = [part for part in _sharing_the_truth(tree) if not rests_on_absence(part)]
    return len(shown) < _parts_needed(tree)


def nth_last(count: int, ends: Iterable[date | None]) -> date | None:
    """Return the `count`-th last of the ends; None, the latest of all, is what never ends.

    What needs none of them (at least 0 of) never ends either.
    """
    if count < 1:
        return None
    found = sorted((end or LATEST for end in ends), reverse=True)[count - 1]
    return None if found == LATEST else found


def _sharing_the_truth(tree: Answered) -> Sequence[Answered]:
    """Return the parts that speak for the tree's truth: a negated part by the opposite truth."""
    match tree.expression:
        case Not():
            return tree.parts
        case IfThen():
            premise, consequence = tree.parts
            spoken = [(premise, negate(premise.truth)), (consequence, consequence.truth)]
        case _:
            spoken = [(part, part.truth) for part in tree.parts]
    return [part for part, truth in spoken if truth is tree.truth]


def _parts_needed(tree: Answered) -> int:
    """Return how many parts must share the tree's truth for it to stand."""
    for_true = _parts_for_true(tree.expression)
    return for_true if tree.truth is Truth.TRUE else len(tree.parts) - for_true + 1


def _parts_for_true(expression: Expression) -> int:
    match expression:
        case And(parts):
            return len(parts)
        case AtLeast(count, _):
            return count
        case Or() | IfThen() | Not():
            return 1
        case _:
            raise TypeError(f"{type(expression).__name__} has no parts")
