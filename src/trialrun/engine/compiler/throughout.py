"""What holds on every day of a window: by what is recorded, and by what persons say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Anchor, AttestedThroughout, Between, RecordedThroughout
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.relation import AskedLeaf, Default, Relation, Value, statement, table
from trialrun.engine.compiler.shared import Shared
from trialrun.engine.compiler.silence import silence_of
from trialrun.engine.compiler.windows import days_of

_WINDOW = (("first", "DATE"), ("last", "DATE"), ("until", "DATE"))
_RECORDED = (
    ("leaf", "INTEGER"),
    *_WINDOW,
    ("kind", "VARCHAR"),
    ("silence", "INTEGER"),
    ("is_open", "BOOLEAN"),
)
_CONCEPT = (("leaf", "INTEGER"), ("kind", "VARCHAR"), ("concept_id", "INTEGER"))
_ATTESTED = (("leaf", "INTEGER"), *_WINDOW, ("question", "VARCHAR"))


def recorded_throughout(
    asked: Sequence[AskedLeaf[RecordedThroughout]], shared: Shared
) -> list[Relation]:
    """Return the relation of all statements that records cover a window; it answers everybody."""
    context = shared.context
    leaves = [(one.number, one.leaf) for one in asked]
    concepts = [
        (number, leaf.kind.value, concept_id)
        for number, leaf in leaves
        for concept_id in context.catalog.entries(context.value_set(leaf.value_set))
    ]
    return [
        Relation(
            statement("recorded_throughout"),
            (
                table(
                    "recorded_throughout",
                    _RECORDED,
                    [(number, *_recorded_row(leaf, shared)) for number, leaf in leaves],
                ),
                table("throughout_concept", _CONCEPT, concepts),
            ),
            tuple((number, Default(Truth.UNKNOWN, Gap.NOT_COVERED)) for number, _ in leaves),
        )
    ]


def attested_throughout(
    asked: Sequence[AskedLeaf[AttestedThroughout]], shared: Shared
) -> list[Relation]:
    """Return the relation of all statements that persons answer for a whole window."""
    setting = shared.context.setting
    leaves = [(one.number, one.leaf) for one in asked]
    rows = [(n, *_window(leaf.window, setting), leaf.question) for n, leaf in leaves]
    return [
        Relation(
            statement("attested_throughout"),
            (table("attested_throughout", _ATTESTED, rows),),
            tuple((number, Default(Truth.UNKNOWN, Gap.NEEDS_A_PERSON)) for number, _ in leaves),
        )
    ]


def _recorded_row(leaf: RecordedThroughout, shared: Shared) -> tuple[Value, ...]:
    setting, value_set = shared.context.setting, shared.context.value_set(leaf.value_set)
    silence = silence_of(leaf.kind, days_of(leaf.window, setting), value_set)
    return (
        *_window(leaf.window, setting),
        leaf.kind.value,
        shared.silence(silence),
        value_set.is_open,
    )


def _window(window: Between, setting: Setting) -> tuple[date, date, date | None]:
    """Return the window's days, and how long an answer stands: where it moves, one day only."""
    days = days_of(window, setting)
    moves = isinstance(window.first, Anchor) or isinstance(window.last, Anchor)
    return days.first, days.last, setting.index if moves else None
