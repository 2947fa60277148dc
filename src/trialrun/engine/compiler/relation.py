"""What compiling leaves gives: parameters as small tables, and the SQL that reads them.

Statements are fixed text, one readable file per node type; whatever comes from a protocol (days,
numbers, concept ids, questions for people) is bound as a value of a parameter table and is never
part of the text. Leaves of one type are answered together, so that a big table is scanned once,
however many leaves ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Generic, TypeAlias, TypeVar

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Leaf
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.engine.catalog import Catalog
from trialrun.errors import ProtocolError
from trialrun.terminology.value_sets import ValueSet

Value: TypeAlias = int | float | str | bool | date | Sequence[int] | None
Columns: TypeAlias = tuple[tuple[str, str], ...]
"""Names and types."""


AnyLeaf = TypeVar("AnyLeaf", bound=Leaf)


@dataclass(frozen=True)
class AskedLeaf(Generic[AnyLeaf]):
    """One distinct leaf with the truth that is adverse to enrolment, and its number."""

    number: int
    leaf: AnyLeaf
    adverse: Truth


@dataclass(frozen=True)
class Context:
    """What leaves are compiled against: the setting, and the names the database uses."""

    setting: Setting
    catalog: Catalog

    def value_set(self, name: str) -> ValueSet:
        """Return the value set of this name."""
        try:
            return self.setting.value_sets[name]
        except KeyError:
            raise ProtocolError(f"the value set [{name}] is not defined") from None


@dataclass(frozen=True)
class Default:
    """The answer of whoever the relation says nothing about."""

    truth: Truth
    gap: Gap | None = None
    coverage: tuple[int, ...] = ()
    until: date | None = None


@dataclass(frozen=True)
class Parameters:
    """A small table that the statements read."""

    name: str
    columns: Columns
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Step:
    """A view, or a table in between, that the relations read."""

    name: str
    sql: str


@dataclass(frozen=True)
class Relation:
    """The answers to some leaves, for the patients with something to say.

    `sql` selects leaf, patient_no, truth, rows, gap, coverage and until of the patients from
    $first_patient to $last_patient.
    """

    sql: str
    parameters: tuple[Parameters, ...]
    defaults: tuple[tuple[int, Default], ...]


@dataclass(frozen=True)
class Plan:
    """All that answers some leaves: parameters and views, then per batch steps and relations."""

    parameters: tuple[Parameters, ...]
    views: tuple[Step, ...]
    steps: tuple[Step, ...]
    relations: tuple[Relation, ...]


def table(name: str, columns: Columns, rows: Iterable[tuple[Value, ...]]) -> Parameters:
    """Return a parameter table."""
    return Parameters(name, columns, tuple(rows))


@cache
def statement(name: str) -> str:
    """Return the text of one SQL file of the engine."""
    return resources.files("trialrun.engine").joinpath("sql", f"{name}.sql").read_text("utf-8")


def with_tables(tables: Mapping[str, str], select: str) -> str:
    """Return a statement with named tables before it, each of which may read those before."""
    named = ", ".join(f"{name} AS ({sql})" for name, sql in tables.items())
    return f"WITH {named} SELECT * FROM ({select})"
