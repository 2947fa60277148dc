"""Quantities derived by published formulas: creatinine clearance, eGFR, body mass index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import AtAnyTime, Derived, Formula, Selector, Window, Within
from trialrun.criteria.truth import Truth
from trialrun.engine.catalog import convert_exactly
from trialrun.engine.compiler.bounds import BOUND_COLUMNS, bounds, low_is_adverse, target
from trialrun.engine.compiler.parts import Lookup, part_steps, part_views
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
from trialrun.engine.compiler.values import Number, number_parameters, side_of
from trialrun.errors import ProtocolError
from trialrun.records.dates import DateUnit

LAST_WEIGHT = Within(12, DateUnit.MONTHS)
"""How old a body weight may be; a height may be of any age."""

_DERIVED = (
    ("leaf", "INTEGER"),
    ("formula", "VARCHAR"),
    ("index", "DATE"),
    ("needs_birth", "BOOLEAN"),
    ("needs_sex", "BOOLEAN"),
    ("creatinine_part", "INTEGER"),
    ("weight_part", "INTEGER"),
    ("height_part", "INTEGER"),
    *BOUND_COLUMNS,
    ("passing_lo_open", "BOOLEAN"),
    ("passing_hi_open", "BOOLEAN"),
)


@dataclass(frozen=True)
class _Input:
    """A measurement that a formula needs; `rises`: the result rises with it."""

    name: str
    unit: str
    rises: bool


CREATININE = _Input("creatinine", "mg/dL", rises=False)
WEIGHT = _Input("body-weight", "kg", rises=True)
HEIGHT = _Input("body-height", "m", rises=False)
_INPUTS: dict[Formula, tuple[_Input, ...]] = {
    Formula.CREATININE_CLEARANCE: (CREATININE, WEIGHT),
    Formula.EGFR: (CREATININE,),
    Formula.BODY_MASS_INDEX: (WEIGHT, HEIGHT),
}
_UNITS = {
    Formula.CREATININE_CLEARANCE: "mL/min",
    Formula.EGFR: "mL/min/{1.73_m2}",
    Formula.BODY_MASS_INDEX: "kg/m2",
}


def derived(asked: Sequence[Asked], context: Context) -> list[Relation]:
    """Return the relation of all derived quantities; their inputs are numbers looked up."""
    inputs = [(question, one) for question in asked for one in _INPUTS[_leaf(question).formula]]
    numbers = [_number(question, one, context) for question, one in inputs]
    places = {(question.number, one): place for place, (question, one) in enumerate(inputs)}
    rows = [_row(question, places, context) for question in asked]
    return [
        Relation(
            with_tables(
                {"part_row": statement("part_row"), "part_value": statement("part_value")},
                f"SELECT * FROM ({statement('derived')})",
            ),
            (*number_parameters(numbers, context), table("derived", _DERIVED, rows)),
            tuple((q.number, Default(Truth.UNKNOWN, Gap.NO_RECORD)) for q in asked),
            views=part_views(),
            steps=part_steps(),
        )
    ]


def weight_of(low_is_adverse: bool | None, context: Context, *, rises: bool) -> Number:
    """Return the latest body weight."""
    lookup = Lookup(context.value_set(WEIGHT.name), Selector.LATEST, LAST_WEIGHT)
    return Number(lookup, WEIGHT.unit, side_of(low_is_adverse, rises=rises), positive=True)


def _number(asked: Asked, one: _Input, context: Context) -> Number:
    leaf = _leaf(asked)
    low = low_is_adverse(leaf.test, asked.adverse)
    if one is WEIGHT:
        return weight_of(low, context, rises=True)
    window: Window = leaf.window if one is CREATININE else AtAnyTime()
    lookup = Lookup(context.value_set(one.name), Selector.LATEST, window)
    return Number(lookup, one.unit, side_of(low, rises=one.rises), positive=True)


def _row(
    asked: Asked, places: dict[tuple[int, _Input], int], context: Context
) -> tuple[Value, ...]:
    leaf = _leaf(asked)
    linear = convert_exactly(leaf.test.unit, _UNITS[leaf.formula])
    if linear is None:
        raise ProtocolError(f"{leaf.formula.value} is not measured in {leaf.test.unit!r}")
    passing = target(leaf.test)
    of_kidneys = leaf.formula is not Formula.BODY_MASS_INDEX
    return (
        asked.number,
        leaf.formula.value,
        context.setting.index,
        of_kidneys,
        of_kidneys,
        *(places.get((asked.number, one)) for one in (CREATININE, WEIGHT, HEIGHT)),
        *bounds(passing, linear),
        passing.lo_open,
        passing.hi_open,
    )


def _leaf(asked: Asked) -> Derived:
    assert isinstance(asked.leaf, Derived)
    return asked.leaf
