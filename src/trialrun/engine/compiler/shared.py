"""What leaves share: silences, look-ups of measurements, numbers looked up; each computed once.

Compiling a leaf asks for what it needs and is given its number; leaves that need the same are given
the same. The only thing of the compiler that changes while it works.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trialrun.engine.compiler.numbers import Number, number_parameters
from trialrun.engine.compiler.parts import Lookup, part_parameters
from trialrun.engine.compiler.relation import (
    Context,
    Parameters,
    Plan,
    Relation,
    Step,
    statement,
    with_tables,
)
from trialrun.engine.compiler.silence import Silence, silence_parameters
from trialrun.engine.rows import record_rows


class Shared:
    """Gives numbers to what leaves share."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._silences: dict[Silence, int] = {}
        self._parts: dict[Lookup, int] = {}
        self._numbers: dict[Number, int] = {}

    def silence(self, silence: Silence) -> int:
        """Return the number of a silence."""
        return self._silences.setdefault(silence, len(self._silences))

    def part(self, lookup: Lookup) -> int:
        """Return the number of a look-up of measurements."""
        return self._parts.setdefault(lookup, len(self._parts))

    def number(self, number: Number) -> int:
        """Return the number of a number that is looked up."""
        self.part(number.lookup)
        return self._numbers.setdefault(number, len(self._numbers))

    def plan(self, relations: Sequence[Relation]) -> Plan:
        """Return what answers the relations that were compiled with this."""
        return Plan(
            parameters=(*self._parameters(), *(p for r in relations for p in r.parameters)),
            views=tuple(self._views()),
            steps=tuple(self._steps()),
            relations=tuple(relations),
        )

    def _parameters(self) -> Iterable[Parameters]:
        if self._silences:
            yield from silence_parameters(list(self._silences), self.context)
        if self._parts:
            yield from part_parameters(list(self._parts), self.context)
        if self._numbers:
            yield from number_parameters(list(self._numbers), self._parts, self.context)

    def _views(self) -> Iterable[Step]:
        if self._silences:
            kinds = dict.fromkeys(silence.kind for silence in self._silences)
            yield Step("record_row", " UNION ALL ".join(map(record_rows, kinds)))
        if self._parts:
            yield Step("measured_row", statement("measured_row"))

    def _steps(self) -> Iterable[Step]:
        silent = ("unread_concept", "unread_row", "covered") if self._silences else ()
        measured = ("window_row", "part_overview", "part_missing") if self._parts else ()
        for name in (*silent, *measured):
            yield Step(name, statement(name))
        if self._numbers:
            rows = {"chosen_row": statement("chosen_row")}
            yield Step("part_value", with_tables(rows, statement("part_value")))
