"""What only a person can say. The statement's words are bound as a value, never part of the SQL.

Refuses to presume: nobody's silence is an answer, whatever a source covers.
"""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Attested
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.relation import (
    AskedLeaf,
    Default,
    Relation,
    Value,
    statement,
    table,
)
from trialrun.engine.compiler.shared import Shared
from trialrun.engine.compiler.windows import days_of, exit_of

_ATTESTED = (
    ("leaf", "INTEGER"),
    ("question", "VARCHAR"),
    ("adverse", "BOOLEAN"),
    ("index", "DATE"),
    ("first", "DATE"),
    ("last", "DATE"),
    ("exit_days", "INTEGER"),
    ("exit_months", "INTEGER"),
)


def attested(asked: Sequence[AskedLeaf[Attested]], shared: Shared) -> list[Relation]:
    """Return the relation of all attested statements."""
    return [
        Relation(
            statement("attested"),
            (table("attested", _ATTESTED, [_row(question, shared) for question in asked]),),
            tuple((q.number, Default(Truth.UNKNOWN, Gap.NEEDS_A_PERSON)) for q in asked),
        )
    ]


def _row(asked: AskedLeaf[Attested], shared: Shared) -> tuple[Value, ...]:
    setting, window = shared.context.setting, asked.leaf.window
    days, leaving = days_of(window, setting), exit_of(window, setting)
    return (
        asked.number,
        asked.leaf.question,
        asked.adverse is Truth.TRUE,
        setting.index,
        days.first,
        days.last,
        leaving.days,
        leaving.months,
    )
