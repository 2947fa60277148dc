"""Whose a row is: its participant and its visit, found along the columns and the foreign keys.

What a lock holds still, what may be signed, asked about and marked is decided here, from the schema
alone: a new table comes under the locks because it leads to a participant, and nobody has to
remember it. A table that means no participant's data says so (`outside_lock`).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import FromClause, Table

from trialrun.conduct.tables.base import Base


def participant_sql(table: FromClause, row: str) -> str | None:
    """Return the SQL that gives the participant of a row (`NEW`, or a table's name or alias).

    It gives NULL for a row of no participant; None if the table leads to none.
    """
    return _owner(table, row, "participant", frozenset())


def visit_sql(table: FromClause, row: str) -> str | None:
    """Return the SQL that gives the visit of a row, as `participant_sql` gives the participant."""
    return _owner(table, row, "visit", frozenset())


def owned_tables() -> list[type[Base]]:
    """Return the tables whose rows belong to participants, by name."""
    every = (mapper.class_ for mapper in Base.registry.mappers)
    owned = (table for table in every if participant_sql(table.__table__, "t") is not None)
    return sorted(owned, key=lambda table: str(table.__tablename__))


def tables_under_lock() -> list[type[Base]]:
    """Return the tables of participants' data: what stands still under a lock, and is signed."""
    return [table for table in owned_tables() if not table.outside_lock]


def _owner(table: FromClause, row: str, owner: str, seen: frozenset[str]) -> str | None:
    assert isinstance(table, Table)
    if table.name == owner:
        return f"{row}.id"
    found = list(_own_columns(table, row, owner))
    if not found:
        found = list(_along_keys(table, row, owner, seen | {table.name}))
    if not found:
        return None
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _own_columns(table: Table, row: str, owner: str) -> Iterator[str]:
    if f"{owner}_id" in table.columns:
        yield f"{row}.{owner}_id"
    # What was recorded of a candidate before enrolment belongs to the participant since.
    if owner == "participant" and "candidate_id" in table.columns:
        yield f"(SELECT p.id FROM participant p WHERE p.candidate_id = {row}.candidate_id)"


def _along_keys(table: Table, row: str, owner: str, seen: frozenset[str]) -> Iterator[str]:
    keys = (key for key in table.foreign_keys if key.column.name == "id")
    for key in sorted(keys, key=lambda key: str(key.parent.name)):
        other = key.column.table
        if other.name in seen:
            continue
        alias = f"t{len(seen)}"
        owned = _owner(other, alias, owner, seen)
        if owned is not None:
            where = f"{alias}.id = {row}.{key.parent.name}"
            yield f"(SELECT {owned} FROM {other.name} {alias} WHERE {where})"
