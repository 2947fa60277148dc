"""Quantities derived by published formulas: creatinine clearance, eGFR, body mass index.

The formulas themselves are macros (sql/macros.sql). Refuses a limit in a unit that the quantity is
not measured in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import AtAnyTime, Derived, Formula, Selector, Window, Within
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.bounds import PASSING_COLUMNS, low_is_adverse, passing_row, target
from trialrun.engine.compiler.numbers import Number, side_of
from trialrun.engine.compiler.parts import Lookup
from trialrun.engine.compiler.relation import AskedLeaf, Default, Relation, Value, statement, table
from trialrun.engine.compiler.shared import Shared
from trialrun.errors import ProtocolError
from trialrun.records.dates import DateUnit
from trialrun.terminology.units import conversion

LAST_WEIGHT = Within(12, DateUnit.MONTHS)
"""How old a body weight may be; a height may be of any age."""

_DERIVED = (
    ("leaf", "INTEGER"),
    ("formula", "VARCHAR"),
    ("index", "DATE"),
    ("needs_birth", "BOOLEAN"),
    ("needs_sex", "BOOLEAN"),
    ("creatinine_number", "INTEGER"),
    ("weight_number", "INTEGER"),
    ("height_number", "INTEGER"),
    *PASSING_COLUMNS,
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


def derived(asked: Sequence[AskedLeaf[Derived]], shared: Shared) -> list[Relation]:
    """Return the relation of all derived quantities; their inputs are numbers looked up."""
    return [
        Relation(
            statement("derived"),
            (table("derived", _DERIVED, [_row(question, shared) for question in asked]),),
            tuple((q.number, Default(Truth.UNKNOWN, Gap.NO_RECORD)) for q in asked),
        )
    ]


def latest_weight(low_is_adverse: bool | None, *, rises: bool) -> Number:
    """Return the latest body weight."""
    lookup = Lookup(WEIGHT.name, Selector.LATEST, LAST_WEIGHT)
    return Number(lookup, WEIGHT.unit, side_of(low_is_adverse, rises=rises), positive=True)


def _input(one: _Input, asked: AskedLeaf[Derived]) -> Number:
    leaf = asked.leaf
    low = low_is_adverse(leaf.test, asked.adverse)
    if one is WEIGHT:
        return latest_weight(low, rises=one.rises)
    window: Window = leaf.window if one is CREATININE else AtAnyTime()
    lookup = Lookup(one.name, Selector.LATEST, window)
    return Number(lookup, one.unit, side_of(low, rises=one.rises), positive=True)


def _row(asked: AskedLeaf[Derived], shared: Shared) -> tuple[Value, ...]:
    leaf = asked.leaf
    linear = conversion(leaf.test.unit, _UNITS[leaf.formula])
    if linear is None:
        raise ProtocolError(f"{leaf.formula.value} is not measured in {leaf.test.unit!r}")
    of_kidneys = leaf.formula is not Formula.BODY_MASS_INDEX
    needed = _INPUTS[leaf.formula]
    return (
        asked.number,
        leaf.formula.value,
        shared.context.setting.index,
        of_kidneys,
        of_kidneys,
        *(
            shared.number(_input(one, asked)) if one in needed else None
            for one in (CREATININE, WEIGHT, HEIGHT)
        ),
        *passing_row(target(leaf.test), linear),
    )
