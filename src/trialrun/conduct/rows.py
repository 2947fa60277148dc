"""Rows of participants' data, by table and id: for queries, marks and signatures, which speak of
rows of any table. Refuses rows that belong to no participant, and those outside of the locks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import find
from trialrun.conduct.database import Database
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.ownership import participant_column, tables_under_lock
from trialrun.errors import ConflictError, NotFoundError, Problem

RowT = TypeVar("RowT", bound=Base)


@dataclass(frozen=True, order=True)
class RowRef:
    """Where a row is: the name of its table, and its id."""

    table: str
    row_id: int


def row_at(session: Session, place: RowRef) -> Base:
    """Return a row of a participant's data.

    Raises:
        NotFoundError: there is no such row, or it is no participant's.
    """
    for table in tables_under_lock():
        if table.__tablename__ == place.table:
            row = session.get(table, place.row_id)
            if row is not None:
                return row
    raise NotFoundError(f"no participant has a {place.table} {place.row_id}")


def participant_of(row: Base) -> int:
    """Return the id of the participant whose row this is."""
    column = participant_column(type(row))
    if column is None:
        raise TypeError(f"{type(row).__tablename__} names no participant")
    return int(getattr(row, column))


def owner_of(database: Database, table: type[Base], row_id: int) -> int:
    """Return the participant of a row, for the act that will be about it.

    Raises:
        NotFoundError: there is no such row.
    """
    with database.reading() as session:
        return participant_of(find(session, table, row_id))


def current(session: Session, table: type[RowT], row_id: int, version: int) -> RowT:
    """Return a row in the version that whoever acts on it has seen.

    Raises:
        ConflictError: somebody else has changed it since, so what follows was not decided on it.
        NotFoundError: there is no such row.
    """
    row = find(session, table, row_id)
    if row.version != version:
        raise ConflictError(
            "somebody else has changed this since you opened it",
            [Problem(table.__tablename__, "a newer version exists", "read it, and try again")],
        )
    return row


def rows_of(session: Session, participant_id: int) -> Iterator[tuple[RowRef, Base]]:
    """Yield every row of a participant's data, table by table, in the order of ids."""
    for table in tables_under_lock():
        owner = participant_column(table)
        assert owner is not None
        query = select(table).where(getattr(table, owner) == participant_id).order_by(table.id)
        for row in session.scalars(query):
            yield RowRef(table.__tablename__, row.id), row
