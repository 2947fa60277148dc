"""Locks and electronic signatures: which data stand still, and who signed what.

While a lock is open, triggers refuse every new or changed row of its participant (or of its
visit), whoever writes it and by whatever way. Both tables lie outside of the locks themselves.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import Base

_OPEN = text("unlocked_at IS NULL")


class DataLock(Base):
    """A lock on a participant's data, or on those of one visit; open while `unlocked_at` is None.

    Both reasons are those of people: why the data are final, and why they are not after all.
    """

    __tablename__ = "data_lock"
    __table_args__ = (
        CheckConstraint("lock_reason <> ''", name="lock_reason"),
        CheckConstraint("(unlocked_at IS NULL) = (unlock_reason IS NULL)", name="unlock_reason"),
        CheckConstraint(
            "unlocked_at IS NULL OR unlocked_at >= locked_at", name="unlock_after_lock"
        ),
        # Of the same participant or visit one lock is open at a time.
        Index(
            "uq_data_lock_open",
            "participant_id",
            text("coalesce(visit_id, 0)"),
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )
    outside_lock: ClassVar[bool] = True

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    visit_id: Mapped[int | None]
    locked_at: Mapped[datetime]
    lock_reason: Mapped[str]
    unlocked_at: Mapped[datetime | None] = mapped_column(default=None)
    unlock_reason: Mapped[str | None] = mapped_column(default=None)


class Signature(Base):
    """An electronic signature: who, when, with what meaning, and the hash of what was signed.

    Printed name, time and meaning are what 21 CFR 11.50(a) asks for. `table_name` and `row_id` are
    None when all of the participant's data are signed. `content_hash` is SHA-256 in hexadecimal
    over the canonical JSON of the rows; `chain_head` is the trail's last hash before the
    signature, so that it stays known which changes came later.
    """

    __tablename__ = "signature"
    __table_args__ = (
        CheckConstraint("meaning <> ''", name="meaning"),
        CheckConstraint("(table_name IS NULL) = (row_id IS NULL)", name="one_row_or_all"),
    )
    append_only: ClassVar[bool] = True
    outside_lock: ClassVar[bool] = True

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    table_name: Mapped[str | None]
    row_id: Mapped[int | None]
    meaning: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    printed_name: Mapped[str]
    signed_at: Mapped[datetime]
    content_hash: Mapped[str]
    chain_head: Mapped[str]
