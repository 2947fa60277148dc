"""Records of conditions, findings, procedures, medications, …: how many, in a value set, when.

Refuses to take silence for FALSE unless a source covers the window and every row can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.criteria.expressions import Recorded, Threshold
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.bounds import BOUND_COLUMNS, bounds, target
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
from trialrun.engine.compiler.windows import Exit, days_of, exit_of
from trialrun.terminology.units import conversion
from trialrun.terminology.value_sets import ValueSet

_RECORDED = (
    ("leaf", "INTEGER"),
    ("silence", "INTEGER"),
    ("count", "INTEGER"),
    ("first", "DATE"),
    ("last", "DATE"),
    ("exit_days", "INTEGER"),
    ("exit_months", "INTEGER"),
    ("route", "VARCHAR"),
    ("asks_dose", "BOOLEAN"),
    ("lo_open", "BOOLEAN"),
    ("hi_open", "BOOLEAN"),
    ("is_open", "BOOLEAN"),
    ("coverage", "INTEGER[]"),
)
_CONCEPT = (("leaf", "INTEGER"), ("kind", "VARCHAR"), ("concept_id", "INTEGER"))
_DOSE = (("leaf", "INTEGER"), ("unit_id", "INTEGER"), *BOUND_COLUMNS)


@dataclass(frozen=True)
class _Statement:
    """One statement about records, with what its silence proves."""

    number: int
    leaf: Recorded
    value_set: ValueSet
    silence: Silence
    coverage: tuple[int, ...]
    leaving: Exit


def records(asked: Sequence[AskedLeaf[Recorded]], shared: Shared) -> list[Relation]:
    """Return the relation of all statements about records."""
    context = shared.context
    statements = [_statement(question, context) for question in asked]
    return [
        Relation(
            with_tables(silent_tables("recorded"), statement("records")),
            (
                table(
                    "recorded", _RECORDED, [_row(s, shared.silence(s.silence)) for s in statements]
                ),
                table(
                    "recorded_concept",
                    _CONCEPT,
                    [
                        (s.number, s.leaf.kind.value, concept_id)
                        for s in statements
                        for concept_id in context.catalog.entries(s.value_set)
                    ],
                ),
                table(
                    "recorded_dose",
                    _DOSE,
                    [
                        (s.number, *bound)
                        for s in statements
                        if s.leaf.dose is not None
                        for bound in _dose_bounds(s.leaf.dose, context)
                    ],
                ),
            ),
            tuple((s.number, _default(s)) for s in statements),
        )
    ]


def _statement(asked: AskedLeaf[Recorded], context: Context) -> _Statement:
    leaf = asked.leaf
    value_set = context.value_set(leaf.value_set)
    silence = silence_of(leaf.kind, days_of(leaf.window, context.setting), value_set)
    leaving = exit_of(leaf.window, context.setting)
    coverage = coverage_of(silence, context)
    return _Statement(asked.number, leaf, value_set, silence, coverage, leaving)


def _default(asked: _Statement) -> Default:
    if asked.leaf.count <= 0:
        return Default(Truth.TRUE)
    return weigh(asked.value_set, asked.coverage)


def _row(asked: _Statement, silence: int) -> tuple[Value, ...]:
    leaf, days = asked.leaf, asked.silence.days
    passing = target(leaf.dose) if leaf.dose is not None else None
    return (
        asked.number,
        silence,
        leaf.count,
        days.first,
        days.last,
        asked.leaving.days,
        asked.leaving.months,
        leaf.route.value if leaf.route is not None else None,
        passing is not None,
        passing is not None and passing.lo_open,
        passing is not None and passing.hi_open,
        asked.value_set.is_open,
        list(asked.coverage),
    )


def _dose_bounds(dose: Threshold, context: Context) -> Iterator[tuple[Value, ...]]:
    """Yield the bounds of a daily dose in each unit of the data in which doses may be written."""
    for unit_id, unit in context.catalog.units.items():
        linear = conversion(dose.unit, unit)
        if linear is not None:
            yield (unit_id, *bounds(target(dose), linear))
