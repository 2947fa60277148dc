"""Doses of glucocorticoids, added up as prednisone per kg of body weight and day.

What is put on the skin or inhaled is not added. Refuses a limit that is no dose per kg and day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import PrednisoneEquivalent
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.bounds import (
    PASSING_COLUMNS,
    Target,
    low_is_adverse,
    passing_row,
    target,
)
from trialrun.engine.compiler.derived import latest_weight
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
from trialrun.engine.compiler.silence import Silence, coverage_of, silence_of, silent_tables
from trialrun.engine.compiler.windows import days_of, exit_of
from trialrun.errors import ProtocolError
from trialrun.records.schema import Kind
from trialrun.terminology.units import conversion

GLUCOCORTICOIDS = "glucocorticoids"
EQUIVALENT = "prednisone_5mg"
"""The attribute of an entry: the dose in mg that equals 5 mg of prednisone."""

_UNIT = "mg/kg/d"
_PREDNISONE = (
    ("leaf", "INTEGER"),
    ("silence", "INTEGER"),
    ("number", "INTEGER"),
    ("first", "DATE"),
    ("last", "DATE"),
    ("exit_days", "INTEGER"),
    ("exit_months", "INTEGER"),
    ("coverage", "INTEGER[]"),
    *PASSING_COLUMNS,
)
_EQUIVALENT = (
    ("leaf", "INTEGER"),
    ("kind", "VARCHAR"),
    ("concept_id", "INTEGER"),
    ("equal_to_5_mg", "DOUBLE"),
)
_IN_MG = (("unit_id", "INTEGER"), ("mg", "DOUBLE"))


def prednisone(asked: Sequence[AskedLeaf[PrednisoneEquivalent]], shared: Shared) -> list[Relation]:
    """Return the relation of all prednisone-equivalent doses."""
    context = shared.context
    return [
        Relation(
            with_tables(silent_tables("prednisone"), statement("prednisone")),
            (
                table("prednisone", _PREDNISONE, [_row(question, shared) for question in asked]),
                table("equivalent", _EQUIVALENT, _equivalents(asked, context)),
                table("dose_in_mg", _IN_MG, list(_in_mg(context))),
            ),
            tuple((question.number, _default(question, context)) for question in asked),
        )
    ]


def _silence(asked: AskedLeaf[PrednisoneEquivalent], context: Context) -> Silence:
    days = days_of(asked.leaf.window, context.setting)
    return silence_of(Kind.MEDICATION, days, context.value_set(GLUCOCORTICOIDS))


def _row(asked: AskedLeaf[PrednisoneEquivalent], shared: Shared) -> tuple[Value, ...]:
    leaf, silence = asked.leaf, _silence(asked, shared.context)
    linear = conversion(leaf.test.unit, _UNIT)
    if linear is None:
        raise ProtocolError(f"a prednisone-equivalent dose is not in {leaf.test.unit!r}")
    leaving = exit_of(leaf.window, shared.context.setting)
    weight = latest_weight(low_is_adverse(leaf.test, asked.adverse), rises=False)
    return (
        asked.number,
        shared.silence(silence),
        shared.number(weight),
        silence.days.first,
        silence.days.last,
        leaving.days,
        leaving.months,
        list(coverage_of(silence, shared.context)),
        *passing_row(target(leaf.test), linear),
    )


def _equivalents(
    asked: Sequence[AskedLeaf[PrednisoneEquivalent]], context: Context
) -> list[tuple[Value, ...]]:
    entries = context.catalog.entries(context.value_set(GLUCOCORTICOIDS))
    return [
        (
            question.number,
            Kind.MEDICATION.value,
            concept_id,
            _number(entry.attributes.get(EQUIVALENT)),
        )
        for question in asked
        for concept_id, entry in entries.items()
    ]


def _in_mg(context: Context) -> Iterator[tuple[Value, ...]]:
    for unit_id, unit in context.catalog.units.items():
        linear = conversion(unit, "mg")
        if linear is not None:
            yield (unit_id, float(linear.factor))


def _number(text: str | None) -> float | None:
    return None if text is None else float(Fraction(text))


def _default(asked: AskedLeaf[PrednisoneEquivalent], context: Context) -> Default:
    """Return what no medication at all means: a dose of 0, if it is sure that there was none."""
    coverage = coverage_of(_silence(asked, context), context)
    if not coverage:
        return Default(Truth.UNKNOWN, Gap.NOT_COVERED)
    return Default(Truth.of(_holds_zero(target(asked.leaf.test))), coverage=coverage)


def _holds_zero(passing: Target) -> bool:
    above = passing.lo is None or passing.lo < 0 or (passing.lo == 0 and not passing.lo_open)
    below = passing.hi is None or passing.hi > 0 or (passing.hi == 0 and not passing.hi_open)
    return above and below
