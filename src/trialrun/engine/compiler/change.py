"""Changes of a measurement from an earlier value to a later one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from trialrun.criteria.expressions import Change
from trialrun.engine.compiler.bounds import BOUND_COLUMNS, bounds, low_is_adverse, target
from trialrun.engine.compiler.measurements import NOTHING
from trialrun.engine.compiler.parts import Lookup, part_steps, part_views
from trialrun.engine.compiler.relation import (
    Asked,
    Context,
    Relation,
    Value,
    statement,
    table,
    with_tables,
)
from trialrun.engine.compiler.values import Number, number_parameters, side_of
from trialrun.terminology.units import Linear

PERCENT = "%"
_CHANGE = (
    ("leaf", "INTEGER"),
    ("earlier", "INTEGER"),
    ("later", "INTEGER"),
    ("percent", "BOOLEAN"),
    *BOUND_COLUMNS,
    ("passing_lo_open", "BOOLEAN"),
    ("passing_hi_open", "BOOLEAN"),
)


def changes(asked: Sequence[Asked], context: Context) -> list[Relation]:
    """Return the relation of all changes; the ends of a change are two numbers looked up."""
    numbers = [number for question in asked for number in _ends(question, context)]
    rows = [_row(question, 2 * place) for place, question in enumerate(asked)]
    return [
        Relation(
            with_tables(
                {"part_row": statement("part_row"), "part_value": statement("part_value")},
                f"SELECT * FROM ({statement('change')})",
            ),
            (*number_parameters(numbers, context), table("change", _CHANGE, rows)),
            tuple((question.number, NOTHING) for question in asked),
            views=part_views(),
            steps=part_steps(),
        )
    ]


def _ends(asked: Asked, context: Context) -> Iterator[Number]:
    leaf = asked.leaf
    assert isinstance(leaf, Change)
    value_set, low = context.value_set(leaf.value_set), low_is_adverse(leaf.test, asked.adverse)
    unit = None if leaf.test.unit == PERCENT else leaf.test.unit
    earlier = Lookup(value_set, leaf.from_selector, leaf.from_window)
    later = Lookup(value_set, leaf.to_selector, leaf.to_window)
    yield Number(earlier, unit, side_of(low, rises=False))
    yield Number(later, unit, side_of(low, rises=True))


def _row(asked: Asked, earlier: int) -> tuple[Value, ...]:
    leaf = asked.leaf
    assert isinstance(leaf, Change)
    passing = target(leaf.test)
    return (
        asked.number,
        earlier,
        earlier + 1,
        leaf.test.unit == PERCENT,
        *bounds(passing, Linear(Fraction(1))),
        passing.lo_open,
        passing.hi_open,
    )
