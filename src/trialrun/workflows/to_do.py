"""What waits for somebody of a role: asked for at sign-in, and read from what stands.

Nothing is stored: a task is gone once what it asks for is done. A role sees what it may do, and
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from trialrun.conduct.plans import PlannedVisit, Status
from trialrun.conduct.reading.consents import ToSignAgain, who_signs_again
from trialrun.conduct.reading.oversight import (
    DeviationFilter,
    DeviationListed,
    deviations_page,
)
from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.conduct.tables.deviations import DeviationStatus
from trialrun.protocol.model import TrialProtocol
from trialrun.workflows.due import UNRECORDED, DueLine, due_lines
from trialrun.workflows.enrolled import enrolled
from trialrun.workflows.grading import ToGrade
from trialrun.workflows.kept_grades import KeptGrades
from trialrun.workflows.overseeing import QueryListed, open_queries
from trialrun.workflows.safety import EventShown, events_to_report
from trialrun.workflows.unfilled import SexOf, Unfilled, unfilled_visits

_URGENCY = {UNRECORDED: 0, Status.OVERDUE: 0, Status.DUE: 1}
"""What is over stands in front, then what can be done today, then what is still to come."""


@dataclass(frozen=True)
class ToDo:
    """What waits for a role on a day; what the role may not do is empty.

    `deviations` are the first page of those to judge, `deviations_in_all` how many there are.
    """

    events: tuple[EventShown, ...] = ()
    queries: tuple[QueryListed, ...] = ()
    consents: tuple[ToSignAgain, ...] = ()
    deviations: tuple[DeviationListed, ...] = ()
    deviations_in_all: int = 0
    grades: tuple[ToGrade, ...] = ()
    visits: tuple[DueLine, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()
    doses: tuple[DueLine, ...] = ()

    @property
    def total(self) -> int:
        """How many things wait."""
        due = (self.visits, self.unfilled, self.doses)
        other = (self.events, self.queries, self.consents, self.grades)
        return sum(map(len, (*due, *other))) + self.deviations_in_all


def to_do(
    session: Session,
    trial: TrialProtocol,
    role: Role,
    on: date,
    at: datetime,
    sex_of: SexOf,
    kept: KeptGrades,
    *,
    zone: tzinfo,
) -> ToDo:
    """Return what waits for somebody of a role at a moment of a day, the hospital's."""
    deviations, in_all = _deviations(session) if role in MAY[Verb.JUDGE_DEVIATION] else ((), 0)
    everybody = enrolled(session, trial.design, zone=zone)
    due = in_order_of_urgency(
        line
        for line in due_lines(everybody, trial.design, date.min, on, on)
        if line.word in _URGENCY and role in MAY[_verb_of(line)]
    )
    return ToDo(
        events=events_to_report(session, trial, at)
        if role in MAY[Verb.RECORD_SAFETY_REPORT]
        else (),
        queries=tuple(one for one in open_queries(session, role) if one.mine),
        consents=tuple(who_signs_again(session, on)) if role in MAY[Verb.OBTAIN_CONSENT] else (),
        deviations=deviations,
        deviations_in_all=in_all,
        grades=_proposals(session, kept) if role in MAY[Verb.CONFIRM_GRADE] else (),
        visits=tuple(line for line in due if isinstance(line.entry.what, PlannedVisit)),
        unfilled=unfilled_visits(
            session,
            trial,
            sex_of,
            forms=role in MAY[Verb.FILL_IN_FORM],
            answers=role in MAY[Verb.ASK_PARTICIPANT],
        ),
        doses=tuple(line for line in due if not isinstance(line.entry.what, PlannedVisit)),
    )


def in_order_of_urgency(lines: Iterable[DueLine]) -> tuple[DueLine, ...]:
    """Return lines of the calendar: what is over and what can be done by its end, then what comes.

    What comes stands by the first day on which it can be done, as in a calendar.
    """
    return tuple(sorted(lines, key=_urgency))


def _urgency(line: DueLine) -> tuple[int, date, date]:
    what = line.entry.what
    last = what.last if isinstance(what, PlannedVisit) else what.on
    end = last or line.entry.last
    if line.word in _URGENCY:
        return _URGENCY[line.word], end, line.entry.first
    return len(_URGENCY), line.entry.first, end


def _verb_of(line: DueLine) -> Verb:
    is_visit = isinstance(line.entry.what, PlannedVisit)
    return Verb.RECORD_VISIT if is_visit else Verb.RECORD_DOSE


def _deviations(session: Session) -> tuple[tuple[DeviationListed, ...], int]:
    return deviations_page(session, DeviationFilter(status=DeviationStatus.PROPOSED), 1)


def _proposals(session: Session, kept: KeptGrades) -> tuple[ToGrade, ...]:
    return tuple(one for one in kept.in_order(session) if one.proposal is not None)
