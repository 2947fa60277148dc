"""Doses of the drug of the trial, planned against given, and the ledger of its accountability.

Refuses a dose before enrolment or after treatment has ended, two at one moment, and a ledger in
which more went out than came in.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import NOT_VOIDED, Base, Guard
from trialrun.conduct.tables.candidates import one_of


class DoseStatus(StrEnum):
    """What became of a dose; `held`: the investigator did not let it be given."""

    GIVEN = "given"
    MISSED = "missed"
    REFUSED = "refused"
    HELD = "held"


class DoseSite(StrEnum):
    """Where on the body a dose was given."""

    ABDOMEN_LEFT = "left abdomen"
    ABDOMEN_RIGHT = "right abdomen"
    THIGH_LEFT = "left thigh"
    THIGH_RIGHT = "right thigh"
    UPPER_ARM_LEFT = "left upper arm"
    UPPER_ARM_RIGHT = "right upper arm"
    BUTTOCK_LEFT = "left buttock"
    BUTTOCK_RIGHT = "right buttock"
    ELSEWHERE = "elsewhere"
    NOT_APPLICABLE = "not applicable"


class Dose(Base):
    """One dose: what was planned, what was given or why it was not.

    `number` counts within `course`, and both name a planned dose for good: its day moves with that
    of the first dose, and `planned_on` is the day as it was planned when written. planned_on,
    course, number and planned_amount are None together for a dose that no plan asked for.
    `given_on` is the hospital's day of `given_at`. `amount` and `planned_amount` are in `unit`.
    `reason`: why it was not given, or not as planned.
    """

    __tablename__ = "dose"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "enrolled_at"], ["participant.id", "participant.enrolled_at"]
        ),
        Index(
            "uq_dose_number",
            "participant_id",
            "course",
            "number",
            unique=True,
            sqlite_where=NOT_VOIDED,
            postgresql_where=NOT_VOIDED,
        ),
        Index(
            "uq_dose_given_at",
            "participant_id",
            "given_at",
            unique=True,
            sqlite_where=NOT_VOIDED,
            postgresql_where=NOT_VOIDED,
        ),
        CheckConstraint(one_of("status", DoseStatus), name="status"),
        CheckConstraint(f"site IS NULL OR {one_of('site', DoseSite)}", name="site"),
        CheckConstraint("given_at >= enrolled_at", name="after_enrolment"),
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount"),
        CheckConstraint("CAST(planned_amount AS NUMERIC) > 0", name="planned_amount"),
        CheckConstraint(
            " AND ".join(
                f"(status = 'given') = ({column} IS NOT NULL)"
                for column in ("given_at", "given_on", "amount", "site", "lot")
            ),
            name="given_is_described",
        ),
        CheckConstraint(
            " AND ".join(
                f"(planned_on IS NULL) = ({column} IS NULL)"
                for column in ("course", "number", "planned_amount")
            ),
            name="plan_is_whole",
        ),
        CheckConstraint("status = 'given' OR planned_on IS NOT NULL", name="missed_is_planned"),
        CheckConstraint(
            "reason <> '' OR (status = 'given' AND planned_on IS NOT NULL"
            " AND CAST(amount AS NUMERIC) = CAST(planned_amount AS NUMERIC))",
            name="reason",
        ),
        CheckConstraint("unit <> ''", name="unit"),
    )
    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "dose_after_the_end",
            "NOT NEW.voided AND EXISTS (SELECT 1 FROM participant p"
            " LEFT JOIN withdrawal w ON w.candidate_id = p.candidate_id"
            " AND w.withdrawn_at >= p.enrolled_at"
            " WHERE p.id = NEW.participant_id"
            " AND (NEW.given_on > p.ended_on OR NEW.given_at > w.withdrawn_at))",
        ),
    )

    participant_id: Mapped[int] = mapped_column(index=True)
    enrolled_at: Mapped[datetime]
    unit: Mapped[str]
    status: Mapped[str]
    planned_on: Mapped[date | None] = mapped_column(default=None)
    course: Mapped[int | None] = mapped_column(default=None)
    number: Mapped[int | None] = mapped_column(default=None)
    planned_amount: Mapped[Decimal | None] = mapped_column(default=None)
    given_at: Mapped[datetime | None] = mapped_column(default=None)
    given_on: Mapped[date | None] = mapped_column(default=None)
    amount: Mapped[Decimal | None] = mapped_column(default=None)
    site: Mapped[str | None] = mapped_column(default=None)
    lot: Mapped[str | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    voided: Mapped[bool] = mapped_column(default=False)


class LedgerKind(StrEnum):
    """What moved the drug; `void` takes an older entry back."""

    RECEIVED = "received"
    DISPENSED = "dispensed"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    LOST = "lost"
    VOID = "void"


_STANDING = "l.kind <> 'void' AND NOT EXISTS (SELECT 1 FROM ledger_entry v WHERE v.voids_id = l.id)"
_IN_STOCK = (
    "CASE WHEN l.kind IN ('received', 'returned') THEN l.amount"
    " WHEN l.kind = 'lost' AND l.participant_id IS NOT NULL THEN 0 ELSE -l.amount END"
)
_IN_HAND = "CASE WHEN l.kind = 'dispensed' THEN l.amount ELSE -l.amount END"


class LedgerEntry(Base):
    """One movement of the drug: so many units (vials, as they are handed out) of one lot.

    `participant_id`: to whom it was dispensed, who returned it, or who lost it. `expires_on` is
    the last day on which a lot may be used, said when it is received. A void repeats the amount,
    lot and participant of the entry that it takes back. Balances are derived, never stored.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(one_of("kind", LedgerKind), name="kind"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("lot <> '' AND unit <> ''", name="lot"),
        CheckConstraint("(kind = 'received') = (expires_on IS NOT NULL)", name="expiry"),
        CheckConstraint("(kind = 'void') = (voids_id IS NOT NULL)", name="void"),
        CheckConstraint(
            "(kind IN ('dispensed', 'returned') AND participant_id IS NOT NULL)"
            " OR (kind IN ('received', 'destroyed') AND participant_id IS NULL)"
            " OR kind IN ('lost', 'void')",
            name="participant",
        ),
        CheckConstraint("reason <> '' OR kind NOT IN ('lost', 'void')", name="reason"),
    )
    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "ledger_entry_stock",
            f"(SELECT SUM({_IN_STOCK}) FROM ledger_entry l"
            f" WHERE l.lot = NEW.lot AND {_STANDING}) < 0",
        ),
        Guard(
            "ledger_entry_in_hand",
            f"(SELECT SUM({_IN_HAND}) FROM ledger_entry l WHERE l.lot = NEW.lot"
            f" AND l.participant_id = NEW.participant_id AND {_STANDING}) < 0",
        ),
    )

    kind: Mapped[str]
    day: Mapped[date]
    lot: Mapped[str] = mapped_column(index=True)
    amount: Mapped[int]
    unit: Mapped[str]
    expires_on: Mapped[date | None] = mapped_column(default=None)
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id"), default=None, index=True
    )
    voids_id: Mapped[int | None] = mapped_column(
        ForeignKey("ledger_entry.id"), default=None, unique=True
    )
    reason: Mapped[str] = mapped_column(default="")
