"""Concomitant medication: each drug once, with the periods of its dose over time.

Dates stand as they were written (`2022-05`) beside the first and last day that they can mean.
Refuses two periods of one drug that certainly overlap.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import NOT_VOIDED, Base, Guard


class Medication(Base):
    """One drug by one route, taken beside the trial's; `code` in `system`, where known.

    A vaccine is one, too: each of its periods is then the day of a vaccination.
    """

    __tablename__ = "medication"
    __table_args__ = (
        Index(
            "uq_medication_name",
            "participant_id",
            "name",
            "route",
            unique=True,
            sqlite_where=NOT_VOIDED,
            postgresql_where=NOT_VOIDED,
        ),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("(code IS NULL) = (system IS NULL)", name="code_has_a_system"),
    )

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    name: Mapped[str]
    code: Mapped[str | None] = mapped_column(default=None)
    system: Mapped[str | None] = mapped_column(default=None)
    indication: Mapped[str] = mapped_column(default="")
    route: Mapped[str] = mapped_column(default="")
    is_vaccination: Mapped[bool] = mapped_column(default=False)
    voided: Mapped[bool] = mapped_column(default=False)


class MedicationPeriod(Base):
    """One dose of a drug, from its first day to its last.

    `amount` in `unit`, `per_day` times a day (0.5: every other day); None: not known, or as
    needed. `stopped` None: it goes on where `ongoing`, and `stop_lo` is the calendar's last day;
    else nobody knows whether it goes on.
    """

    __tablename__ = "medication_period"
    __table_args__ = (
        CheckConstraint("CAST(amount AS NUMERIC) > 0", name="amount"),
        CheckConstraint("(amount IS NULL) = (unit IS NULL)", name="amount_has_a_unit"),
        CheckConstraint("CAST(per_day AS NUMERIC) > 0", name="per_day"),
        CheckConstraint("NOT ongoing OR stopped IS NULL", name="ongoing"),
        CheckConstraint("start_lo <= start_hi AND stop_lo <= stop_hi", name="spans"),
        CheckConstraint("stop_hi >= start_lo", name="stop_after_start"),
    )
    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "medication_period_overlap",
            "NOT NEW.voided AND EXISTS (SELECT 1 FROM medication_period o"
            " WHERE o.medication_id = NEW.medication_id AND o.id <> NEW.id AND NOT o.voided"
            " AND o.start_hi <= NEW.stop_lo AND NEW.start_hi <= o.stop_lo)",
        ),
    )

    medication_id: Mapped[int] = mapped_column(ForeignKey("medication.id"), index=True)
    started: Mapped[str]
    start_lo: Mapped[date]
    start_hi: Mapped[date]
    stopped: Mapped[str | None]
    stop_lo: Mapped[date]
    stop_hi: Mapped[date]
    ongoing: Mapped[bool]
    amount: Mapped[Decimal | None] = mapped_column(default=None)
    unit: Mapped[str | None] = mapped_column(default=None)
    per_day: Mapped[Decimal | None] = mapped_column(default=None)
    voided: Mapped[bool] = mapped_column(default=False)
