"""Reporting an adverse event, following it up, correcting it; terms to choose, and their grades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.adverse_events import (
    correct_adverse_event,
    follow_up_adverse_event,
    report_adverse_event,
)
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.adverse_events import (
    ActionTaken,
    Causality,
    Expectedness,
    Outcome,
)
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import RefusedError
from trialrun.terminology.ctcae.classes import SYSTEM_ORGAN_CLASSES
from trialrun.terminology.ctcae.clinical import OTHER_NAMES
from trialrun.web.access import Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.event_fields import (
    CRITERIA,
    event_entry,
    fields_of_event,
    follow_up_entry,
    now_fields,
    term_namer,
)
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, now, trial_of
from trialrun.web.visitors import settings_of
from trialrun.workflows.safety import (
    TermChoice,
    allowed_terms,
    grade_texts,
    open_event,
    term_choices,
)

pages = Pages()


@pages.get("/participants/{participant_id}/adverse-events/new", may(Verb.REPORT_ADVERSE_EVENT))
def show_new(request: Request, participant_id: RowId) -> Response:
    """Ask for an event."""
    zone = settings_of(request).time_zone
    return _new(request, participant_id, Form(now_fields("aware_at", now(request), zone)))


@pages.post("/participants/{participant_id}/adverse-events/new", may(Verb.REPORT_ADVERSE_EVENT))
def report(request: Request, participant_id: RowId) -> Response:
    """Record an event."""
    form, settings, trial = sent_form(request), settings_of(request), trial_of(request)
    try:
        entry = event_entry(form, trial, settings.time_zone)
        event = report_adverse_event(
            *acting(request),
            participant_id,
            entry,
            terms=allowed_terms(trial, entry.term),
        )
    except RefusedError as error:
        return _new(request, participant_id, form.refused(error))
    return see(f"/adverse-events/{event.id}")


@pages.post("/adverse-events/terms", may(Verb.REPORT_ADVERSE_EVENT))
def search_terms(request: Request) -> Response:
    """Return the terms in which what was typed occurs, in either language: a part of the page."""
    form = sent_form(request)
    return page(request, "event_terms.html", form=form, **_choices(request, form["search"]))


@pages.post("/adverse-events/grades", may(Verb.REPORT_ADVERSE_EVENT))
def show_grades(request: Request) -> Response:
    """Return the grades of the chosen term with their texts: a part of the page."""
    form = sent_form(request)
    return page(request, "event_grades.html", form=form, texts=grade_texts(form["term"]))


@pages.get("/adverse-events/{event_id}/follow-up", may(Verb.FOLLOW_UP_ADVERSE_EVENT))
def show_follow_up(request: Request, event_id: RowId) -> Response:
    """Ask how an event was found later."""
    zone = settings_of(request).time_zone
    with settings_of(request).database.reading() as session:
        event = open_event(session, trial_of(request), event_id, now(request)).shown.event
    fields = now_fields("aware_at", now(request), zone)
    return _follow_up(request, event_id, Form({**fields, "expected": str(event.version)}))


@pages.post("/adverse-events/{event_id}/follow-up", may(Verb.FOLLOW_UP_ADVERSE_EVENT))
def follow_up(request: Request, event_id: RowId) -> Response:
    """Record how an event was found later."""
    form, settings = sent_form(request), settings_of(request)
    try:
        follow_up_adverse_event(
            *acting(request),
            event_id,
            follow_up_entry(form, settings.time_zone),
            version=form.expected,
        )
    except RefusedError as error:
        return _follow_up(request, event_id, form.refused(error))
    return see(f"/adverse-events/{event_id}")


@pages.get("/adverse-events/{event_id}/correction", may(Verb.CORRECT_ADVERSE_EVENT))
def show_correction(request: Request, event_id: RowId) -> Response:
    """Ask what is right about an event."""
    trial, settings = trial_of(request), settings_of(request)
    with settings.database.reading() as session:
        event = open_event(session, trial, event_id, now(request)).shown.event
    return _correction(request, event_id, Form(fields_of_event(event, trial, settings.time_zone)))


@pages.post("/adverse-events/{event_id}/correction", may(Verb.CORRECT_ADVERSE_EVENT))
def correct(request: Request, event_id: RowId) -> Response:
    """Write an event anew."""
    form, settings, trial = sent_form(request), settings_of(request), trial_of(request)
    try:
        entry = event_entry(form, trial, settings.time_zone)
        correct_adverse_event(
            *acting(request),
            event_id,
            entry,
            version=form.expected,
            reason=form["reason"],
            terms=allowed_terms(trial, entry.term),
            void_follow_ups=_ticked_follow_ups(form),
        )
    except RefusedError as error:
        return _correction(request, event_id, form.refused(error))
    return see(f"/adverse-events/{event_id}")


_VOIDED = "void_follow_up_"


def _ticked_follow_ups(form: Form) -> list[int]:
    ids = (name.removeprefix(_VOIDED) for name in form.fields if name.startswith(_VOIDED))
    return [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 10]


def _choices(request: Request, search: str = "") -> dict[str, Any]:
    named = term_namer(request)
    wanted = search.strip().casefold()
    listed: dict[str, list[TermChoice]] = {}
    usual: list[TermChoice] = []
    for one in term_choices(trial_of(request)):
        term, soc = one.term.term, one.term.soc
        words = (term, named(term), soc, named(soc), OTHER_NAMES.get(term, ""))
        if wanted in " ".join(words).casefold():
            (usual if one.usual else listed.setdefault(one.term.soc, [])).append(one)
    return {"usual": usual, "listed": listed, "named": named}


def _new(request: Request, participant_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        participant = find(session, Participant, participant_id)
    return page(
        request, "event_new.html", form=form, participant=participant, **event_values(request, form)
    )


def event_values(request: Request, form: Form) -> dict[str, Any]:
    """Return what the fields of an event need: lists to choose from, and words."""
    return {
        "texts": grade_texts(form["term"]),
        "criteria": CRITERIA,
        "socs": list(SYSTEM_ORGAN_CLASSES),
        "lists": _LISTS,
        **_choices(request),
    }


_LISTS: dict[str, Sequence[str]] = {
    "causality": list(Causality),
    "expectedness": list(Expectedness),
    "action_taken": list(ActionTaken),
    "outcome": list(Outcome),
}


def _follow_up(request: Request, event_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        opened = open_event(session, trial_of(request), event_id, now(request))
    return page(
        request,
        "event_follow_up.html",
        form=form,
        opened=opened,
        texts=grade_texts(opened.shown.event.term),
        criteria=CRITERIA,
        lists=_LISTS,
        named=term_namer(request),
    )


def _correction(request: Request, event_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        opened = open_event(session, trial_of(request), event_id, now(request))
    return page(
        request, "event_correction.html", form=form, opened=opened, **event_values(request, form)
    )
