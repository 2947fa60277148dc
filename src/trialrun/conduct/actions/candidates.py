"""Candidates: answering a criterion, inviting, declining, failing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from trialrun.conduct.actions.bounds import collection_problems
from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.rows import current, find
from trialrun.conduct.states import step_problems
from trialrun.conduct.tables.candidates import (
    Candidate,
    CandidateStatus,
    CriterionAnswer,
    ScreenFailure,
)
from trialrun.errors import ForbiddenError, Problem
from trialrun.screening.verdict import Verdict


@dataclass(frozen=True)
class ScreenedPatient:
    """What a screening said of one patient.

    `judgements` leads from each criterion to permits, refuses or unknown.
    """

    patient_id: str
    verdict: Verdict
    judgements: Mapping[str, str]
    opens_on: date | None = None
    lapses_on: date | None = None

    def criteria_that(self, word: str) -> list[str]:
        """Return the criteria that are judged so."""
        return [criterion for criterion, judged in self.judgements.items() if judged == word]


Judge = Callable[[Session, Candidate], ScreenedPatient]
"""Judges a candidate from the hospital's record and all that the trial knows by now."""


def judged_columns(patient: ScreenedPatient) -> dict[str, Any]:
    """Return the columns of a candidate that say how they are judged."""
    unknown = patient.criteria_that("unknown")
    return {
        "verdict": patient.verdict,
        "refused_by": patient.criteria_that("refuses"),
        "open_criteria": unknown,
        "open_count": len(unknown),
        "opens_on": patient.opens_on,
        "lapses_on": patient.lapses_on,
    }


@dataclass(frozen=True)
class Answer:
    """What a person says about a criterion; `answer` None: asked, and not known.

    `statement` is the protocol's own, word for word; `answered_on` the hospital's day.
    """

    criterion: str
    statement: str
    answer: bool | None
    answered_on: date
    reason: str


def answer_criterion(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    answer: Answer,
    *,
    today: date,
    statements: Mapping[str, Sequence[str]],
    investigators: Collection[str],
    judge: Judge,
) -> CriterionAnswer:
    """Record a person's answer; it is evidence like any other, and changes the verdict at once.

    `statements` are those that may be answered: criterion -> statements, of the protocol.
    `investigators` are the criteria that only an investigator answers, because the protocol asks
    for a confirmation. `judge` says what follows from the record and all the answers, this one
    included.

    Raises:
        ForbiddenError: it is for an investigator to answer.
    """
    if answer.criterion in investigators and actor.role is not Role.INVESTIGATOR:
        raise ForbiddenError("only an investigator answers a criterion that is to be confirmed")
    with act(
        database,
        Verb.ANSWER_CRITERION,
        actor,
        at=at,
        reason=answer.reason,
        candidate_id=candidate_id,
    ) as doing:
        candidate = find(doing.session, Candidate, candidate_id)
        problems = _answer_problems(answer, today, statements)
        problems += collection_problems(
            doing.session, candidate_id, "answered_on", answer.answered_on
        )
        refuse("answer a criterion", problems)
        answered = doing.add(
            CriterionAnswer(
                candidate_id=candidate_id,
                criterion=answer.criterion,
                statement=answer.statement,
                answer=answer.answer,
                answered_on=answer.answered_on,
                answered_at=at,
                account_id=account_of(actor),
                reason=answer.reason.strip(),
            )
        )
        judge_again(doing, candidate, judge)
        return answered


def judge_again(doing: Act, candidate: Candidate, judge: Judge) -> Candidate:
    """Write how a candidate is judged after what the act has written so far."""
    return doing.change(candidate, **judged_columns(judge(doing.session, candidate)))


def _answer_problems(
    answer: Answer, today: date, statements: Mapping[str, Sequence[str]]
) -> list[Problem]:
    problems = []
    if answer.statement not in statements.get(answer.criterion, ()):
        found = "the protocol asks no such statement of a person"
        problems.append(Problem("statement", found, "choose one of the criterion's statements"))
    if answer.answered_on > today:
        problems.append(Problem("answered_on", "the day is in the future", "give the day it was"))
    return problems


def invite(
    database: Database, actor: Actor, at: datetime, candidate_id: int, *, version: int
) -> Candidate:
    """Record that a candidate is invited."""
    with act(database, Verb.INVITE, actor, at=at, candidate_id=candidate_id) as doing:
        return step(doing, candidate_id, CandidateStatus.INVITED, version=version)


def decline(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    *,
    version: int,
    reason: str,
) -> Candidate:
    """Record that a candidate does not take part: by their own word, or the site's decision."""
    with act(
        database, Verb.DECLINE, actor, at=at, reason=reason, candidate_id=candidate_id
    ) as doing:
        return step(doing, candidate_id, CandidateStatus.DECLINED, version=version, reason=reason)


def record_screen_failure(
    database: Database,
    actor: Actor,
    at: datetime,
    candidate_id: int,
    *,
    version: int,
    failed_on: date,
    criteria: Sequence[str],
    reason: str,
    today: date,
) -> ScreenFailure:
    """Record why somebody who had consented is not enrolled; `today` is the hospital's day."""
    with act(
        database,
        Verb.RECORD_SCREEN_FAILURE,
        actor,
        at=at,
        reason=reason,
        candidate_id=candidate_id,
    ) as doing:
        problems = missing("reason", reason, "say why the candidate is not enrolled")
        if failed_on > today:
            found = "the day is in the future"
            problems.append(Problem("failed_on", found, "give the day it was"))
        refuse("record a screen failure", problems)
        step(doing, candidate_id, CandidateStatus.SCREEN_FAILURE, version=version, reason=reason)
        return doing.add(
            ScreenFailure(
                candidate_id=candidate_id,
                failed_on=failed_on,
                criteria=list(criteria),
                reason=reason.strip(),
                account_id=account_of(actor),
            )
        )


def step(
    doing: Act, candidate_id: int, to: CandidateStatus, *, version: int, reason: str = ""
) -> Candidate:
    """Bring a candidate to the next status, within an act.

    Raises:
        ConflictError: somebody else has changed the candidate since it was read.
        RefusedError: this status cannot follow.
    """
    candidate = current(doing.session, Candidate, candidate_id, version)
    refuse(f"candidate becomes {to}", step_problems(candidate.status, to))
    return doing.change(candidate, expected=version, status=to, status_reason=reason.strip())
