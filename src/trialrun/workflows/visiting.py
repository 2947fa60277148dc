"""Visits of participants: which is planned when, recording one, and what may be filled in there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from trialrun.conduct.actions.visits import (
    Held,
    Missed,
    VisitPlan,
    correct_visit,
    record_screening_visit,
    record_visit,
)
from trialrun.conduct.acts import Actor
from trialrun.conduct.database import Database
from trialrun.conduct.days import day_of
from trialrun.conduct.plans import PlannedVisit
from trialrun.conduct.reading.visits import FilledForm, forms_of_visits, visits_of
from trialrun.conduct.rows import find
from trialrun.conduct.schedule import schedule
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.criteria.formulas import Sex
from trialrun.errors import NotFoundError, Problem, RefusedError
from trialrun.protocol.design import Assessment, Design, UnplannedVisit
from trialrun.protocol.design import Visit as DesignedVisit
from trialrun.protocol.forms import Form
from trialrun.protocol.model import TrialProtocol
from trialrun.workflows.enrolled import enrolled_one, unscheduled_visit


@dataclass(frozen=True)
class FormAt:
    """A form that belongs to a visit, and what was filled in, if anything was."""

    assessment: Assessment
    form: Form
    filled: FilledForm | None

    @property
    def complete(self) -> bool:
        """Whether every item that the form asks for has a value, or a reason why not."""
        if self.filled is None:
            return False
        optional = {item.id for item in self.form.items if not item.required}
        return optional.issuperset(self.filled.left_out)


@dataclass(frozen=True)
class VisitShown:
    """A visit that stands or was taken back: its row, the design's, and what belongs to it.

    `participant` is None while the candidate is not enrolled. `without_form`: what is assessed, and
    written down elsewhere than in a form.
    """

    row: Visit
    design: DesignedVisit | UnplannedVisit | None
    participant: Participant | None
    forms: tuple[FormAt, ...]
    without_form: tuple[Assessment, ...]


def planned_visit(
    session: Session, design: Design, participant_id: int, visit: str, on: date, *, zone: tzinfo
) -> PlannedVisit:
    """Return a visit of a participant's schedule, by the design's id.

    Raises:
        NotFoundError: there is no such participant, or the schedule has no such visit.
    """
    plan = schedule(design, enrolled_one(session, design, participant_id, zone=zone).known, on)
    for planned in plan.visits:
        if planned.visit.id == visit:
            return planned
    raise NotFoundError("the schedule has no such visit")


def record_participant_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    design: Design,
    participant_id: int,
    what: Held | Missed,
    *,
    zone: tzinfo,
    visit: str | None,
) -> Visit:
    """Record a planned visit by the design's id, or (None) an unscheduled one.

    A day before enrolment makes it a screening visit.

    Raises:
        RefusedError: it is out of its window without a note, or as `record_visit` refuses.
    """
    with database.reading() as session:
        row = find(session, Participant, participant_id)
        plan = None
        if visit is not None:
            planned = planned_visit(
                session, design, participant_id, visit, day_of(at, zone), zone=zone
            )
            plan = VisitPlan(visit, _window(planned))
    refuse_silent_departure(what, plan)
    if isinstance(what, Held) and what.day < row.enrolled_on:
        return record_screening_visit(
            database, actor, at, row.candidate_id, what, zone=zone, plan=plan
        )
    return record_visit(database, actor, at, participant_id, what, zone=zone, plan=plan)


def correct_recorded_visit(
    database: Database,
    actor: Actor,
    at: datetime,
    visit_id: int,
    what: Held | Missed,
    *,
    version: int,
    zone: tzinfo,
    reason: str,
) -> Visit:
    """Write what is right over a visit; its window stays the one that it was recorded with."""
    with database.reading() as session:
        row = find(session, Visit, visit_id)
    window = (row.window_from, row.window_to)
    plan = None
    if row.planned is not None:
        both = (window[0], window[1]) if window[0] and window[1] else None
        plan = VisitPlan(row.planned, both)
    refuse_silent_departure(what, plan)
    return correct_visit(
        database,
        actor,
        at,
        visit_id,
        what,
        version=version,
        zone=zone,
        plan=plan,
        reason=reason,
    )


def refuse_silent_departure(what: Held | Missed, plan: VisitPlan | None) -> None:
    """Ask for a note where a visit took place out of its window.

    Raises:
        RefusedError: there is none.
    """
    if plan is None or plan.window is None or isinstance(what, Missed) or what.note.strip():
        return
    first, last = plan.window
    if not first <= what.day <= last:
        problem = Problem("note", "the day is out of the window", "say in a note why")
        raise RefusedError("this cannot be done: record this visit", [problem])


def visit_shown(
    session: Session, protocol: TrialProtocol, visit_id: int, sex: Sex | None = None
) -> VisitShown:
    """Return a visit with the forms that belong to it.

    `sex` None: not known, so that forms for one sex belong to it, too; as does what was filled in.

    Raises:
        NotFoundError: there is no such visit.
    """
    (shown,) = visits_shown(session, protocol, [find(session, Visit, visit_id)], sex)
    return shown


def visits_shown(
    session: Session, protocol: TrialProtocol, visits: Sequence[Visit], sex: Sex | None
) -> tuple[VisitShown, ...]:
    """Return visits of one person as `visit_shown` does each of them."""
    filled = forms_of_visits(session, [visit.id for visit in visits])
    whose = {visit.candidate_id for visit in visits}
    participant = session.scalar(select(Participant).where(Participant.candidate_id.in_(whose)))
    return tuple(_shown(protocol, visit, participant, filled[visit.id], sex) for visit in visits)


def _shown(
    protocol: TrialProtocol,
    row: Visit,
    participant: Participant | None,
    filled: Sequence[FilledForm],
    sex: Sex | None,
) -> VisitShown:
    by_form = {one.entry.form: one for one in filled}
    designed = designed_visit(protocol.design, row)
    assessments = protocol.design.assessments_at(designed.id) if designed else ()
    return VisitShown(
        row=row,
        design=designed,
        participant=participant,
        forms=tuple(
            FormAt(assessment, form, by_form.get(form.id))
            for assessment in assessments
            for form in protocol.forms_of(assessment.id)
            if form.concerns(sex) or form.id in by_form
        ),
        without_form=tuple(one for one in assessments if not protocol.forms_of(one.id)),
    )


def designed_visit(design: Design, row: Visit) -> DesignedVisit | UnplannedVisit | None:
    """Return the visit of the design that a recorded one is; None: the protocol has none."""
    if row.planned is None:
        return unscheduled_visit(design)
    every: list[DesignedVisit | UnplannedVisit] = [*design.visits, *design.unplanned_visits]
    return next((one for one in every if one.id == row.planned), None)


def _window(planned: PlannedVisit) -> tuple[date, date] | None:
    if planned.first is None or planned.last is None:
        return None
    return planned.first, planned.last


def recorded_visit(session: Session, candidate_id: int, visit: str) -> Visit | None:
    """Return what is recorded of a planned visit; None: nothing is."""
    return next((one for one in visits_of(session, candidate_id) if one.planned == visit), None)
