"""The trail: what happened (`event`), and every value that it changed (`audit_event`).

Both are only ever added to; triggers refuse the rest. The audit events are chained by hash.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import Base


class Event(Base):
    """One act: who did what to whom, when, and why.

    `account_id` is None for what nobody signed in did (a failed sign-in), `actor` then says who
    tried, or that it was the program. `data` holds what the act says beside the rows it wrote.
    """

    __tablename__ = "event"
    append_only: ClassVar[bool] = True
    outside_lock: ClassVar[bool] = True

    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    actor: Mapped[str]
    role: Mapped[str]
    verb: Mapped[str] = mapped_column(index=True)
    candidate_id: Mapped[int | None] = mapped_column(default=None, index=True)
    participant_id: Mapped[int | None] = mapped_column(default=None, index=True)
    reason: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class AuditEvent(Base):
    """One row that an act wrote: its new values, and the old ones that they replaced.

    `changes` is canonical JSON: of a new row {column: value}, of a changed one {column: [old,
    new]}; empty for an act that wrote no row. `hash` is SHA-256 over the event, the row and
    `previous_hash`, in hexadecimal; the first has 64 zeros before it.
    """

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("previous_hash"),)
    append_only: ClassVar[bool] = True
    outside_lock: ClassVar[bool] = True

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    table: Mapped[str] = mapped_column("table_name")
    row_id: Mapped[int | None]
    row_version: Mapped[int | None]
    changes: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]
