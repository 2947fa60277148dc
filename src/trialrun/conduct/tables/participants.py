"""Participants: who is enrolled, with which number, since when, and how participation ends.

An enrolment names the consent that it rests on, and cannot be earlier than it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import Base
from trialrun.conduct.tables.candidates import one_of


class ParticipantStatus(StrEnum):
    """Whether participation goes on or how it ended; the period that one is in, the design says."""

    TAKING_PART = "taking part"
    COMPLETED = "completed"
    ENDED_EARLY = "ended early"


class EndOfParticipation(StrEnum):
    """Why participation ended (CDISC NCOMPLT, in the words of the trial)."""

    COMPLETED = "completed"
    DEATH = "death"
    ADVERSE_EVENT = "adverse event"
    LOST = "lost to follow-up"
    PARTICIPANT = "withdrawal by participant"
    INVESTIGATOR = "decision of the investigator"
    SPONSOR = "ended by the sponsor"
    PREGNANCY = "pregnancy"


class Participant(Base):
    """Somebody enrolled. `enrolled_on` is the hospital's day of enrolment: day 0 of the trial.

    `first_dose_on` is the day of the first dose, None before it.
    """

    __tablename__ = "participant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consent_id", "candidate_id", "consented_at"],
            ["consent.id", "consent.candidate_id", "consent.signed_at"],
        ),
        UniqueConstraint("id", "enrolled_at"),
        UniqueConstraint("id", "candidate_id", "enrolled_on", name="uq_participant_enrolled_on"),
        CheckConstraint("enrolled_at >= consented_at", name="after_consent"),
        CheckConstraint(one_of("status", ParticipantStatus), name="status"),
        CheckConstraint(
            f"ended_why IS NULL OR {one_of('ended_why', EndOfParticipation)}", name="end"
        ),
        CheckConstraint("(ended_on IS NULL) = (ended_why IS NULL)", name="end_has_a_reason"),
        CheckConstraint("ended_on IS NULL OR ended_on >= enrolled_on", name="end_after_enrolment"),
        CheckConstraint(
            "first_dose_on IS NULL OR first_dose_on >= enrolled_on", name="dose_after_enrolment"
        ),
    )

    number: Mapped[str] = mapped_column(unique=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), unique=True)
    consent_id: Mapped[int]
    consented_at: Mapped[datetime]
    enrolled_at: Mapped[datetime]
    enrolled_on: Mapped[date]
    arm: Mapped[str]
    status: Mapped[str] = mapped_column(default=ParticipantStatus.TAKING_PART)
    first_dose_on: Mapped[date | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    ended_why: Mapped[str | None] = mapped_column(default=None)
    ended_note: Mapped[str] = mapped_column(default="")
