"""What only a person can say. The statement's words are bound as a value, never part of the SQL."""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Attested
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.relation import (
    Asked,
    Default,
    Relation,
    Value,
    statement,
    table,
)
from trialrun.engine.compiler.shared import Shared

_ATTESTED = (
    ("leaf", "INTEGER"),
    ("question", "VARCHAR"),
    ("adverse", "BOOLEAN"),
    ("index", "DATE"),
)


def attested(asked: Sequence[Asked], shared: Shared) -> list[Relation]:
    """Return the relation of all attested statements."""
    return [
        Relation(
            statement("attested"),
            (table("attested", _ATTESTED, [_row(question, shared) for question in asked]),),
            tuple((q.number, Default(Truth.UNKNOWN, Gap.NEEDS_A_PERSON)) for q in asked),
        )
    ]


def _row(asked: Asked, shared: Shared) -> tuple[Value, ...]:
    assert isinstance(asked.leaf, Attested)
    adverse = asked.adverse is Truth.TRUE
    return (asked.number, asked.leaf.question, adverse, shared.context.setting.index)
