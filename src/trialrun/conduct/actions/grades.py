"""Decisions on laboratory grades: the rules propose, a person confirms, changes or sets aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.adverse_events import open_event
from trialrun.conduct.actions.common import account_of, missing, refuse
from trialrun.conduct.acts import Act, Actor, act
from trialrun.conduct.database import Database
from trialrun.conduct.event_rules import EventEntry, EventTerm
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef, find, participant_of, row_at
from trialrun.conduct.tables.adverse_events import AdverseEvent, GradeDecision, GradeStanding
from trialrun.errors import ConflictError, Problem


@dataclass(frozen=True)
class ProposedGrade:
    """A grade that the rules propose for a value: one version of a row, and its item ('' if one).

    `grade` is 0 (within limits) to 5.
    """

    place: RowRef
    version: int
    item: str
    term: str
    grade: int


@dataclass(frozen=True)
class Decision:
    """What a person makes of a proposal: `grade` None sets it aside; another grade changes it.

    `opens` is an adverse event that is reported with it; `belongs_to` the id of one that stands.
    """

    grade: int | None
    reason: str = ""
    opens: EventEntry | None = None
    belongs_to: int | None = None

    def standing(self, proposed: int) -> GradeStanding:
        """Return what this makes of a proposed grade."""
        if self.grade is None:
            return GradeStanding.SET_ASIDE
        same = self.grade == proposed
        return GradeStanding.CONFIRMED if same else GradeStanding.CHANGED


def decide_grade(
    database: Database,
    actor: Actor,
    at: datetime,
    proposed: ProposedGrade,
    decision: Decision,
    *,
    terms: Collection[EventTerm] = (),
) -> GradeDecision:
    """Record what a person makes of a proposed grade; it may open an adverse event in the same act.

    `terms` are those that such an event may have.

    Raises:
        ConflictError: somebody has decided already, or the value has changed since.
    """
    with database.reading() as session:
        participant_id = participant_of(session, proposed.place)
    with act(
        database,
        Verb.CONFIRM_GRADE,
        actor,
        at=at,
        reason=decision.reason,
        participant_id=participant_id,
    ) as doing:
        _check_current(doing.session, proposed)
        refuse("decide on a grade", _problems(doing.session, participant_id, proposed, decision))
        return doing.add(
            GradeDecision(
                participant_id=participant_id,
                table_name=proposed.place.table,
                row_id=proposed.place.row_id,
                row_version=proposed.version,
                item=proposed.item,
                term=proposed.term,
                proposed_grade=proposed.grade,
                standing=decision.standing(proposed.grade),
                grade=decision.grade,
                reason=decision.reason.strip(),
                adverse_event_id=_event_id(doing, participant_id, decision, terms),
                account_id=account_of(actor),
                decided_at=at,
            )
        )


def _event_id(
    doing: Act, participant_id: int, decision: Decision, terms: Collection[EventTerm]
) -> int | None:
    if decision.opens is None:
        return decision.belongs_to
    return open_event(doing, participant_id, decision.opens, terms).id


def _check_current(session: Session, proposed: ProposedGrade) -> None:
    if row_at(session, proposed.place).version != proposed.version:
        raise ConflictError(
            "the value has changed since the grade was proposed",
            [Problem("value", "a newer version exists", "look at the grade of the new value")],
        )
    decided = session.scalar(
        select(GradeDecision.id).where(
            GradeDecision.table_name == proposed.place.table,
            GradeDecision.row_id == proposed.place.row_id,
            GradeDecision.row_version == proposed.version,
            GradeDecision.item == proposed.item,
            GradeDecision.term == proposed.term,
        )
    )
    if decided is not None:
        raise ConflictError(
            "somebody has decided on this grade already",
            [Problem("value", "a decision stands", "read it")],
        )


def _problems(
    session: Session, participant_id: int, proposed: ProposedGrade, decision: Decision
) -> list[Problem]:
    problems = []
    if decision.standing(proposed.grade) is not GradeStanding.CONFIRMED:
        problems += missing("reason", decision.reason, "say why the proposal does not stand")
    if decision.grade is not None and not 0 <= decision.grade <= 5:
        problems.append(Problem("grade", "it is not 0 to 5", "choose one of them"))
    if decision.opens is not None:
        problems += _opening_problems(decision, decision.opens)
    if decision.belongs_to is not None:
        event = find(session, AdverseEvent, decision.belongs_to)
        if event.participant_id != participant_id or event.void_reason is not None:
            problems.append(Problem("belongs_to", "it is no event of this participant that stands"))
    return problems


def _opening_problems(decision: Decision, opens: EventEntry) -> list[Problem]:
    problems = []
    if decision.belongs_to is not None:
        problems.append(Problem("belongs_to", "the grade cannot open an event and belong to one"))
    if opens.grade != decision.grade:
        found = "the event has not the grade that was decided"
        problems.append(Problem("grade", found, "give both the same grade"))
    return problems
