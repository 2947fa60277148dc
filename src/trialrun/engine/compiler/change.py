"""Changes of a measurement from an earlier value to a later one.

Refuses a percentage of what may be zero, and a change between units that cannot be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from trialrun.criteria.expressions import Change
from trialrun.engine.compiler.bounds import PASSING_COLUMNS, low_is_adverse, passing_row, target
from trialrun.engine.compiler.measurements import NOTHING
from trialrun.engine.compiler.numbers import Number, side_of
from trialrun.engine.compiler.parts import Lookup
from trialrun.engine.compiler.relation import AskedLeaf, Relation, Value, statement, table
from trialrun.engine.compiler.shared import Shared
from trialrun.terminology.units import Linear

PERCENT = "%"
_CHANGE = (
    ("leaf", "INTEGER"),
    ("earlier", "INTEGER"),
    ("later", "INTEGER"),
    ("percent", "BOOLEAN"),
    *PASSING_COLUMNS,
)


def changes(asked: Sequence[AskedLeaf[Change]], shared: Shared) -> list[Relation]:
    """Return the relation of all changes; the ends of a change are two numbers looked up."""
    return [
        Relation(
            statement("change"),
            (table("change", _CHANGE, [_row(question, shared) for question in asked]),),
            tuple((question.number, NOTHING) for question in asked),
        )
    ]


def _row(asked: AskedLeaf[Change], shared: Shared) -> tuple[Value, ...]:
    leaf = asked.leaf
    low = low_is_adverse(leaf.test, asked.adverse)
    is_percent = leaf.test.unit == PERCENT
    unit = None if is_percent else leaf.test.unit
    earlier = Lookup(leaf.value_set, leaf.from_selector, leaf.from_window)
    later = Lookup(leaf.value_set, leaf.to_selector, leaf.to_window)
    return (
        asked.number,
        shared.number(Number(earlier, unit, side_of(low, rises=False))),
        shared.number(Number(later, unit, side_of(low, rises=True))),
        is_percent,
        *passing_row(target(leaf.test), Linear(Fraction(1))),
    )
