"""Adverse events: over all participants, of one, and one event with its course and its clocks."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.adverse_events import void_adverse_event
from trialrun.conduct.reading.oversight import lock_on
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.truth import Truth
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, page_number, pages_of, sent_form
from trialrun.web.pages.event_fields import CRITERIA, term_namer
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, now, trial_of
from trialrun.web.visitors import settings_of
from trialrun.web.words import msgid
from trialrun.workflows.safety import (
    PAGE,
    all_events,
    events_to_report,
    grade_texts,
    hours_of,
    next_number,
    open_event,
    participant_events,
)

pages = Pages()
EMERGENT = {
    Truth.TRUE: msgid("treatment-emergent"),
    Truth.FALSE: msgid("not treatment-emergent"),
    Truth.UNKNOWN: msgid("not known whether treatment-emergent"),
}


@pages.get("/safety", SIGNED_IN)
def show_all(request: Request, number: str = "1") -> Response:
    """Show what must be reported, what waits to be confirmed, and all events."""
    trial, at, which = trial_of(request), now(request), page_number(number)
    with settings_of(request).database.reading() as session:
        pending = events_to_report(session, trial, at)
        found, everything = all_events(session, trial, at, which)
        to_confirm = settings_of(request).grades.count(session)
    return page(
        request,
        "safety.html",
        pending=pending,
        found=found,
        everything=everything,
        to_confirm=to_confirm,
        number=which,
        last=pages_of(everything, PAGE),
        emergent=EMERGENT,
        named=term_namer(request),
        has_hours=bool(hours_of(trial)),
    )


@pages.get("/participants/{participant_id}/adverse-events", SIGNED_IN)
def show_of_one(request: Request, participant_id: RowId) -> Response:
    """List one participant's events."""
    with settings_of(request).database.reading() as session:
        participant = find(session, Participant, participant_id)
        found = participant_events(session, trial_of(request), participant_id, now(request))
        lock = lock_on(session, participant_id)
    return page(
        request,
        "events_of_one.html",
        participant=participant,
        found=found,
        emergent=EMERGENT,
        named=term_namer(request),
        lock=lock,
        can=can(request, Verb.REPORT_ADVERSE_EVENT, lock=lock),
    )


@pages.get("/adverse-events/{event_id}", SIGNED_IN)
def show_one(request: Request, event_id: RowId) -> Response:
    """Show one event."""
    return event_page(request, event_id, Form())


@pages.post("/adverse-events/{event_id}/void", may(Verb.VOID_ADVERSE_EVENT))
def void(request: Request, event_id: RowId) -> Response:
    """Say that an event should never have been entered."""
    form = sent_form(request)
    try:
        void_adverse_event(
            *acting(request),
            event_id,
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return event_page(request, event_id, form.refused(error))
    return see(f"/adverse-events/{event_id}")


def event_page(request: Request, event_id: int, form: Form) -> Response:
    """Return the page of an event, with a form on it that was refused, if one was."""
    trial = trial_of(request)
    with settings_of(request).database.reading() as session:
        opened = open_event(session, trial, event_id, now(request))
        lock = lock_on(session, opened.shown.event.participant_id)
    return page(
        request,
        "event.html",
        form=form,
        opened=opened,
        criteria=CRITERIA,
        emergent=EMERGENT,
        texts=grade_texts(opened.shown.event.term),
        named=term_namer(request),
        next_number={to: next_number(opened.reports, to) for to in hours_of(trial)},
        can=can(
            request,
            Verb.FOLLOW_UP_ADVERSE_EVENT,
            Verb.CORRECT_ADVERSE_EVENT,
            Verb.VOID_ADVERSE_EVENT,
            Verb.RECORD_SAFETY_REPORT,
            Verb.VOID_SAFETY_REPORT,
            lock=lock,
        ),
        lock=lock,
    )
