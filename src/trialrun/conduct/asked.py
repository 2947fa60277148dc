"""What participants are asked at every visit: the statements of the protocol that only they answer.

Pure: a protocol in, statements out. They come from the obligations and the watched exclusions, in
the order written. Refuses to ask the same words twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from trialrun.criteria.expressions import Attested, AttestedThroughout
from trialrun.criteria.interpreter import leaves_with_adverse
from trialrun.criteria.truth import Truth
from trialrun.protocol.model import Criterion, TrialProtocol


@dataclass(frozen=True)
class AskedStatement:
    """A statement, word for word, and the first criterion that asks for it.

    `name` tells it from every other (`I7-1`: the first that I7 asks for). `permits` is the answer
    that speaks for nothing adverse; None: criteria differ, so that neither answer does.
    """

    name: str
    statement: str
    criterion: Criterion
    permits: bool | None


def statements_of_participants(protocol: TrialProtocol) -> tuple[AskedStatement, ...]:
    """Return the statements that participants are asked, each once, in the order written.

    What the signed consent answers, nobody is asked.
    """
    asked: dict[str, tuple[str, Criterion]] = {}
    permits: dict[str, set[bool]] = defaultdict(set)
    for criterion in (*protocol.obligations, *protocol.watched_exclusions):
        if criterion.consent:
            continue
        for number, (statement, answer) in enumerate(_statements(criterion), 1):
            asked.setdefault(statement, (f"{criterion.id}-{number}", criterion))
            permits[statement].add(answer)
    return tuple(
        AskedStatement(name, statement, criterion, _only(permits[statement]))
        for statement, (name, criterion) in asked.items()
    )


def _statements(criterion: Criterion) -> Iterator[tuple[str, bool]]:
    """Yield the statements of a criterion, each with the answer that is not adverse."""
    for leaf, adverse in leaves_with_adverse(criterion.expression, criterion.category.adverse):
        if isinstance(leaf, Attested | AttestedThroughout):
            yield leaf.question, adverse is Truth.FALSE


def _only(answers: set[bool]) -> bool | None:
    return next(iter(answers)) if len(answers) == 1 else None
