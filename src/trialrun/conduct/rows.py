"""Rows by their ids, and those of participants by table and id, as queries and marks name them.

Refuses, where a participant's row is asked for, rows that belong to none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import literal_column, select, text
from sqlalchemy.orm import Session

from trialrun.conduct.database import Database
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.ownership import owned_tables, participant_sql, tables_under_lock
from trialrun.errors import ConflictError, NotFoundError, Problem

RowT = TypeVar("RowT", bound=Base)


@dataclass(frozen=True, order=True)
class RowRef:
    """Where a row is: the name of its table, and its id."""

    table: str
    row_id: int


def find(session: Session, table: type[RowT], row_id: int) -> RowT:
    """Return a row.

    Raises:
        NotFoundError: there is none with this id.
    """
    row = session.get(table, row_id)
    if row is None:
        raise NotFoundError(f"there is no {table.__tablename__} {row_id}")
    return row


def row_at(session: Session, place: RowRef) -> Base:
    """Return a row of a participant.

    Raises:
        NotFoundError: there is no such row, or it can be no participant's.
    """
    for table in owned_tables():
        if table.__tablename__ == place.table:
            row = session.get(table, place.row_id)
            if row is not None:
                return row
    raise NotFoundError(f"no participant has a {place.table} {place.row_id}")


def participant_of(session: Session, place: RowRef) -> int:
    """Return the participant whose row this is.

    Raises:
        NotFoundError: there is no such row, or it is no participant's.
    """
    table = type(row_at(session, place))
    owner = participant_sql(table.__table__, place.table)
    found = session.scalar(
        select(literal_column(str(owner))).select_from(table).where(table.id == place.row_id)
    )
    if found is None:
        raise NotFoundError(f"no participant has the {place.table} {place.row_id}")
    return int(found)


def owner_of(database: Database, table: type[Base], row_id: int) -> int:
    """Return the participant of a row, for the act that will be about it.

    Raises:
        NotFoundError: there is no such row.
    """
    with database.reading() as session:
        find(session, table, row_id)
        return participant_of(session, RowRef(table.__tablename__, row_id))


def current(session: Session, table: type[RowT], row_id: int, version: int) -> RowT:
    """Return a row in the version that whoever acts on it has seen.

    Raises:
        ConflictError: somebody else has changed it since, so what follows was not decided on it.
        NotFoundError: there is no such row.
    """
    row = find(session, table, row_id)
    if row.version != version:
        raise ConflictError(
            "this was changed after you opened it",
            [Problem(table.__tablename__, "a newer version exists", "read it, and try again")],
        )
    return row


def rows_of(session: Session, participant_id: int) -> Iterator[tuple[RowRef, Base]]:
    """Yield every row of a participant's data, table by table, in the order of ids."""
    for table in tables_under_lock():
        name = table.__tablename__
        mine = text(f"{participant_sql(table.__table__, name)} = :participant")
        query = select(table).where(mine).order_by(table.id)
        for row in session.scalars(query, {"participant": participant_id}):
            yield RowRef(name, row.id), row
