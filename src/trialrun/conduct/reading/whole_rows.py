"""Rows of a whole trial, each read once, with the stamp of its last writing.

Rows that were taken back are left out; how many were read of each table is counted, so that what
does not come out can be said. Refuses rows that no act has written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.trail import AuditEvent, Event
from trialrun.errors import Problem, StoreError
from trialrun.records.dates import Span
from trialrun.records.trial_rows import Stamp, Written

RowT = TypeVar("RowT", bound=Base)
_VERIFY = "run `trialrun audit verify`"


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
    read: Counter[str] = field(default_factory=Counter)

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
        """Return the name of a row, and its stamp.

        Raises:
            StoreError: no act wrote this row.
        """
        table = row.__tablename__
        stamp = self.stamps.get((table, row.id))
        if stamp is None:
            problem = Problem(f"{table} {row.id}", "no act wrote this row", _VERIFY)
            raise StoreError("the trail is not whole, and nothing can be exported", [problem])
        return {"table": table, "row_id": row.id, "stamp": stamp}

    def by(self, table: type[RowT], owner: str, order: Any = None) -> dict[Any, list[RowT]]:
        """Return the rows of a table that stand, by the column of their owner, in order."""
        grouped: dict[Any, list[RowT]] = defaultdict(list)
        query = select(table).order_by(table.id if order is None else order, table.id)
        for row in self.session.scalars(query):
            self.read[table.__tablename__] += 1
            if not _is_taken_back(row):
                grouped[getattr(row, owner)].append(row)
        return grouped


def _is_taken_back(row: Base) -> bool:
    return bool(getattr(row, "voided", False)) or getattr(row, "void_reason", None) is not None


def written(text: str, lo: date, hi: date) -> Written:
    """Return a day as it was written, with what it can mean."""
    return Written(text, Span(lo, hi))
