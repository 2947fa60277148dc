"""One candidate of a trial that runs: opened with every criterion, and what people add to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trialrun.conduct.actions.candidates import Answer, answer_criterion
from trialrun.conduct.actions.consent import Signature, obtain_consent, withdraw_consent
from trialrun.conduct.acts import Actor
from trialrun.conduct.reading.candidates import CandidateFile, candidate_file
from trialrun.conduct.roles import Role
from trialrun.conduct.rows import find
from trialrun.conduct.tables import candidates as tables
from trialrun.criteria.wording import Language
from trialrun.records.rows import PatientRecord
from trialrun.report.opened import OpenedPatient, lay_out
from trialrun.report.voice import Voice
from trialrun.screening.plan import asks_of_people, plan
from trialrun.screening.result import JudgedPatient
from trialrun.workflows.hospital import hospital_record
from trialrun.workflows.running import RunningTrial, judge_on, judged


@dataclass(frozen=True)
class OpenCandidate:
    """A candidate as judged on a day, laid out in a language, and everything held of them.

    `is_in_records`: the hospital's database could be asked, and holds the patient.
    """

    on: date
    file: CandidateFile
    judged: JudgedPatient
    opened: OpenedPatient
    voice: Voice
    is_in_records: bool


def open_one(trial: RunningTrial, candidate_id: int, on: date, language: Language) -> OpenCandidate:
    """Judge a candidate on a day from the hospital's record and all that the trial knows.

    Whoever was enrolled is judged as of enrolment: the criteria are for entering the trial, and
    what happens later (the study drug, an infection) is for surveillance.

    Raises:
        NotFoundError: there is none with this id.
        StoreError: the hospital's database cannot be read.
    """
    held = _held(trial, candidate_id)
    with trial.database.reading() as session:
        file = candidate_file(session, candidate_id)
        if file.participant is not None:
            on = file.participant.enrolled_on
        found = judged(trial, session, file.candidate, held, on)
    voice = Voice.of(trial.protocol, language)
    opened = lay_out(found, candidate_id, voice)
    return OpenCandidate(on, file, found, opened, voice, held is not None)


def statements(trial: RunningTrial) -> dict[str, tuple[str, ...]]:
    """Return, by criterion, the statements that a person answers."""
    return {asked.criterion.id: asks_of_people(asked) for asked in plan(trial.protocol)}


def confirmed_by_investigators(trial: RunningTrial) -> frozenset[str]:
    """Return the criteria that only an investigator answers: the protocol says `confirm: true`."""
    return frozenset(one.id for one in trial.protocol.screening_criteria if one.confirm)


def answerable(trial: RunningTrial, role: Role | None) -> frozenset[str]:
    """Return the criteria about which somebody in a role may be asked."""
    asked = frozenset(criterion for criterion, found in statements(trial).items() if found)
    if role is Role.INVESTIGATOR:
        return asked
    return asked - confirmed_by_investigators(trial)


def answer(
    trial: RunningTrial, actor: Actor, at: datetime, candidate_id: int, given: Answer
) -> None:
    """Record a person's answer to a criterion; the verdict follows at once.

    Raises:
        NotFoundError: there is no such candidate.
        RefusedError: with what is wrong with the answer.
    """
    today = trial.day(at)
    answer_criterion(
        trial.database,
        actor,
        at,
        candidate_id,
        given,
        today=today,
        statements=statements(trial),
        investigators=confirmed_by_investigators(trial),
        judge=judge_on(trial, _held(trial, candidate_id), today),
    )


def consent(
    trial: RunningTrial,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    signature: Signature,
    *,
    version: int,
) -> None:
    """Record a signed consent; the criterion that asks for it follows at once."""
    judge = judge_on(trial, _held(trial, candidate_id), trial.day(at))
    obtain_consent(trial.database, actor, at, candidate_id, signature, version=version, judge=judge)


def withdraw(
    trial: RunningTrial,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    *,
    withdrawn_at: datetime,
    scope: tables.WithdrawalScope,
    reason: str,
) -> None:
    """Record that a consent is withdrawn; the criterion that asks for it follows at once."""
    withdraw_consent(
        trial.database,
        actor,
        at,
        candidate_id,
        withdrawn_at=withdrawn_at,
        scope=scope,
        reason=reason,
        judge=judge_on(trial, _held(trial, candidate_id), trial.day(at)),
    )


def _held(trial: RunningTrial, candidate_id: int) -> PatientRecord | None:
    with trial.database.reading() as session:
        patient_id = find(session, tables.Candidate, candidate_id).patient_id
    return hospital_record(trial.data, patient_id)
