"""Which consent stood on a day, and what was withdrawn. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.days import day_of
from trialrun.conduct.tables.candidates import Consent, Withdrawal


def consent_on(session: Session, candidate_id: int, day: date, zone: tzinfo) -> Consent | None:
    """Return the last consent that was signed up to a day, unless withdrawn before that day."""
    signed = session.scalars(
        select(Consent).where(Consent.candidate_id == candidate_id).order_by(Consent.signed_at)
    )
    consent = max(
        (one for one in signed if day_of(one.signed_at, zone) <= day),
        key=lambda one: (one.signed_at, one.id),
        default=None,
    )
    if consent is None or any(
        withdrawal.withdrawn_at >= consent.signed_at and day_of(withdrawal.withdrawn_at, zone) < day
        for withdrawal in withdrawals_of(session, candidate_id)
    ):
        return None
    return consent


def withdrawals_of(session: Session, candidate_id: int) -> Sequence[Withdrawal]:
    """Return the withdrawals of a candidate's consents."""
    return session.scalars(select(Withdrawal).where(Withdrawal.candidate_id == candidate_id)).all()
