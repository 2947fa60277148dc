"""What participants are asked at every visit: the statements of the protocol that only they answer.

Pure: a protocol in, statements out. They come from the obligations and the watched exclusions, in
the order written. Refuses to ask the same words twice, and what the sex of a participant settles
whatever else is true of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from trialrun.criteria.expressions import Attested, AttestedThroughout
from trialrun.criteria.formulas import Sex
from trialrun.criteria.interpreter import interpret, leaves_with_adverse
from trialrun.criteria.truth import Truth
from trialrun.protocol.model import Criterion, TrialProtocol
from trialrun.records.rows import PatientRecord

_ANY_DAY = date(2000, 1, 1)


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


def statements_of_participants(
    protocol: TrialProtocol, sex: Sex | None = None
) -> tuple[AskedStatement, ...]:
    """Return the statements that participants are asked, each once, in the order written.

    What the signed consent answers, nobody is asked. `sex` None: not known, so that everything is
    asked; else what it decides by itself is left out.
    """
    asked: dict[str, tuple[str, Criterion]] = {}
    permits: dict[str, set[bool]] = defaultdict(set)
    for criterion in (*protocol.obligations, *protocol.watched_exclusions):
        if criterion.consent or _is_settled(criterion, protocol, sex):
            continue
        for number, (statement, answer) in enumerate(_statements(criterion), 1):
            asked.setdefault(statement, (f"{criterion.id}-{number}", criterion))
            permits[statement].add(answer)
    return tuple(
        AskedStatement(name, statement, criterion, _only(permits[statement]))
        for statement, (name, criterion) in asked.items()
    )


def _is_settled(criterion: Criterion, protocol: TrialProtocol, sex: Sex | None) -> bool:
    """Say whether a criterion has its answer from the sex alone.

    Of a record that knows nothing else and covers nothing, whatever can depend on the rest is
    UNKNOWN; by Kleene's logic, no further fact changes a TRUE or a FALSE.
    """
    if sex is None:
        return False
    holds = interpret(
        criterion.expression,
        PatientRecord(patient_id="", sex=sex),
        protocol.setting(_ANY_DAY),
        criterion.category.adverse,
    )
    return holds is not Truth.UNKNOWN


def _statements(criterion: Criterion) -> Iterator[tuple[str, bool]]:
    """Yield the statements of a criterion, each with the answer that is not adverse."""
    for leaf, adverse in leaves_with_adverse(criterion.expression, criterion.category.adverse):
        if isinstance(leaf, Attested | AttestedThroughout):
            yield leaf.question, adverse is Truth.FALSE


def _only(answers: set[bool]) -> bool | None:
    return next(iter(answers)) if len(answers) == 1 else None
