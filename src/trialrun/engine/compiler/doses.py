"""Medicines and doses that stay the same over a window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.criteria.expressions import DoseUnchanged
from trialrun.criteria.truth import negate
from trialrun.engine.compiler.relation import (
    Asked,
    Context,
    Default,
    Relation,
    Value,
    statement,
    table,
)
from trialrun.engine.compiler.silence import (
    Silence,
    coverage_of,
    silence_of,
    silence_parameters,
    silence_steps,
    weigh,
)
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
)
_CONCEPT = (("leaf", "INTEGER"), ("concept_id", "INTEGER"))
_SCALE = (("unit_id", "INTEGER"), ("scale", "INTEGER"), ("factor", "DOUBLE"))


def doses(asked: Sequence[Asked], context: Context) -> list[Relation]:
    """Return the relation of all statements that doses are unchanged."""
    silences = [_silence(question, context) for question in asked]
    distinct = list(dict.fromkeys(silences))
    pairs = list(zip(asked, silences, strict=True))
    return [
        Relation(
            statement("doses"),
            (
                table(
                    "unchanged",
                    _UNCHANGED,
                    [_row(question, distinct.index(s), s, context) for question, s in pairs],
                ),
                table("dosed_concept", _CONCEPT, list(_concepts(asked, context))),
                table("dose_scale", _SCALE, list(_scales(context))),
                *silence_parameters(distinct, context),
            ),
            tuple((question.number, _default(question, s, context)) for question, s in pairs),
            rows_of=Kind.MEDICATION,
            steps=silence_steps(),
        )
    ]


def _silence(asked: Asked, context: Context) -> Silence:
    leaf = _leaf(asked)
    days = days_of(leaf.window, context.setting)
    return silence_of(Kind.MEDICATION, days, context.value_set(leaf.value_set))


def _row(asked: Asked, number: int, silence: Silence, context: Context) -> tuple[Value, ...]:
    return (
        asked.number,
        number,
        silence.days.first,
        silence.days.last,
        context.value_set(_leaf(asked).value_set).is_open,
        list(coverage_of(silence, context)),
    )


def _concepts(asked: Sequence[Asked], context: Context) -> Iterator[tuple[Value, ...]]:
    for question in asked:
        for concept_id in context.catalog.entries(context.value_set(_leaf(question).value_set)):
            yield (question.number, concept_id)


def _scales(context: Context) -> Iterator[tuple[Value, ...]]:
    """Yield each unit's scale, and its factor there: doses of one scale can be compared.

    A unit that nothing is known of (a tablet) is a scale of its own.
    """
    units = list(context.catalog.units.items())
    for place, (unit_id, unit) in enumerate(units):
        known = ((n, conversion(unit, other)) for n, (_, other) in enumerate(units))
        scale, linear = next(((n, one) for n, one in known if one), (place, None))
        yield (unit_id, scale, 1.0 if linear is None else float(linear.factor))


def _default(asked: Asked, silence: Silence, context: Context) -> Default:
    """Return what no medication means: nothing changed, if it is sure that there was none."""
    silent = weigh(context.value_set(_leaf(asked).value_set), coverage_of(silence, context))
    return Default(negate(silent.truth), silent.gap, silent.coverage)


def _leaf(asked: Asked) -> DoseUnchanged:
    assert isinstance(asked.leaf, DoseUnchanged)
    return asked.leaf
