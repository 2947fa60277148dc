"""Candidates of the trial: what screening said of them, what people answered, who consented.

Refuses consents without a form, and answers without a reason.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trialrun.conduct.changes import Change
from trialrun.conduct.tables.base import Base, Guard


def one_of(column: str, values: type[StrEnum]) -> str:
    """Return the text of a constraint: the column holds one of these words."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class CandidateStatus(StrEnum):
    """How far a candidate has come."""

    SUGGESTED = "suggested"
    INVITED = "invited"
    DECLINED = "declined"
    CONSENTED = "consented"
    SCREEN_FAILURE = "screen failure"
    ENROLLED = "enrolled"


ON_THE_WAY = (CandidateStatus.SUGGESTED, CandidateStatus.INVITED, CandidateStatus.CONSENTED)
"""Of these candidates somebody has still to decide."""


class ScreeningRun(Base):
    """One screening of the hospital's records: of which day, by what.

    It is taken in by batches; until the last is in, `finished_at` is None. `digest` is that of all
    it says, so that one which was interrupted is known again.
    """

    __tablename__ = "screening_run"

    index_date: Mapped[date]
    taken_in_at: Mapped[datetime]
    protocol: Mapped[str]
    protocol_version: Mapped[str]
    counts: Mapped[dict[str, Any]]
    digest: Mapped[str]
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


class Candidate(Base):
    """A patient whom a screening did not refuse; `patient_id` is the hospital's.

    `verdict`, the ids of the criteria that refuse or are open, and the dates are as the last
    screening, or the last answer since, left them; `open_count` is how many are open.
    """

    __tablename__ = "candidate"
    __table_args__ = (CheckConstraint(one_of("status", CandidateStatus), name="status"),)

    patient_id: Mapped[str] = mapped_column(unique=True)
    verdict: Mapped[str] = mapped_column(index=True)
    refused_by: Mapped[list[str]] = mapped_column(default_factory=list)
    open_criteria: Mapped[list[str]] = mapped_column(default_factory=list)
    open_count: Mapped[int] = mapped_column(default=0, index=True)
    opens_on: Mapped[date | None] = mapped_column(default=None)
    lapses_on: Mapped[date | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(default=CandidateStatus.SUGGESTED, index=True)
    status_reason: Mapped[str] = mapped_column(default="")


class Screened(Base):
    """What one screening said of one candidate: the verdict, and a word for each criterion.

    `judgements` leads from the id of a criterion to `permits`, `refuses` or `unknown`; `change` is
    what was said otherwise by the screening before.
    """

    __tablename__ = "screened"
    __table_args__ = (
        UniqueConstraint("run_id", "candidate_id"),
        CheckConstraint(one_of("change", Change), name="change"),
        Index("ix_screened_run_id_change", "run_id", "change"),
    )
    append_only: ClassVar[bool] = True
    # A new screening also takes in whoever is locked.
    outside_lock: ClassVar[bool] = True

    run_id: Mapped[int] = mapped_column(ForeignKey("screening_run.id"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    verdict: Mapped[str]
    judgements: Mapped[dict[str, Any]]
    change: Mapped[str] = mapped_column(default=Change.NEW)


class CriterionAnswer(Base):
    """What a person said about a criterion: an attestation, or the confirmation of a record.

    `statement` is the statement word for word, as the protocol has it. `answer` None: asked, and
    not known. `answered_on` is the hospital's day on which it was so. `visit_id`: the visit at
    which a participant was asked; what was said is of its day, and is taken back with it.
    """

    __tablename__ = "criterion_answer"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[Guard, ...]] = (
        Guard(
            "criterion_answer_visit_took_place",
            "NEW.visit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM visit v"
            " WHERE v.id = NEW.visit_id AND v.candidate_id = NEW.candidate_id"
            " AND v.participant_id IS NOT NULL AND v.day IS NOT NULL AND NOT v.voided)",
        ),
    )

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    criterion: Mapped[str]
    statement: Mapped[str]
    answer: Mapped[bool | None]
    answered_on: Mapped[date]
    answered_at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), default=None, index=True)


class Waiver(Base):
    """An investigator's decision to enrol although a criterion does not permit: a deviation."""

    __tablename__ = "waiver"
    __table_args__ = (
        UniqueConstraint("candidate_id", "criterion"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    append_only: ClassVar[bool] = True

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    criterion: Mapped[str]
    reason: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))


class ScreenFailure(Base):
    """Why a candidate who had consented was not enrolled: the criteria, and the reason in words.

    `criteria` are the ids of those that did not permit; empty: another reason.
    """

    __tablename__ = "screen_failure"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    append_only: ClassVar[bool] = True

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    failed_on: Mapped[date]
    criteria: Mapped[list[str]]
    reason: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))


class ConsentForm(Base):
    """One version of the consent form; `asks_again`: who signed an older one must sign again."""

    __tablename__ = "consent_form"
    append_only: ClassVar[bool] = True

    form_version: Mapped[str] = mapped_column(unique=True)
    effective_on: Mapped[date]
    asks_again: Mapped[bool]
    amendment: Mapped[str] = mapped_column(default="")


class Consent(Base):
    """One signature under one version of the form."""

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("id", "candidate_id", "signed_at"),
        CheckConstraint("obtained_by <> ''", name="obtained_by"),
    )
    append_only: ClassVar[bool] = True
    # Nobody is kept from signing, or from taking back, a consent because data are locked.
    outside_lock: ClassVar[bool] = True

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("consent_form.id"))
    signed_at: Mapped[datetime]
    obtained_by: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))


class WithdrawalScope(StrEnum):
    """What a withdrawal of consent ends."""

    TREATMENT = "treatment"
    FOLLOW_UP = "treatment and follow-up"
    DATA = "treatment, follow-up and use of data not yet collected"


class Withdrawal(Base):
    """The withdrawal of a consent, with its scope."""

    __tablename__ = "withdrawal"
    __table_args__ = (CheckConstraint(one_of("scope", WithdrawalScope), name="scope"),)
    append_only: ClassVar[bool] = True
    outside_lock: ClassVar[bool] = True

    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    withdrawn_at: Mapped[datetime]
    scope: Mapped[str]
    reason: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
