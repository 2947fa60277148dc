"""Whose a row is: which column of a table names its participant, and which its visit.

What a lock holds still, what may be signed, asked about and marked is decided here, by the columns
alone: a new table comes under the locks because it names its participant.
"""

from __future__ import annotations

from trialrun.conduct.tables.base import Base


def participant_column(table: type[Base]) -> str | None:
    """Return the column that names the participant of a row, if the table has one."""
    return _naming(table, "participant")


def visit_column(table: type[Base]) -> str | None:
    """Return the column that names the visit of a row, if the table has one."""
    return _naming(table, "visit")


def is_under_lock(table: type[Base]) -> bool:
    """Say whether rows of this table stand still while their participant is locked."""
    return not table.outside_lock and participant_column(table) is not None


def tables_under_lock() -> list[type[Base]]:
    """Return the tables of participants' data, by name."""
    every = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted(filter(is_under_lock, every), key=lambda table: str(table.__tablename__))


def _naming(table: type[Base], owner: str) -> str | None:
    if table.__tablename__ == owner:
        return "id"
    column = f"{owner}_id"
    return column if column in table.__table__.columns else None
