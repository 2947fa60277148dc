"""Visits: recording a planned, missed or unscheduled one; one visit; correcting; taking back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.visits import Held, Missed, void_visit
from trialrun.conduct.plans import PlannedVisit
from trialrun.conduct.reading.oversight import lock_over
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.visits import Contact, Visit
from trialrun.errors import Problem, RefusedError
from trialrun.protocol.design import UnplannedVisit
from trialrun.protocol.design import Visit as DesignedVisit
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.consent_notice import consent_notice
from trialrun.web.pages.taking_back import Doubt, taking_back
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, enrolled_participant, sex_of_candidate, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of
from trialrun.web.words import msgid
from trialrun.workflows.asking import asked_at, can_be_asked
from trialrun.workflows.enrolled import unscheduled_visit
from trialrun.workflows.visiting import (
    VisitShown,
    correct_recorded_visit,
    planned_visit,
    record_participant_visit,
    recorded_visit,
    visit_shown,
)

pages = Pages()
_UNSCHEDULED = "unscheduled"
_DOUBT = Doubt(
    msgid("Take back a visit"),
    msgid("It was entered in error. Its forms and answers are taken back with it."),
)


class _TookPlace(StrEnum):
    """What is chosen of a visit."""

    YES = "yes"
    NO = "no"


@pages.get("/participants/{participant_id}/visits/{visit}", may(Verb.RECORD_VISIT))
def show_new(request: Request, participant_id: RowId, visit: str) -> Response:
    """Ask what became of a planned visit, or when an unscheduled one took place."""
    with settings_of(request).database.reading() as session:
        row = enrolled_participant(request, session, participant_id).row
        known = recorded_visit(session, row.candidate_id, visit)
    if known is not None:
        return see(f"/visits/{known.id}")
    return _new(request, participant_id, visit, Form())


@pages.post("/participants/{participant_id}/visits/{visit}", may(Verb.RECORD_VISIT))
def record(request: Request, participant_id: RowId, visit: str) -> Response:
    """Record it, and go to its forms."""
    form, settings = sent_form(request), settings_of(request)
    try:
        recorded = record_participant_visit(
            *acting(request),
            trial_of(request).design,
            participant_id,
            _told(form),
            zone=settings.time_zone,
            visit=None if visit == _UNSCHEDULED else visit,
        )
    except RefusedError as error:
        return _new(request, participant_id, visit, form.refused(error))
    return see(f"/visits/{recorded.id}")


@pages.get("/visits/{visit_id}", SIGNED_IN)
def show_one(request: Request, visit_id: RowId) -> Response:
    """Show a visit and the forms that belong to it."""
    with settings_of(request).database.reading() as session:
        sex = sex_of_candidate(request, session, find(session, Visit, visit_id).candidate_id)
        shown = visit_shown(session, trial_of(request), visit_id, sex)
        asked = asked_at(session, trial_of(request), shown.row, sex)
        lock = lock_over(session, shown.participant.id, visit_id) if shown.participant else None
    return page(
        request,
        "visit.html",
        shown=shown,
        lock=lock,
        asked=asked if asked.lines and can_be_asked(shown.row) else None,
        can=can(request, Verb.CORRECT_VISIT, Verb.VOID_VISIT, Verb.FILL_IN_FORM),
    )


@pages.get("/visits/{visit_id}/correct", may(Verb.CORRECT_VISIT))
def show_correction(request: Request, visit_id: RowId) -> Response:
    """Show what is recorded, to be corrected."""
    row = _shown(request, visit_id).row
    fields = {
        "took_place": _TookPlace.YES if row.day else _TookPlace.NO,
        "day": row.day.isoformat() if row.day else "",
        "contact": row.contact or "",
        "missed_reason": row.missed_reason,
        "note": row.note,
        "expected": str(row.version),
    }
    return _correction(request, visit_id, Form(fields))


@pages.post("/visits/{visit_id}/correct", may(Verb.CORRECT_VISIT))
def correct(request: Request, visit_id: RowId) -> Response:
    """Write what is right over it."""
    form, settings = sent_form(request), settings_of(request)
    try:
        correct_recorded_visit(
            *acting(request),
            visit_id,
            _what(form),
            version=form.expected,
            zone=settings.time_zone,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _correction(request, visit_id, form.refused(error))
    return see(f"/visits/{visit_id}")


@pages.get("/visits/{visit_id}/void", may(Verb.VOID_VISIT))
def show_void(request: Request, visit_id: RowId) -> Response:
    """Ask why it is taken back."""
    form = Form({"expected": str(_shown(request, visit_id).row.version)})
    return taking_back(request, _DOUBT, f"/visits/{visit_id}", form)


@pages.post("/visits/{visit_id}/void", may(Verb.VOID_VISIT))
def void(request: Request, visit_id: RowId) -> Response:
    """Take it back."""
    form = sent_form(request)
    shown = _shown(request, visit_id)
    try:
        void_visit(
            *acting(request),
            visit_id,
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return taking_back(request, _DOUBT, f"/visits/{visit_id}", form.refused(error))
    return see(_home(shown))


def _told(form: Form) -> Held | Missed:
    """Return what an empty form was filled in with: nothing that was typed into it is left out.

    Raises:
        RefusedError: it cannot be read, or says of a visit that it took place and was missed.
    """
    what = _what(form)
    if isinstance(what, Missed) and form["day"].strip():
        remedy = "empty it, or say that it took place"
        stray = Problem("day", "a visit that was missed has no day", remedy)
        raise RefusedError("this cannot be read", [stray])
    if isinstance(what, Held) and form["missed_reason"].strip():
        remedy = "empty it, or say that it was missed"
        raise RefusedError(
            "this cannot be read", [Problem("missed_reason", "the visit took place", remedy)]
        )
    return what


def _what(form: Form) -> Held | Missed:
    """Return what a form says of a visit.

    Raises:
        RefusedError: it cannot be read.
    """
    if form["took_place"] == _TookPlace.NO:
        return Missed(form["missed_reason"], form["note"])
    typed = Typed(form)
    if form["took_place"]:  # of an unscheduled visit it is not asked
        typed.choice("took_place", _TookPlace)
    day, contact = typed.day("day"), typed.choice("contact", Contact)
    typed.done()
    return Held(day, contact, form["note"])


def _new(request: Request, participant_id: int, visit: str, form: Form) -> Response:
    trial, planned = trial_of(request), None
    with settings_of(request).database.reading() as session:
        one = enrolled_participant(request, session, participant_id)
        if visit != _UNSCHEDULED:
            planned = planned_visit(
                session,
                trial.design,
                participant_id,
                visit,
                today(request),
                zone=settings_of(request).time_zone,
            )
    designed = planned.visit if planned else unscheduled_visit(trial.design)
    return page(
        request,
        "visit_new.html",
        form=form if form.fields or form.problems else _new_form(planned, designed, today(request)),
        row=one.row,
        consent=consent_notice(request, one),
        visit=visit,
        designed=designed,
        planned=planned,
        window=planned is not None and planned.first is not None,
        contacts=list(Contact),
    )


def _new_form(
    planned: PlannedVisit | None, designed: DesignedVisit | UnplannedVisit | None, on: date
) -> Form:
    """Return what is most often so: today, if that is within the window; the planned contact."""
    within = planned is None or (
        planned.first is not None and planned.last and planned.first <= on <= planned.last
    )
    contact = designed.contact if designed else Contact.VISIT
    return Form({"day": on.isoformat() if within else "", "contact": contact})


def _correction(request: Request, visit_id: int, form: Form) -> Response:
    return page(
        request,
        "visit_correct.html",
        form=form,
        shown=_shown(request, visit_id),
        contacts=list(Contact),
    )


def _shown(request: Request, visit_id: int) -> VisitShown:
    with settings_of(request).database.reading() as session:
        return visit_shown(session, trial_of(request), visit_id)


def _home(shown: VisitShown) -> str:
    return f"/participants/{shown.participant.id}" if shown.participant else "/"
