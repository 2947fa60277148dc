"""One candidate: what was said, signed, decided and done, in the order in which it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.changes import Difference, Said, differences
from trialrun.conduct.rows import find
from trialrun.conduct.tables.accounts import Account
from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    Consent,
    ConsentForm,
    CriterionAnswer,
    Screened,
    ScreenFailure,
    ScreeningRun,
    Waiver,
    Withdrawal,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.trail import Event


@dataclass(frozen=True)
class AnswerGiven:
    """An answer, and the full name of who gave it."""

    answer: CriterionAnswer
    by: str


@dataclass(frozen=True)
class SignedConsent:
    """A consent, and the version of the form that was signed."""

    consent: Consent
    form_version: str


@dataclass(frozen=True)
class CandidateFile:
    """A candidate with everything that is held of them before enrolment, oldest first.

    `changed` are the criteria of which the last two screenings say different things.
    """

    candidate: Candidate
    answers: Sequence[AnswerGiven]
    consents: Sequence[SignedConsent]
    withdrawals: Sequence[Withdrawal]
    waivers: Sequence[Waiver]
    failures: Sequence[ScreenFailure]
    participant: Participant | None
    changed: Sequence[Difference]

    @property
    def has_consented(self) -> bool:
        """Whether the last consent was not withdrawn since."""
        if not self.consents:
            return False
        signed = max(one.consent.signed_at for one in self.consents)
        return all(withdrawal.withdrawn_at < signed for withdrawal in self.withdrawals)

    def answers_to(self, criterion: str) -> list[AnswerGiven]:
        """Return what was answered to a criterion."""
        return [one for one in self.answers if one.answer.criterion == criterion]


def candidate_file(session: Session, candidate_id: int) -> CandidateFile:
    """Return everything that is held of a candidate before enrolment.

    Raises:
        NotFoundError: there is none with this id.
    """
    candidate = find(session, Candidate, candidate_id)
    signed = session.execute(
        select(Consent, ConsentForm.form_version)
        .join(ConsentForm, Consent.form_id == ConsentForm.id)
        .where(Consent.candidate_id == candidate_id)
        .order_by(Consent.signed_at, Consent.id)
    )
    mine = candidate_id
    return CandidateFile(
        candidate=candidate,
        answers=answers_of(session, candidate_id),
        consents=[SignedConsent(consent, version) for consent, version in signed],
        withdrawals=session.scalars(
            select(Withdrawal).where(Withdrawal.candidate_id == mine).order_by(Withdrawal.id)
        ).all(),
        waivers=session.scalars(
            select(Waiver).where(Waiver.candidate_id == mine).order_by(Waiver.id)
        ).all(),
        failures=session.scalars(
            select(ScreenFailure).where(ScreenFailure.candidate_id == mine).order_by("id")
        ).all(),
        participant=session.scalar(select(Participant).where(Participant.candidate_id == mine)),
        changed=_changed(session, candidate_id),
    )


def answers_of(session: Session, candidate_id: int) -> list[AnswerGiven]:
    """Return everything that people said of a candidate, in the order in which they said it."""
    said = session.execute(
        select(CriterionAnswer, Account.full_name)
        .join(Account, CriterionAnswer.account_id == Account.id)
        .where(CriterionAnswer.candidate_id == candidate_id)
        .order_by(CriterionAnswer.id)
    )
    return [AnswerGiven(answer, name) for answer, name in said]


def spoken_of(session: Session) -> Sequence[Candidate]:
    """Return the candidates of whom the trial itself knows something: an answer, a consent."""
    known = select(CriterionAnswer.candidate_id).union(select(Consent.candidate_id))
    not_yet = Candidate.status != CandidateStatus.ENROLLED
    return session.scalars(select(Candidate).where(Candidate.id.in_(known), not_yet)).all()


def acts_on(session: Session, candidate_id: int) -> Sequence[Event]:
    """Return what was done to a candidate, the newest first."""
    query = select(Event).where(Event.candidate_id == candidate_id)
    return session.scalars(query.order_by(Event.id.desc())).all()


def _changed(session: Session, candidate_id: int) -> tuple[Difference, ...]:
    said = session.execute(
        select(Screened.verdict, Screened.judgements)
        .join(ScreeningRun, ScreeningRun.id == Screened.run_id)
        .where(Screened.candidate_id == candidate_id, ScreeningRun.finished_at.is_not(None))
        .order_by(Screened.id.desc())
        .limit(2)
    )
    last_two = [Said(verdict, judgements) for verdict, judgements in said]
    return differences(last_two[1], last_two[0]) if len(last_two) > 1 else ()
