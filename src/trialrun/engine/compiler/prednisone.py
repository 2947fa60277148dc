"""Doses of glucocorticoids, added up as prednisone per kg of body weight and day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import PrednisoneEquivalent
from trialrun.criteria.truth import Truth
from trialrun.engine.catalog import convert_exactly
from trialrun.engine.compiler.bounds import (
    BOUND_COLUMNS,
    Target,
    bounds,
    low_is_adverse,
    target,
)
from trialrun.engine.compiler.derived import weight_of
from trialrun.engine.compiler.parts import part_steps, part_views
from trialrun.engine.compiler.relation import (
    Asked,
    Context,
    Default,
    Relation,
    Value,
    statement,
    table,
    with_tables,
)
from trialrun.engine.compiler.silence import (
    Silence,
    coverage_of,
    silence_of,
    silence_parameters,
    silence_steps,
)
from trialrun.engine.compiler.values import number_parameters
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
    ("part", "INTEGER"),
    ("first", "DATE"),
    ("last", "DATE"),
    ("exit_days", "INTEGER"),
    ("exit_months", "INTEGER"),
    ("coverage", "INTEGER[]"),
    *BOUND_COLUMNS,
    ("passing_lo_open", "BOOLEAN"),
    ("passing_hi_open", "BOOLEAN"),
)
_EQUIVALENT = (("leaf", "INTEGER"), ("concept_id", "INTEGER"), ("equal_to_5_mg", "DOUBLE"))
_IN_MG = (("unit_id", "INTEGER"), ("mg", "DOUBLE"))


def prednisone(asked: Sequence[Asked], context: Context) -> list[Relation]:
    """Return the relation of all prednisone-equivalent doses."""
    silences = [_silence(question, context) for question in asked]
    distinct = list(dict.fromkeys(silences))
    rows = [
        _row(place, question, distinct.index(silence), silence, context)
        for place, (question, silence) in enumerate(zip(asked, silences, strict=True))
    ]
    weights = [
        weight_of(low_is_adverse(_leaf(q).test, q.adverse), context, rises=False) for q in asked
    ]
    return [
        Relation(
            with_tables(
                {"part_row": statement("part_row"), "part_value": statement("part_value")},
                f"SELECT * FROM ({statement('prednisone')})",
            ),
            (
                table("prednisone", _PREDNISONE, rows),
                table("equivalent", _EQUIVALENT, _equivalents(asked, context)),
                table("dose_in_mg", _IN_MG, list(_in_mg(context))),
                *silence_parameters(distinct, context),
                *number_parameters(weights, context),
            ),
            tuple(
                (question.number, _default(question, coverage_of(silence, context)))
                for question, silence in zip(asked, silences, strict=True)
            ),
            rows_of=Kind.MEDICATION,
            views=part_views(),
            steps=(*silence_steps(), *part_steps()),
        )
    ]


def _silence(asked: Asked, context: Context) -> Silence:
    days = days_of(_leaf(asked).window, context.setting)
    return silence_of(Kind.MEDICATION, days, context.value_set(GLUCOCORTICOIDS))


def _row(
    place: int, asked: Asked, silence_no: int, silence: Silence, context: Context
) -> tuple[Value, ...]:
    leaf = _leaf(asked)
    linear = convert_exactly(leaf.test.unit, _UNIT)
    if linear is None:
        raise ProtocolError(f"a prednisone-equivalent dose is not in {leaf.test.unit!r}")
    leaving, passing = exit_of(leaf.window), target(leaf.test)
    return (
        asked.number,
        silence_no,
        place,
        silence.days.first,
        silence.days.last,
        leaving.days,
        leaving.months,
        list(coverage_of(silence, context)),
        *bounds(passing, linear),
        passing.lo_open,
        passing.hi_open,
    )


def _equivalents(asked: Sequence[Asked], context: Context) -> list[tuple[Value, ...]]:
    entries = context.catalog.entries(context.value_set(GLUCOCORTICOIDS))
    return [
        (question.number, concept_id, _number(entry.attributes.get(EQUIVALENT)))
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


def _default(asked: Asked, coverage: tuple[int, ...]) -> Default:
    """Return what no medication at all means: a dose of 0, if it is sure that there was none."""
    if not coverage:
        return Default(Truth.UNKNOWN, Gap.NOT_COVERED)
    return Default(Truth.of(_holds_zero(target(_leaf(asked).test))), coverage=coverage)


def _holds_zero(passing: Target) -> bool:
    above = passing.lo is None or passing.lo < 0 or (passing.lo == 0 and not passing.lo_open)
    below = passing.hi is None or passing.hi > 0 or (passing.hi == 0 and not passing.hi_open)
    return above and below


def _leaf(asked: Asked) -> PrednisoneEquivalent:
    assert isinstance(asked.leaf, PrednisoneEquivalent)
    return asked.leaf
