"""Laboratory grades to confirm: the rules propose, an investigator decides."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.grades import Decision, decide_grade
from trialrun.conduct.event_rules import EventEntry, EventTerm
from trialrun.conduct.reading.safety import adverse_events_of
from trialrun.conduct.roles import Verb
from trialrun.errors import NotFoundError, Problem, RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, page_number, pages_of, sent_form
from trialrun.web.pages.adverse_event_forms import event_values
from trialrun.web.pages.event_fields import event_entry, now_fields, term_namer
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, now, trial_of
from trialrun.web.visitors import settings_of
from trialrun.workflows.grading import ToGrade, decision_on, grade_of
from trialrun.workflows.safety import allowed_terms

pages = Pages()
_SET_ASIDE = "none"
PAGE = 100
"""Grades on one page of the list."""


@pages.get("/safety/grades", SIGNED_IN)
def show_all(request: Request, number: str = "1") -> Response:
    """List what waits for a decision, and then what cannot be graded."""
    which = page_number(number)
    with settings_of(request).database.reading() as session:
        found = settings_of(request).grades.in_order(session)
    shown = found[(which - 1) * PAGE : which * PAGE]
    return page(
        request,
        "grades.html",
        proposed=[one for one in shown if one.proposal is not None],
        not_gradable=[one for one in shown if one.proposal is None],
        waiting=sum(one.proposal is not None for one in found),
        number=which,
        last=pages_of(len(found), PAGE),
        named=term_namer(request),
    )


@pages.get("/safety/grades/{value_id}/{term}", SIGNED_IN)
def show_one(request: Request, value_id: RowId, term: str) -> Response:
    """Show one grade to decide on."""
    with settings_of(request).database.reading() as session:
        one = grade_of(session, trial_of(request), value_id, term)
    grade = "" if one.proposal is None else str(one.proposal.grade)
    fields = {
        "decided": grade,
        "grade": grade,
        "term": one.term,
        "reported_term": one.term,
        "onset": one.result.day.isoformat(),
        "version": str(one.result.value.version),
    }
    zone = settings_of(request).time_zone
    return _one(request, one, Form(fields | now_fields("aware_at", now(request), zone)))


@pages.post("/safety/grades/{value_id}/{term}", may(Verb.CONFIRM_GRADE))
def decide(request: Request, value_id: RowId, term: str) -> Response:
    """Confirm, change or set aside; an adverse event may be opened with it."""
    form, settings, trial = sent_form(request), settings_of(request), trial_of(request)
    with settings.database.reading() as session:
        one = grade_of(session, trial, value_id, term)
    if one.proposed is None:
        raise NotFoundError("there is no such grade to decide on")
    try:
        decision = _decision(request, form)
        opens = decision.opens
        decide_grade(
            *acting(request),
            # The version that was shown: a value that has changed since is not decided on.
            replace(one.proposed, version=form.number("version") or 0),
            decision,
            terms=allowed_terms(trial, opens.term if opens else EventTerm("", "")),
        )
    except RefusedError as error:
        return _one(request, one, form.refused(error))
    return see("/safety/grades")


def _decision(request: Request, form: Form) -> Decision:
    if form["decided"] == _SET_ASIDE:
        grade = None
    else:
        grade = form.number("decided")
        if grade is None:
            remedy = "confirm the grade, choose another, or set it aside"
            raise RefusedError(
                "this cannot be read", [Problem("decided", "nothing is chosen", remedy)]
            )
    return Decision(
        grade=grade,
        reason=form["decision_reason"],
        opens=_opened(request, form, grade) if form["event"] == "new" else None,
        belongs_to=form.number("event"),
    )


def _opened(request: Request, form: Form, grade: int | None) -> EventEntry:
    """Return the event that the decision opens: it has the grade that was decided."""
    decided = Form({**form.fields, "grade": str(grade or 0)})
    return event_entry(decided, trial_of(request), settings_of(request).time_zone)


def _one(request: Request, one: ToGrade, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        events = adverse_events_of(session, one.participant.id)
        decision = decision_on(session, one)
    return page(
        request,
        "grade.html",
        form=form,
        one=one,
        events=events,
        decision=decision,
        can=can(request, Verb.CONFIRM_GRADE),
        **event_values(request, form),
    )
