"""Enrolment and its end: the gate that no participant passes but by consent and every criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import end_problems
from trialrun.conduct.actions.candidates import step
from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.actions.deviations import add_waived
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.reading.consents import form_to_sign_again, standing_consent
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.states import step_problems
from trialrun.conduct.tables.candidates import Candidate, CandidateStatus, Consent, Waiver
from trialrun.conduct.tables.participants import (
    EndOfParticipation,
    Participant,
    ParticipantStatus,
)
from trialrun.criteria.truth import Truth
from trialrun.errors import ConflictError, Problem

_NUMBER_DIGITS = 3


def waive_criterion(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    *,
    criterion: str,
    reason: str,
    known: frozenset[str],
) -> Waiver:
    """Record an investigator's decision to enrol although a criterion does not permit.

    `known` are the protocol's criteria. Enrolment makes a deviation of it.
    """
    with act(
        database, Verb.WAIVE_CRITERION, actor, at=at, reason=reason, candidate_id=candidate_id
    ) as doing:
        find(doing.session, Candidate, candidate_id)
        problems = missing("reason", reason, "say why the criterion is waived")
        if criterion not in known:
            problems.append(Problem("criterion", "the protocol has no such criterion"))
        waived = select(Waiver.id).where(
            Waiver.candidate_id == candidate_id, Waiver.criterion == criterion
        )
        if doing.session.scalar(waived) is not None:
            found = "it is waived already"
            problems.append(
                Problem("criterion", found, "open the candidate again: it stands there")
            )
        refuse("waive a criterion", problems)
        return doing.add(
            Waiver(
                candidate_id=candidate_id,
                criterion=criterion,
                reason=reason.strip(),
                account_id=account_of(actor),
            )
        )


@dataclass(frozen=True)
class Enrolment:
    """What enrolment is asked with: the arm, the moment, and its day at the hospital.

    `permissions` say of each criterion whether it lets the candidate in on that day.
    """

    arm: str
    enrolled_at: datetime
    enrolled_on: date
    permissions: Mapping[str, Truth]


def enrol(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    enrolment: Enrolment,
    *,
    version: int,
) -> Participant:
    """Make a participant of a candidate, with the next number.

    Raises:
        RefusedError: no consent stands, a form must be signed again, or a criterion neither
            permits nor is waived.
        ConflictError: somebody else was first.
    """
    with act(database, Verb.ENROL, actor, at=at, candidate_id=candidate_id) as doing:
        session = doing.session
        candidate = find(session, Candidate, candidate_id)
        if candidate.status == CandidateStatus.ENROLLED:
            raise ConflictError("somebody else has enrolled this candidate already")
        consent = standing_consent(session, candidate_id)
        refuse("enrol", _problems(session, candidate, consent, enrolment, at))
        assert consent is not None
        step(doing, candidate_id, CandidateStatus.ENROLLED, version=version)
        participant = doing.add(
            Participant(
                number=_next_number(session),
                candidate_id=candidate_id,
                consent_id=consent.id,
                consented_at=consent.signed_at,
                enrolled_at=enrolment.enrolled_at,
                enrolled_on=enrolment.enrolled_on,
                arm=enrolment.arm,
            )
        )
        for waiver in _waivers_needed(session, candidate_id, enrolment.permissions):
            add_waived(
                doing, participant.id, waiver.criterion, waiver.reason, enrolment.enrolled_on
            )
        return participant


def _problems(
    session: Session,
    candidate: Candidate,
    consent: Consent | None,
    enrolment: Enrolment,
    at: datetime,
) -> list[Problem]:
    problems = step_problems(candidate.status, CandidateStatus.ENROLLED)
    if enrolment.enrolled_at > at:
        problems.append(Problem("enrolled_at", "it is in the future"))
    if consent is None:
        remedy = "obtain a signed consent first"
        problems.append(Problem("consent", "no consent stands", remedy))
    else:
        if consent.signed_at > enrolment.enrolled_at:
            problems.append(Problem("enrolled_at", "it is before the consent was signed"))
        again = form_to_sign_again(session, consent, enrolment.enrolled_on)
        if again is not None:
            found = "a newer version of the consent form must be signed first"
            problems.append(Problem("consent", found, again.form_version))
    return problems + _criteria_problems(session, candidate.id, enrolment.permissions)


def _criteria_problems(
    session: Session, candidate_id: int, permissions: Mapping[str, Truth]
) -> list[Problem]:
    waived = {waiver.criterion for waiver in _waivers_needed(session, candidate_id, permissions)}
    problems = []
    for criterion, truth in permissions.items():
        if truth is Truth.TRUE or criterion in waived:
            continue
        found = "it refuses" if truth is Truth.FALSE else "it is unknown"
        remedy = "settle it, or an investigator waives it with a reason"
        problems.append(Problem(criterion, found, remedy))
    return problems


def _waivers_needed(
    session: Session, candidate_id: int, permissions: Mapping[str, Truth]
) -> list[Waiver]:
    """Return the waivers of criteria that do not permit; one that permits needs none."""
    waivers = session.scalars(select(Waiver).where(Waiver.candidate_id == candidate_id))
    return [
        waiver
        for waiver in waivers
        if permissions.get(waiver.criterion, Truth.TRUE) is not Truth.TRUE
    ]


def _next_number(session: Session) -> str:
    enrolled = session.scalar(select(func.count(Participant.id))) or 0
    return f"{enrolled + 1:0{_NUMBER_DIGITS}}"


def end_participation(
    database: Database,
    actor: Actor,
    at: datetime,
    participant_id: int,
    *,
    version: int,
    ended_on: date,
    why: EndOfParticipation,
    note: str,
    today: date,
) -> Participant:
    """Record how participation ended: as planned, or early and why."""
    with act(
        database,
        Verb.END_PARTICIPATION,
        actor,
        at=at,
        reason=note,
        participant_id=participant_id,
    ) as doing:
        participant = find(doing.session, Participant, participant_id)
        problems = []
        if participant.ended_on is not None:
            problems.append(Problem("participant", "participation has ended already"))
        if ended_on > today:
            problems.append(Problem("ended_on", "the day is in the future"))
        if ended_on < participant.enrolled_on:
            problems.append(Problem("ended_on", "the day is before enrolment"))
        problems += end_problems(doing.session, participant, ended_on, why)
        refuse("end participation", problems)
        completed = why is EndOfParticipation.COMPLETED
        status = ParticipantStatus.COMPLETED if completed else ParticipantStatus.ENDED_EARLY
        return doing.change(
            participant,
            expected=version,
            status=status,
            ended_on=ended_on,
            ended_why=why,
            ended_note=note.strip(),
        )
