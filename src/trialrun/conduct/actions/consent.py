"""Consent: the versions of its form, who signed which, and withdrawals with their scope.

A hard gate: whatever is done for the trial needs the id of a consent that stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import after_end_problems
from trialrun.conduct.actions.candidates import Judge, judge_again, step
from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.reading.consents import standing_consent
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import current, find
from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    Consent,
    ConsentForm,
    Withdrawal,
    WithdrawalScope,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import Problem

_FARTHEST = timedelta(days=366)
"""A version that is to come is in use within a year: it cannot be corrected later."""


def record_consent_form(
    database: Database,
    actor: Actor,
    at: datetime,
    *,
    form_version: str,
    effective_on: date,
    asks_again: bool,
    amendment: str = "",
) -> ConsentForm:
    """Take a version of the consent form into use, as the ethics committee approved it.

    `asks_again`: whoever signed an older version must sign this one, too.
    """
    with act(database, Verb.RECORD_CONSENT_FORM, actor, at=at) as doing:
        known = doing.session.scalars(select(ConsentForm.form_version)).all()
        problems = missing("form_version", form_version, "write the version as the form has it")
        if form_version.strip() in known:
            problems.append(Problem("form_version", "this version is known already"))
        if effective_on - at.date() > _FARTHEST:
            found = "it lies too far ahead to be meant"
            problems.append(Problem("effective_on", found, "correct the year"))
        refuse("record a consent form", problems)
        return doing.add(
            ConsentForm(
                form_version=form_version.strip(),
                effective_on=effective_on,
                asks_again=asks_again,
                amendment=amendment.strip(),
            )
        )


@dataclass(frozen=True)
class Signature:
    """What is recorded of a signature: the version signed, when, and who obtained it.

    `signed_on` is the hospital's day of `signed_at`.
    """

    form_id: int
    signed_at: datetime
    signed_on: date
    obtained_by: str


def obtain_consent(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    signature: Signature,
    *,
    version: int,
    judge: Judge | None = None,
) -> Consent:
    """Record a signed consent: the first one, or one signed again after an amendment.

    `judge` says how the candidate is judged with it; of a participant it is not asked.
    """
    with act(database, Verb.OBTAIN_CONSENT, actor, at=at, candidate_id=candidate_id) as doing:
        candidate = find(doing.session, Candidate, candidate_id)
        forms = doing.session.scalars(select(ConsentForm)).all()
        problems = _signature_problems(signature, forms, at)
        problems += after_end_problems(
            doing.session, candidate_id, "signed_at", signature.signed_on
        )
        problems += _again_problems(standing_consent(doing.session, candidate_id), signature)
        refuse("record this consent", problems)
        if candidate.status not in (CandidateStatus.CONSENTED, CandidateStatus.ENROLLED):
            step(doing, candidate_id, CandidateStatus.CONSENTED, version=version)
        else:
            current(doing.session, Candidate, candidate_id, version)
        consent = doing.add(
            Consent(
                candidate_id=candidate_id,
                form_id=signature.form_id,
                signed_at=signature.signed_at,
                obtained_by=signature.obtained_by.strip(),
                account_id=account_of(actor),
            )
        )
        _judge_again(doing, candidate, judge)
        return consent


def _judge_again(doing: Act, candidate: Candidate, judge: Judge | None) -> None:
    if judge is not None and candidate.status != CandidateStatus.ENROLLED:
        held = find(doing.session, Candidate, candidate.id)
        judge_again(doing, held, judge)


def _signature_problems(
    signature: Signature, forms: Sequence[ConsentForm], at: datetime
) -> list[Problem]:
    problems = missing("obtained_by", signature.obtained_by, "name who explained the trial")
    if signature.signed_at > at:
        problems.append(Problem("signed_at", "it is in the future", "give the time of signing"))
    in_use = [form for form in forms if form.effective_on <= signature.signed_on]
    current = max(in_use, key=lambda form: (form.effective_on, form.id), default=None)
    if current is None:
        remedy = "take a version into use first"
        problems.append(Problem("form_id", "no version of the form was in use on that day", remedy))
    elif signature.form_id != current.id:
        found = "another version of the form was in use on that day"
        problems.append(Problem("form_id", found, current.form_version))
    return problems


def _again_problems(standing: Consent | None, signature: Signature) -> Iterator[Problem]:
    if standing is None:
        return
    if standing.form_id == signature.form_id:
        remedy = "open the candidate again: the consent stands there"
        yield Problem("form_id", "this version is signed already", remedy)
    elif signature.signed_at < standing.signed_at:
        remedy = "give the time at which this version was signed"
        yield Problem("signed_at", "it is before the consent that stands", remedy)


def withdraw_consent(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    *,
    withdrawn_at: datetime,
    scope: WithdrawalScope,
    reason: str,
    judge: Judge | None = None,
) -> Withdrawal:
    """Record that a consent is withdrawn, and what that ends; `judge` as for a signature.

    One that is told late, after doses or visits, is taken: surveillance makes a deviation of them.
    """
    with act(
        database,
        Verb.WITHDRAW_CONSENT,
        actor,
        at=at,
        reason=reason,
        candidate_id=candidate_id,
    ) as doing:
        problems = _withdrawal_problems(doing.session, candidate_id, withdrawn_at, at)
        refuse("withdraw a consent", problems)
        withdrawal = doing.add(
            Withdrawal(
                candidate_id=candidate_id,
                withdrawn_at=withdrawn_at,
                scope=scope,
                reason=reason.strip(),
                account_id=account_of(actor),
            )
        )
        _judge_again(doing, find(doing.session, Candidate, candidate_id), judge)
        return withdrawal


def _withdrawal_problems(
    session: Session, candidate_id: int, withdrawn_at: datetime, at: datetime
) -> Iterator[Problem]:
    consent = standing_consent(session, candidate_id)
    enrolled_at = session.scalar(
        select(Participant.enrolled_at).where(Participant.candidate_id == candidate_id)
    )
    if consent is None:
        yield Problem("candidate", "no consent stands that could be withdrawn")
    elif withdrawn_at < consent.signed_at:
        yield Problem("withdrawn_at", "it is before the consent was signed")
    elif enrolled_at is not None and withdrawn_at < enrolled_at:
        found = "it is before the enrolment, which rests on this consent"
        remedy = "give a time after the enrolment, and report a deviation if it truly was before"
        yield Problem("withdrawn_at", found, remedy)
    if withdrawn_at > at:
        yield Problem("withdrawn_at", "it is in the future")
