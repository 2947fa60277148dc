"""Expressions -> SQL: one function per node type, one readable SQL file per type of leaf.

`MEANINGS` names the function of every node type. Leaves compile to relations that answer all
leaves of a type together; connectives compile to SQL's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from trialrun.criteria.expressions import (
    Age,
    Attested,
    AttestedThroughout,
    Change,
    Derived,
    DoseUnchanged,
    Leaf,
    Measured,
    PrednisoneEquivalent,
    Recorded,
    RecordedThroughout,
    SexIs,
)
from trialrun.engine.compiler.attested import attested
from trialrun.engine.compiler.change import changes
from trialrun.engine.compiler.connectives import CONNECTIVES
from trialrun.engine.compiler.derived import derived
from trialrun.engine.compiler.doses import doses
from trialrun.engine.compiler.measurements import measurements
from trialrun.engine.compiler.person import person
from trialrun.engine.compiler.prednisone import prednisone
from trialrun.engine.compiler.records import records
from trialrun.engine.compiler.relation import AskedLeaf, Context, Plan, Relation
from trialrun.engine.compiler.shared import Shared
from trialrun.engine.compiler.throughout import attested_throughout, recorded_throughout

Compile: TypeAlias = Callable[[Sequence[AskedLeaf[Any]], Shared], list[Relation]]

LEAVES: dict[type, Compile] = {
    Age: person,
    SexIs: person,
    Recorded: records,
    Measured: measurements,
    Derived: derived,
    PrednisoneEquivalent: prednisone,
    Change: changes,
    Attested: attested,
    DoseUnchanged: doses,
    RecordedThroughout: recorded_throughout,
    AttestedThroughout: attested_throughout,
}
MEANINGS: dict[type, Callable[..., object]] = {**LEAVES, **CONNECTIVES}


def compile_leaves(asked: Iterable[AskedLeaf[Leaf]], context: Context) -> Plan:
    """Return what answers the leaves; those that are compiled alike are answered together."""
    alike: dict[Compile, list[AskedLeaf[Leaf]]] = {}
    for question in asked:
        alike.setdefault(LEAVES[type(question.leaf)], []).append(question)
    shared = Shared(context)
    return shared.plan([r for compile_, some in alike.items() for r in compile_(some, shared)])
