"""Deviations: departures from the protocol, proposed or reported, and judged by an investigator.

Refuses a judgement that does not say whether the deviation is important, and a report to the
ethics committee of one that nobody confirmed.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.candidates import one_of


class DeviationOrigin(StrEnum):
    """How the trial came to know of a deviation."""

    SURVEILLANCE = "surveillance"
    PERSON = "person"
    WAIVER = "waiver"


class DeviationKind(StrEnum):
    """What was departed from."""

    CONSENT = "consent"
    ELIGIBILITY = "eligibility"
    OBLIGATION = "obligation"
    EXCLUSION = "exclusion that came to hold"
    VISIT_WINDOW = "visit out of its window"
    MISSED_VISIT = "missed visit"
    DOSE = "dose"
    MISSED_DOSE = "missed dose"
    PROCEDURE = "procedure or assessment"
    OTHER = "other"


class DeviationStatus(StrEnum):
    """Where the judgement of a deviation stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Deviation(Base):
    """A departure from the protocol.

    `key` is stable for what surveillance proposes, so that it proposes nothing twice; None for
    what people report. `concerns` is the id of the criterion, visit or dose. `evidence` names the
    rows behind a proposal. `occurred` is the day as written, of which `occurred_lo` and
    `occurred_hi` are the first and last possible. `important` follows ICH E3(R1) Q&A 7: it may
    significantly affect the data or the participant's rights, safety or well-being.
    """

    __tablename__ = "deviation"
    __table_args__ = (
        UniqueConstraint("participant_id", "key"),
        CheckConstraint(one_of("origin", DeviationOrigin), name="origin"),
        CheckConstraint(one_of("kind", DeviationKind), name="kind"),
        CheckConstraint(one_of("status", DeviationStatus), name="status"),
        CheckConstraint("description <> ''", name="description"),
        CheckConstraint("(origin = 'person') = (key IS NULL)", name="key"),
        CheckConstraint("occurred_lo <= occurred_hi", name="occurred"),
        CheckConstraint("(status = 'proposed') = (judged_at IS NULL)", name="judged"),
        CheckConstraint("(judged_at IS NULL) = (judged_by IS NULL)", name="judged_by"),
        CheckConstraint("(status = 'confirmed') = (important IS NOT NULL)", name="important"),
        CheckConstraint(
            "ethics_reported_on IS NULL"
            " OR (status = 'confirmed' AND ethics_reported_on >= occurred_lo)",
            name="ethics",
        ),
    )

    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    origin: Mapped[str]
    kind: Mapped[str]
    concerns: Mapped[str]
    description: Mapped[str]
    occurred: Mapped[str]
    occurred_lo: Mapped[date]
    occurred_hi: Mapped[date]
    key: Mapped[str | None] = mapped_column(default=None)
    evidence: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    status: Mapped[str] = mapped_column(default=DeviationStatus.PROPOSED, index=True)
    important: Mapped[bool | None] = mapped_column(default=None)
    judgement: Mapped[str] = mapped_column(default="")
    action_taken: Mapped[str] = mapped_column(default="")
    judged_at: Mapped[datetime | None] = mapped_column(default=None)
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), default=None)
    ethics_reported_on: Mapped[date | None] = mapped_column(default=None)
