"""Asking participants at a visit what only they can say: one act for all that was answered.

An answer stands for good; another one about the same visit is added to it and says why. Refuses
answers at visits that did not take place, and to statements that the protocol does not make.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.common import account_of, refuse
from trialrun.conduct.acts import Actor, act
from trialrun.conduct.asked import AskedStatement
from trialrun.conduct.database import Database
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.candidates import CriterionAnswer
from trialrun.conduct.tables.visits import Visit
from trialrun.errors import Problem


@dataclass(frozen=True)
class StatementAnswer:
    """What was said to a statement, word for word; `answer` None: asked, and not known."""

    statement: str
    answer: bool | None
    reason: str = ""


def answer_statements(
    database: Database,
    actor: Actor,
    at: datetime,
    visit_id: int,
    answers: Mapping[str, StatementAnswer],
    *,
    asked: Sequence[AskedStatement],
) -> tuple[CriterionAnswer, ...]:
    """Record what a participant said at a visit; the visit's day is the day of the answers.

    `answers` are by the names of `asked`, the statements of the protocol; what is not among them
    was not asked. Without a reason an answer says at which visit it was given.

    Raises:
        NotFoundError: there is no such visit.
        RefusedError: nothing was answered; the visit did not take place, was taken back or was
            before enrolment; an answer that does not permit, or that follows another one at this
            visit, has no reason.
    """
    with database.reading() as session:
        visit = find(session, Visit, visit_id)
    with act(
        database,
        Verb.ASK_PARTICIPANT,
        actor,
        at=at,
        candidate_id=visit.candidate_id,
        participant_id=visit.participant_id,
    ) as doing:
        visit = doing.session.get_one(Visit, visit_id)
        of_name = {one.name: one for one in asked}
        problems = [
            *_visit_problems(visit),
            *_answer_problems(answers, of_name, _answered(doing.session, visit_id)),
        ]
        refuse("record these answers", problems)
        assert visit.day is not None, "a visit that did not take place was refused"
        rows = [
            CriterionAnswer(
                candidate_id=visit.candidate_id,
                criterion=of_name[name].criterion.id,
                statement=given.statement,
                answer=given.answer,
                answered_on=visit.day,
                answered_at=at,
                account_id=account_of(actor),
                reason=given.reason.strip() or default_reason(visit),
                visit_id=visit_id,
            )
            for name, given in answers.items()
        ]
        return tuple(doing.add(row) for row in rows)


def default_reason(visit: Visit) -> str:
    """Return the reason of an answer that needs none: at which visit it was given."""
    return f"asked at visit {visit.planned or 'unscheduled'}"


def _answered(session: Session, visit_id: int) -> frozenset[str]:
    said = select(CriterionAnswer.statement).where(CriterionAnswer.visit_id == visit_id)
    return frozenset(session.scalars(said))


def _visit_problems(visit: Visit) -> Iterator[Problem]:
    if visit.voided:
        yield Problem("visit", "this visit was taken back", "record the visit anew")
    elif visit.day is None:
        yield Problem("visit", "this visit did not take place", "ask at one that did")
    elif visit.participant_id is None:
        found = "this visit was before enrolment"
        yield Problem("visit", found, "answer the criteria of the candidate")


def _answer_problems(
    answers: Mapping[str, StatementAnswer],
    asked: Mapping[str, AskedStatement],
    answered: frozenset[str],
) -> Iterator[Problem]:
    if not answers:
        yield Problem("answers", "nothing is answered", "answer one statement or more")
    for name, given in answers.items():
        one = asked.get(name)
        if one is None or one.statement != given.statement:
            found = "the protocol asks participants no such statement"
            yield Problem(f"answer-{name}", found, "open the page again")
        elif given.reason.strip():
            continue
        elif given.statement in answered:
            found = "there is an answer of this visit already"
            yield Problem(f"reason-{name}", found, "say why there is another one")
        elif given.answer is None or given.answer is not one.permits:
            found = "this answer needs a reason"
            yield Problem(f"reason-{name}", found, "say what the participant told you")
