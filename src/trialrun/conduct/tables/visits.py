"""Visits of candidates and participants, and what was entered into forms there.

A visit before enrolment rests on a consent, one after it on the enrolment; the database refuses a
visit without either. Refuses a form at a visit that did not take place.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.tables.base import NOT_VOIDED, Base, Guard
from trialrun.conduct.tables.candidates import WithdrawalScope, one_of
from trialrun.conduct.tables.participants import EndOfParticipation


class Contact(StrEnum):
    """How a visit took place."""

    VISIT = "visit"
    PHONE = "phone"


class Visit(Base):
    """One visit that took place (`day`, `contact`), or a planned one that was missed and why.

    `planned` is its id in the schedule, None for an unscheduled visit; `window_from` to
    `window_to` are the days on which it was planned. A screening visit names the consent that it
    rests on, `consented_on` being the hospital's day of the signature; any other visit names the
    participant. `voided`: it was entered in error.
    """

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["participant_id", "candidate_id", "enrolled_on"],
            ["participant.id", "participant.candidate_id", "participant.enrolled_on"],
        ),
        ForeignKeyConstraint(
            ["consent_id", "candidate_id", "consented_at"],
            ["consent.id", "consent.candidate_id", "consent.signed_at"],
        ),
        Index(
            "uq_visit_planned",
            "candidate_id",
            "planned",
            unique=True,
            sqlite_where=NOT_VOIDED,
            postgresql_where=NOT_VOIDED,
        ),
        CheckConstraint(
            "(participant_id IS NULL) <> (consent_id IS NULL)"
            " AND (participant_id IS NULL) = (enrolled_on IS NULL)"
            " AND (consent_id IS NULL) = (consented_at IS NULL)"
            " AND (consent_id IS NULL) = (consented_on IS NULL)",
            name="rests_on",
        ),
        CheckConstraint("enrolled_on IS NULL OR day >= enrolled_on", name="after_enrolment"),
        CheckConstraint("consented_on IS NULL OR day >= consented_on", name="after_consent"),
        CheckConstraint(f"contact IS NULL OR {one_of('contact', Contact)}", name="contact"),
        CheckConstraint(
            "(day IS NULL) = (contact IS NULL) AND (day IS NULL) = (missed_reason <> '')",
            name="took_place_or_missed",
        ),
        CheckConstraint("day IS NOT NULL OR planned IS NOT NULL", name="missed_is_planned"),
        CheckConstraint(
            "(window_from IS NULL) = (window_to IS NULL)"
            " AND (window_from IS NULL OR window_from <= window_to)"
            " AND (window_from IS NULL OR planned IS NOT NULL)",
            name="window",
        ),
    )
    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "visit_after_the_end",
            "NOT NEW.voided AND EXISTS (SELECT 1 FROM participant p"
            " WHERE p.id = NEW.participant_id AND NEW.day > p.ended_on"
            f" AND NOT (p.ended_why = '{EndOfParticipation.PARTICIPANT}'"
            " AND EXISTS (SELECT 1 FROM withdrawal w WHERE w.candidate_id = p.candidate_id"
            " AND w.withdrawn_at >= p.enrolled_at"
            f" AND w.scope = '{WithdrawalScope.TREATMENT}')))",
        ),
        Guard(
            "visit_with_forms_took_place",
            "NEW.day IS NULL AND EXISTS (SELECT 1 FROM form_entry f WHERE f.visit_id = NEW.id)",
        ),
        Guard(
            "visit_with_answers_took_place",
            "NEW.day IS NULL"
            " AND EXISTS (SELECT 1 FROM criterion_answer a WHERE a.visit_id = NEW.id)",
        ),
    )

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(default=None, index=True)
    enrolled_on: Mapped[date | None] = mapped_column(default=None)
    consent_id: Mapped[int | None] = mapped_column(default=None)
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    consented_on: Mapped[date | None] = mapped_column(default=None)
    planned: Mapped[str | None] = mapped_column(default=None)
    window_from: Mapped[date | None] = mapped_column(default=None)
    window_to: Mapped[date | None] = mapped_column(default=None)
    day: Mapped[date | None] = mapped_column(default=None)
    contact: Mapped[str | None] = mapped_column(default=None)
    missed_reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    voided: Mapped[bool] = mapped_column(default=False)


class FormEntry(Base):
    """One form at one visit; `items` are those that its version of the protocol asks for."""

    __tablename__ = "form_entry"
    __table_args__ = (UniqueConstraint("visit_id", "form"),)
    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "form_entry_visit_took_place",
            "EXISTS (SELECT 1 FROM visit v"
            " WHERE v.id = NEW.visit_id AND (v.day IS NULL OR v.voided))",
        ),
    )

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    form: Mapped[str]
    protocol_version: Mapped[str]
    items: Mapped[list[str]]


class FormValue(Base):
    """What stands for one item: as typed, and as a number where it is one; or not done, and why.

    `typed` None: not done. `unit` is UCUM, or as the form writes it. `normal_low` to
    `normal_high` are the limits of normal of this value; `out_of_range`: outside what the form
    expects, which `reason` explains.
    """

    __tablename__ = "form_value"
    __table_args__ = (
        UniqueConstraint("entry_id", "item"),
        CheckConstraint("reason <> '' OR (typed IS NOT NULL AND NOT out_of_range)", name="reason"),
        CheckConstraint(
            "typed IS NOT NULL OR (number IS NULL AND NOT out_of_range)", name="not_done"
        ),
        CheckConstraint(
            "normal_low IS NULL OR normal_high IS NULL"
            " OR CAST(normal_low AS NUMERIC) <= CAST(normal_high AS NUMERIC)",
            name="limits",
        ),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("form_entry.id"))
    item: Mapped[str]
    typed: Mapped[str | None]
    number: Mapped[Decimal | None] = mapped_column(default=None)
    unit: Mapped[str | None] = mapped_column(default=None)
    normal_low: Mapped[Decimal | None] = mapped_column(default=None)
    normal_high: Mapped[Decimal | None] = mapped_column(default=None)
    out_of_range: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
