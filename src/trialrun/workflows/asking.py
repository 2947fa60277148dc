"""What participants are asked at visits: the statements, what was said, and what is still open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trialrun.conduct.actions.asking import StatementAnswer, answer_statements
from trialrun.conduct.acts import Actor
from trialrun.conduct.asked import AskedStatement, statements_of_participants
from trialrun.conduct.database import Database
from trialrun.conduct.reading.candidates import AnswerGiven, answers_of
from trialrun.conduct.reading.visits import visits_of
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.criteria.formulas import Sex
from trialrun.protocol.model import TrialProtocol


@dataclass(frozen=True)
class AskedLine:
    """A statement, and what was said to it at one visit, in the order in which it was written."""

    asked: AskedStatement
    said: tuple[AnswerGiven, ...]


@dataclass(frozen=True)
class AskedVisit:
    """A visit at which a participant can be asked, and what was."""

    visit: Visit
    lines: tuple[AskedLine, ...]

    @property
    def answered(self) -> int:
        """To how many of the statements there is an answer."""
        return sum(bool(line.said) for line in self.lines)


def can_be_asked(visit: Visit) -> bool:
    """Say whether a participant can be asked at a visit: it took place after enrolment."""
    return visit.day is not None and visit.participant_id is not None and not visit.voided


def asked_at(
    session: Session, trial: TrialProtocol, visit: Visit, sex: Sex | None = None
) -> AskedVisit:
    """Return what a participant is asked at a visit, and what was said.

    What the sex settles is not asked (None: it is not known), but shown where it was answered.
    """
    (asked,) = _asked(session, trial, [visit], sex)
    return asked


def asked_of(
    session: Session, trial: TrialProtocol, participant: Participant, sex: Sex | None = None
) -> tuple[AskedVisit, ...]:
    """Return the visits at which a participant can be asked, by day, with what was said."""
    visits = [one for one in visits_of(session, participant.candidate_id) if can_be_asked(one)]
    return _asked(session, trial, visits, sex) if visits else ()


def _asked(
    session: Session, trial: TrialProtocol, visits: Sequence[Visit], sex: Sex | None
) -> tuple[AskedVisit, ...]:
    """Return visits of one person with what was said there."""
    to_ask = {one.statement for one in statements_of_participants(trial, sex)}
    statements = statements_of_participants(trial)
    said: dict[tuple[int | None, str], list[AnswerGiven]] = defaultdict(list)
    for given in answers_of(session, visits[0].candidate_id):
        said[given.answer.visit_id, given.answer.statement].append(given)
    return tuple(
        AskedVisit(
            visit,
            tuple(
                AskedLine(one, tuple(said[visit.id, one.statement]))
                for one in statements
                if one.statement in to_ask or said[visit.id, one.statement]
            ),
        )
        for visit in visits
    )


def answer_at_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    trial: TrialProtocol,
    visit_id: int,
    answers: Mapping[str, StatementAnswer],
) -> None:
    """Record what a participant said at a visit.

    Raises:
        NotFoundError, RefusedError: as `answer_statements`.
    """
    asked = statements_of_participants(trial)
    answer_statements(database, actor, at, visit_id, answers, asked=asked)
