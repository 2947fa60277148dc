"""Medicines and doses that stay the same over a window.

Refuses to compare doses in units that cannot be converted into each other, but for the same unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from trialrun.criteria.expressions import Anchor, DoseUnchanged
from trialrun.criteria.truth import negate
from trialrun.engine.compiler.relation import (
    AskedLeaf,
    Context,
    Default,
    Relation,
    Value,
    statement,
    table,
    with_tables,
)
from trialrun.engine.compiler.shared import Shared
from trialrun.engine.compiler.silence import Silence, coverage_of, silence_of, silent_tables, weigh
from trialrun.engine.compiler.windows import days_of
from trialrun.records.schema import Kind
from trialrun.terminology.units import conversion

_UNCHANGED = (
    ("leaf", "INTEGER"),
    ("silence", "INTEGER"),
    ("first", "DATE"),
    ("last", "DATE"),
    ("is_open", "BOOLEAN"),
    ("coverage", "INTEGER[]"),
    ("until", "DATE"),
)
_CONCEPT = (("leaf", "INTEGER"), ("kind", "VARCHAR"), ("concept_id", "INTEGER"))
_SCALE = (("unit_id", "INTEGER"), ("scale", "INTEGER"), ("factor", "DOUBLE"))


def doses(asked: Sequence[AskedLeaf[DoseUnchanged]], shared: Shared) -> list[Relation]:
    """Return the relation of all statements that doses are unchanged."""
    context = shared.context
    return [
        Relation(
            with_tables(silent_tables("unchanged"), statement("doses")),
            (
                table("unchanged", _UNCHANGED, [_row(question, shared) for question in asked]),
                table("dosed_concept", _CONCEPT, list(_concepts(asked, context))),
                table("dose_scale", _SCALE, list(_scales(context))),
            ),
            tuple((question.number, _default(question, context)) for question in asked),
        )
    ]


def _silence(asked: AskedLeaf[DoseUnchanged], context: Context) -> Silence:
    leaf = asked.leaf
    days = days_of(leaf.window, context.setting)
    return silence_of(Kind.MEDICATION, days, context.value_set(leaf.value_set))


def _row(asked: AskedLeaf[DoseUnchanged], shared: Shared) -> tuple[Value, ...]:
    silence = _silence(asked, shared.context)
    return (
        asked.number,
        shared.silence(silence),
        silence.days.first,
        silence.days.last,
        shared.context.value_set(asked.leaf.value_set).is_open,
        list(coverage_of(silence, shared.context)),
        _until(asked, shared.context),
    )


def _concepts(
    asked: Sequence[AskedLeaf[DoseUnchanged]], context: Context
) -> Iterator[tuple[Value, ...]]:
    for question in asked:
        for concept_id in context.catalog.entries(context.value_set(question.leaf.value_set)):
            yield (question.number, Kind.MEDICATION.value, concept_id)


def _scales(context: Context) -> Iterator[tuple[Value, ...]]:
    """Yield each unit's scale, and its factor there: doses of one scale can be compared.

    A unit that nothing is known of (a tablet) is a scale of its own.
    """
    units = list(context.catalog.units.items())
    for place, (unit_id, unit) in enumerate(units):
        known = ((n, conversion(unit, other)) for n, (_, other) in enumerate(units))
        scale, linear = next(((n, one) for n, one in known if one), (place, None))
        yield (unit_id, scale, 1.0 if linear is None else float(linear.factor))


def _default(asked: AskedLeaf[DoseUnchanged], context: Context) -> Default:
    """Return what no medication means: nothing changed, if it is sure that there was none."""
    coverage = coverage_of(_silence(asked, context), context)
    silent = weigh(context.value_set(asked.leaf.value_set), coverage)
    until = None if silent.gap else _until(asked, context)
    return Default(negate(silent.truth), silent.gap, silent.coverage, until)


def _until(asked: AskedLeaf[DoseUnchanged], context: Context) -> date | None:
    """Return how long an answer stands: where the window moves on, on the index date only."""
    window = asked.leaf.window
    moves = isinstance(window.first, Anchor) or isinstance(window.last, Anchor)
    return context.setting.index if moves else None
