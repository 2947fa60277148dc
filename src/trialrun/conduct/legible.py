"""Rows that somebody may have spoilt past the gateway: read, or named as what cannot be read.

SQLite keeps any bytes in any column. Refuses to stop at the first that is no value of its column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from trialrun.conduct.canonical import plain
from trialrun.conduct.tables.base import Base

BATCH = 1000
RowT = TypeVar("RowT", bound=Base)
ReadT = TypeVar("ReadT")


def legible(
    session: Session, table: type[RowT], since: int = 0
) -> Iterator[tuple[int, RowT | None]]:
    """Yield every row of a table in the order of its ids; None where one cannot be read.

    Rows are taken out of the session again. `since` is the first id that is wanted.
    """
    later = select(table.id).order_by(table.id).limit(BATCH)
    ids = session.scalars(later.where(table.id >= since)).all()
    while ids:
        yield from _batch(session, table, ids[0], ids[-1]) or _one_by_one(session, table, ids)
        ids = session.scalars(later.where(table.id > ids[-1])).all()


def _batch(
    session: Session, table: type[RowT], first: int, last: int
) -> list[tuple[int, RowT | None]]:
    """Return all rows between two ids, if all can be read: most tables hold no others."""
    asked = select(table).where(table.id.between(first, last)).order_by(table.id)
    rows = read(lambda: session.scalars(asked).all()) or []
    session.expunge_all()
    return [(row.id, row) for row in rows]


def _one_by_one(session: Session, table: type[RowT], ids: Any) -> Iterator[tuple[int, RowT | None]]:
    for row_id in ids:
        yield row_id, read(partial(session.get_one, table, row_id))
        session.expunge_all()


def illegible(session: Session, table: type[Base], row_id: int) -> Iterator[str]:
    """Yield the columns of a row that hold no value of theirs."""
    for column in table.__table__.columns:
        asked = select(column).where(table.id == row_id)
        if read(partial(_plain_one, session, asked)) is None:
            yield column.key


def _plain_one(session: Session, asked: Select[Any]) -> tuple[Any]:
    return (plain(session.scalars(asked).one()),)


def read(reading: Callable[[], ReadT]) -> ReadT | None:
    """Return what is read; None if it is no value of its column."""
    try:
        return reading()
    except (ValueError, TypeError, ArithmeticError):
        return None
    except OperationalError as error:
        if "could not decode" in str(error.orig).lower():
            return None
        raise
