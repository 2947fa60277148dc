"""Queries on values, and the monitor's marks that a row agrees with its source.

Both speak of a row by its table and id. They lie outside of the locks: a question may be asked,
and a mark be set, of data that stand still.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.candidates import one_of


class QueryStatus(StrEnum):
    """Where a query stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class QueryStep(StrEnum):
    """What a message does to its query."""

    OPENED = "opened"
    ANSWERED = "answered"
    CLOSED = "closed"
    REOPENED = "reopened"


class Query(Base):
    """A question about one value: `item` is the column, or the item of a form, of that row."""

    __tablename__ = "query"
    __table_args__ = (
        CheckConstraint(one_of("status", QueryStatus), name="status"),
        CheckConstraint("item <> ''", name="item"),
    )
    outside_lock: ClassVar[bool] = True

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    table_name: Mapped[str]
    row_id: Mapped[int]
    item: Mapped[str]
    status: Mapped[str] = mapped_column(default=QueryStatus.OPEN, index=True)


class QueryMessage(Base):
    """What somebody wrote in a query, and the step that it took with it."""

    __tablename__ = "query_message"
    __table_args__ = (
        CheckConstraint(one_of("step", QueryStep), name="step"),
        CheckConstraint("words <> ''", name="words"),
    )
    append_only: ClassVar[bool] = True
    outside_lock: ClassVar[bool] = True

    query_id: Mapped[int] = mapped_column(ForeignKey("query.id"), index=True)
    step: Mapped[str]
    words: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]


class SourceMark(Base):
    """A monitor's word that one version of a row agrees with its source.

    It holds for that version only: whether it still does is asked of the row, never written down.
    """

    __tablename__ = "source_mark"
    __table_args__ = (UniqueConstraint("table_name", "row_id", "row_version"),)
    append_only: ClassVar[bool] = True
    outside_lock: ClassVar[bool] = True

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    table_name: Mapped[str]
    row_id: Mapped[int]
    row_version: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    marked_at: Mapped[datetime]
