"""What a row says to whoever reads it: columns that mean something, and what one can ask about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from trialrun.conduct.rows import RowRef, row_at
from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.ownership import tables_under_lock

_PLUMBING = frozenset(
    {"version", "enrolled_at", "enrolled_on", "consented_at", "protocol_version", "items"}
    | {"key", "evidence", "voids_id", "row_version"}
)

_ANSWER = "answer"


def facts_of(row: Base) -> tuple[tuple[str, object], ...]:
    """Return the columns of a row that say something: no keys, no bounds of dates, no blanks."""
    names = {name for name in row.values() if not _is_plumbing(name)}
    return tuple(
        (name, value)
        for name, value in row.values().items()
        if name in names and _says_something(name, value)
    )


def _says_something(name: str, value: object) -> bool:
    # Of a mark such as "voided" only "yes" says something; of an answer, "no" does, too.
    return value not in (None, "", [], {}) and (value is not False or name == _ANSWER)


def shown_columns() -> frozenset[str]:
    """Return the columns that say something, of every table of participants' data."""
    names = (column.key for table in tables_under_lock() for column in table.__table__.columns)
    return frozenset(name for name in names if name != "id" and not _is_plumbing(name))


def _is_plumbing(name: str) -> bool:
    return name in _PLUMBING or name.endswith(("_lo", "_hi", "_id"))


def items_of(session: Session, place: RowRef) -> tuple[str, ...]:
    """Return what a query on a row can be about: the item of a form's value, or the columns.

    Raises:
        NotFoundError: there is no such row.
    """
    row = row_at(session, place)
    item = row.values().get("item")
    if isinstance(item, str):
        return (item,)
    return tuple(name for name in row.values() if not _is_plumbing(name))
