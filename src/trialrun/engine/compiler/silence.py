"""What it means that nothing was found: for a kind, a window and a value set, what silence proves.

Leaves that ask the same share one silence: the rows that its value set cannot read, and the
coverage of its window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialrun.criteria.answers import Gap
from trialrun.criteria.truth import Truth
from trialrun.engine.compiler.relation import Context, Default, Parameters, statement, table
from trialrun.engine.compiler.windows import Days
from trialrun.records.dates import EARLIEST
from trialrun.records.schema import Kind
from trialrun.terminology.value_sets import ValueSet


@dataclass(frozen=True)
class Silence:
    """A kind, the days of a window, and what can be read.

    `listed` names the value set where it lists some systems in part: what it lists is then read
    although the system as a whole is not.
    """

    kind: Kind
    days: Days
    readable: frozenset[str]
    listed: str | None


def silence_of(kind: Kind, days: Days, value_set: ValueSet) -> Silence:
    """Return the silence of a statement."""
    readable = value_set.systems - value_set.partial
    return Silence(kind, days, readable, value_set.id if value_set.partial else None)


def coverage_of(silence: Silence, context: Context) -> tuple[int, ...]:
    """Return the coverage of the window, of whoever is not apart (see covered.sql)."""
    days = silence.days
    return context.catalog.covering(
        lambda c: c.covers(silence.kind, days.first, days.last, EARLIEST)
    )


def weigh(value_set: ValueSet, coverage: tuple[int, ...]) -> Default:
    """Return what nothing at all proves, where every row can be read."""
    if value_set.is_open:
        return Default(Truth.UNKNOWN, Gap.LIST_OPEN)
    if not coverage:
        return Default(Truth.UNKNOWN, Gap.NOT_COVERED)
    return Default(Truth.FALSE, coverage=coverage)


def silence_parameters(silences: Sequence[Silence], context: Context) -> Iterator[Parameters]:
    """Yield the tables of silences, of the systems each can read, and of the concepts it lists."""
    numbered = list(enumerate(silences))
    yield table(
        "silence",
        (("silence", "INTEGER"), ("kind", "VARCHAR"), ("first", "DATE"), ("last", "DATE")),
        [(n, s.kind.value, s.days.first, s.days.last) for n, s in numbered],
    )
    yield table(
        "readable",
        (("silence", "INTEGER"), ("system", "VARCHAR")),
        [(n, system) for n, s in numbered for system in sorted(s.readable)],
    )
    yield table(
        "listed",
        (("silence", "INTEGER"), ("concept_id", "INTEGER")),
        [(n, c) for n, s in numbered if s.listed for c in _listed(s.listed, context)],
    )


def silent_tables(asked: str) -> dict[str, str]:
    """Return the tables before a statement that say who is not silent like everyone.

    `asked` is the parameter table of the leaves, each of which has a silence.
    """
    return {"unread": statement("unread"), "silent": statement("silent").format(asked=asked)}


def _listed(name: str, context: Context) -> tuple[int, ...]:
    return tuple(context.catalog.entries(context.value_set(name)))
