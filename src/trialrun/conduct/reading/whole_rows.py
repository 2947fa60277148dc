"""Rows of a whole trial, each read once, with the stamp of its last writing.

Rows that were taken back are counted by table and left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.records.dates import Span
from trialrun.records.trial_data import Stamp, Written

RowT = TypeVar("RowT", bound=Base)


class Named(TypedDict):
    """What every entry says of its row."""

    table: str
    row_id: int
    stamp: Stamp


@dataclass(frozen=True)
class Rows:
    """The rows of a trial, as its session sees them."""

    session: Session
    stamps: Mapping[tuple[str, int], Stamp]
    taken_back: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session) -> Rows:
        """Read who wrote what last."""
        last = (
            select(func.max(AuditEvent.id))
            .where(AuditEvent.row_id.is_not(None))
            .group_by(AuditEvent.table, AuditEvent.row_id)
        )
        found = session.execute(
            select(AuditEvent.table, AuditEvent.row_id, Event.actor, Event.at, Event.reason)
            .join(Event, Event.id == AuditEvent.event_id)
            .where(AuditEvent.id.in_(last))
        )
        stamps = {
            (table, row_id): Stamp(actor, at, reason)
            for table, row_id, actor, at, reason in found
            if row_id is not None
        }
        return cls(session, stamps)

    def named(self, row: Base) -> Named:
        """Return the name of a row, and its stamp."""
        table = row.__tablename__
        return {"table": table, "row_id": row.id, "stamp": self.stamps[table, row.id]}

    def by(self, table: type[RowT], owner: str, order: Any = None) -> dict[Any, list[RowT]]:
        """Return the rows of a table that stand, by the column of their owner, in order."""
        grouped: dict[Any, list[RowT]] = defaultdict(list)
        query = select(table).order_by(table.id if order is None else order, table.id)
        for row in self.session.scalars(query):
            if _is_taken_back(row):
                name = table.__tablename__
                self.taken_back[name] = self.taken_back.get(name, 0) + 1
            else:
                grouped[getattr(row, owner)].append(row)
        return grouped


def _is_taken_back(row: Base) -> bool:
    return bool(getattr(row, "voided", False)) or getattr(row, "void_reason", None) is not None


def written(text: str, lo: date, hi: date) -> Written:
    """Return a day as it was written, with what it can mean."""
    return Written(text, Span(lo, hi))
