"""Records of conditions, findings, procedures, …: one relation per kind of record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from trialrun.criteria.expressions import Recorded, Threshold
from trialrun.criteria.truth import Truth
from trialrun.engine.catalog import convert_exactly
from trialrun.engine.compiler.bounds import BOUND_COLUMNS, bounds, target
from trialrun.engine.compiler.relation import (
    Asked,
    Context,
    Default,
    Parameters,
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
from trialrun.engine.compiler.windows import days_of, exit_of
from trialrun.records.schema import Kind

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
_CONCEPT = (("leaf", "INTEGER"), ("concept_id", "INTEGER"))
_DOSE = (("leaf", "INTEGER"), ("unit_id", "INTEGER"), *BOUND_COLUMNS)


@dataclass(frozen=True)
class _Statement:
    """One statement about records, with its silence."""

    number: int
    leaf: Recorded
    silence: Silence
    coverage: tuple[int, ...]


def records(asked: Sequence[Asked], context: Context) -> list[Relation]:
    """Return one relation per kind of record that is asked about."""
    statements = sorted(_statements(asked, context), key=lambda s: s.leaf.kind)
    by_kind = groupby(statements, key=lambda s: s.leaf.kind)
    return [_relation(kind, list(of_kind), context) for kind, of_kind in by_kind]


def _dose_bounds(dose: Threshold, context: Context) -> Iterator[tuple[Value, ...]]:
    """Yield the bounds of a daily dose in each unit of the data in which doses may be written."""
    for unit_id, unit in context.catalog.units.items():
        linear = convert_exactly(dose.unit, unit)
        if linear is not None:
            yield (unit_id, *bounds(target(dose), linear))


def _statements(asked: Iterable[Asked], context: Context) -> Iterator[_Statement]:
    for question in asked:
        leaf = question.leaf
        assert isinstance(leaf, Recorded)
        days = days_of(leaf.window, context.setting)
        silence = silence_of(leaf.kind, days, context.value_set(leaf.value_set))
        yield _Statement(question.number, leaf, silence, coverage_of(silence, context))


def _relation(kind: Kind, statements: Sequence[_Statement], context: Context) -> Relation:
    silences = list(dict.fromkeys(s.silence for s in statements))
    return Relation(
        statement("records"),
        (
            *_parameters(statements, silences, context),
            *silence_parameters(silences, context),
        ),
        tuple((s.number, _default(s, context)) for s in statements),
        rows_of=kind,
        steps=silence_steps(),
    )


def _default(asked: _Statement, context: Context) -> Default:
    if asked.leaf.count <= 0:
        return Default(Truth.TRUE)
    return weigh(context.value_set(asked.leaf.value_set), asked.coverage)


def _parameters(
    statements: Sequence[_Statement], silences: Sequence[Silence], context: Context
) -> tuple[Parameters, ...]:
    concepts = [
        (s.number, concept_id)
        for s in statements
        for concept_id in context.catalog.entries(context.value_set(s.leaf.value_set))
    ]
    doses = [
        (s.number, *bound)
        for s in statements
        if s.leaf.dose is not None
        for bound in _dose_bounds(s.leaf.dose, context)
    ]
    return (
        table(
            "recorded",
            _RECORDED,
            [_row(s, silences.index(s.silence), context) for s in statements],
        ),
        table("recorded_concept", _CONCEPT, concepts),
        table("recorded_dose", _DOSE, doses),
    )


def _row(asked: _Statement, silence: int, context: Context) -> tuple[Value, ...]:
    leaf, days = asked.leaf, asked.silence.days
    leaving = exit_of(leaf.window)
    passing = target(leaf.dose) if leaf.dose is not None else None
    return (
        asked.number,
        silence,
        leaf.count,
        days.first,
        days.last,
        leaving.days,
        leaving.months,
        leaf.route.value if leaf.route is not None else None,
        passing is not None,
        passing is not None and passing.lo_open,
        passing is not None and passing.hi_open,
        context.value_set(leaf.value_set).is_open,
        list(asked.coverage),
    )
