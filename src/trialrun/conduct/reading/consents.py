"""Which form is in use, which consent stood on a day, what was withdrawn. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from trialrun.conduct.days import day_of
from trialrun.conduct.proposals import AfterWithdrawal
from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    Consent,
    ConsentForm,
    Withdrawal,
    WithdrawalScope,
)
from trialrun.conduct.tables.doses import Dose
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Visit

_NEVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


def withdrawals_of(session: Session, candidate_id: int) -> Sequence[Withdrawal]:
    """Return the withdrawals of a candidate's consents."""
    return session.scalars(select(Withdrawal).where(Withdrawal.candidate_id == candidate_id)).all()


def standing_consent(session: Session, candidate_id: int) -> Consent | None:
    """Return the last consent of a candidate, unless it was withdrawn since."""
    consent = session.scalar(
        select(Consent)
        .where(Consent.candidate_id == candidate_id)
        .order_by(Consent.signed_at.desc(), Consent.id.desc())
        .limit(1)
    )
    withdrawn = session.scalar(
        select(Withdrawal.withdrawn_at)
        .where(Withdrawal.candidate_id == candidate_id)
        .order_by(Withdrawal.withdrawn_at.desc())
        .limit(1)
    )
    if consent is None or (withdrawn is not None and withdrawn >= consent.signed_at):
        return None
    return consent


def form_to_sign_again(session: Session, consent: Consent, on: date) -> ConsentForm | None:
    """Return the newer form that whoever gave this consent must sign by a day, if there is one."""
    signed = session.get_one(ConsentForm, consent.form_id)
    newer = session.scalars(
        select(ConsentForm)
        .where(ConsentForm.effective_on <= on)
        .order_by(ConsentForm.effective_on.desc(), ConsentForm.id.desc())
    ).all()
    later = [
        form for form in newer if (form.effective_on, form.id) > (signed.effective_on, signed.id)
    ]
    return later[0] if any(form.asks_again for form in later) else None


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


@dataclass(frozen=True)
class ConsentStands:
    """What whoever works with a participant must know of the consent.

    `withdrawals` are those since enrolment, the first one first; `signed` is the consent that
    stands, and `to_sign` the newer form that must be signed, unless the participation is over.
    """

    withdrawals: tuple[Withdrawal, ...]
    signed: Consent | None
    signed_form: ConsentForm | None
    to_sign: ConsentForm | None

    @property
    def widest(self) -> Withdrawal | None:
        """The withdrawal that ends most; None: nothing was withdrawn."""
        order = list(WithdrawalScope)
        return max(
            self.withdrawals, key=lambda one: order.index(WithdrawalScope(one.scope)), default=None
        )

    @property
    def ends_follow_up(self) -> bool:
        """Whether no visit may take place any more."""
        return self.widest is not None and self.widest.scope != WithdrawalScope.TREATMENT


def consent_stands(session: Session, participant: Participant, on: date) -> ConsentStands:
    """Return how a participant's consent stands on a day."""
    candidate_id = participant.candidate_id
    found = [
        one
        for one in withdrawals_of(session, candidate_id)
        if one.withdrawn_at >= participant.enrolled_at
    ]
    signed = standing_consent(session, candidate_id)
    asked = signed is not None and participant.ended_on is None
    return ConsentStands(
        withdrawals=tuple(sorted(found, key=lambda one: one.withdrawn_at)),
        signed=signed,
        signed_form=session.get_one(ConsentForm, signed.form_id) if signed else None,
        to_sign=form_to_sign_again(session, signed, on) if signed and asked else None,
    )


@dataclass(frozen=True)
class ToSignAgain:
    """Somebody whose consent rests on a form that a newer one has replaced."""

    candidate: Candidate
    participant: Participant | None
    signed: Consent
    newer: ConsentForm


def consent_forms(session: Session) -> Sequence[ConsentForm]:
    """Return the versions of the form, the newest first."""
    newest_first = (ConsentForm.effective_on.desc(), ConsentForm.id.desc())
    return session.scalars(select(ConsentForm).order_by(*newest_first)).all()


def form_in_use(session: Session, on: date) -> ConsentForm | None:
    """Return the version of the form that is in use on a day; None: there is none yet."""
    return next((form for form in consent_forms(session) if form.effective_on <= on), None)


def who_signs_again(session: Session, on: date) -> list[ToSignAgain]:
    """Return who must sign a newer form by a day, and has not left the trial, by candidate."""
    staying = select(Candidate, Participant).outerjoin(
        Participant, Participant.candidate_id == Candidate.id
    )
    concerned = (CandidateStatus.CONSENTED, CandidateStatus.ENROLLED)
    found: list[ToSignAgain] = []
    asks = select(ConsentForm.id).where(ConsentForm.asks_again, ConsentForm.effective_on <= on)
    if session.scalar(asks.limit(1)) is None:
        return found
    for candidate, participant in session.execute(
        staying.where(
            Candidate.status.in_(concerned),
            or_(Participant.id.is_(None), Participant.ended_on.is_(None)),
        ).order_by(Candidate.id)
    ):
        signed = standing_consent(session, candidate.id)
        newer = None if signed is None else form_to_sign_again(session, signed, on)
        if signed is not None and newer is not None:
            found.append(ToSignAgain(candidate, participant, signed, newer))
    return found


def after_withdrawals(
    session: Session, participant: Participant, zone: tzinfo
) -> tuple[AfterWithdrawal, ...]:
    """Return what was done after each withdrawal of a participant, before consent was given again.

    After one from treatment alone, visits go on as planned.
    """
    given = session.scalars(
        select(Dose.given_at).where(
            Dose.participant_id == participant.id, Dose.given_at.is_not(None), ~Dose.voided
        )
    ).all()
    visited = session.scalars(
        select(Visit.day).where(
            Visit.participant_id == participant.id, Visit.day.is_not(None), ~Visit.voided
        )
    ).all()
    found = []
    for one in withdrawals_of(session, participant.candidate_id):
        until = _consented_again(session, one)
        doses = [at for at in given if at and one.withdrawn_at < at < until]
        first, last = day_of(one.withdrawn_at, zone), day_of(until, zone)
        ends_visits = one.scope != WithdrawalScope.TREATMENT
        found.append(
            AfterWithdrawal(
                withdrawal_id=one.id,
                withdrawn_on=first,
                doses=tuple(day_of(at, zone) for at in doses),
                visits=tuple(day for day in visited if ends_visits and day and first < day < last),
            )
        )
    return tuple(found)


def _consented_again(session: Session, withdrawal: Withdrawal) -> datetime:
    signed_at = session.scalar(
        select(func.min(Consent.signed_at)).where(
            Consent.candidate_id == withdrawal.candidate_id,
            Consent.signed_at > withdrawal.withdrawn_at,
        )
    )
    return signed_at or _NEVER
