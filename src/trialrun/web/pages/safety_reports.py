"""Reports of serious adverse events: the page that is printed and sent, and what was sent."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.safety_reports import (
    ReportEntry,
    record_safety_report,
    void_safety_report,
)
from trialrun.conduct.reading.safety import report_owner, safety_report
from trialrun.conduct.roles import Verb
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import sent_form, whole_number
from trialrun.web.pages.adverse_events import event_page
from trialrun.web.pages.event_fields import CRITERIA, term_namer
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, now, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.report_facts import report_facts
from trialrun.workflows.safety import grade_texts, hours_of

pages = Pages()


@pages.get("/adverse-events/{event_id}/report", SIGNED_IN)
def show(request: Request, event_id: RowId, language: str = "") -> Response:
    """Show the report of an event, to be printed; in either language, whatever the visitor's is."""
    trial, visitor = trial_of(request), visitor_of(request)
    if language in ("zh", "en"):
        visitor = replace(visitor, language=language)
        request.state.visitor = visitor
    with settings_of(request).database.reading() as session:
        content = safety_report(session, event_id, hours_of(trial), now(request))
        facts = report_facts(session, trial.design, event_id, settings_of(request).data)
    return page(
        request,
        "safety_report.html",
        visitor=visitor,
        content=content,
        facts=facts,
        trial=trial,
        criteria=CRITERIA,
        texts=grade_texts(content.event.term),
        named=term_namer(request),
    )


@pages.post("/adverse-events/{event_id}/reports", may(Verb.RECORD_SAFETY_REPORT))
def record(request: Request, event_id: RowId) -> Response:
    """Record that a report was sent."""
    form, settings, typed = sent_form(request), settings_of(request), Typed(sent_form(request))
    try:
        recipient, _, number = form["report"].rpartition(":")
        entry = ReportEntry(
            recipient,
            whole_number(number) or 0,
            typed.moment("sent_at_day", "sent_at_time", settings.time_zone),
            form["means"],
            form["reference"],
        )
        typed.done()
        record_safety_report(
            *acting(request),
            event_id,
            entry,
            recipients=hours_of(trial_of(request)),
        )
    except RefusedError as error:
        return event_page(request, event_id, form.refused(error))
    return see(f"/adverse-events/{event_id}")


@pages.post("/safety-reports/{report_id}/void", may(Verb.VOID_SAFETY_REPORT))
def void(request: Request, report_id: RowId) -> Response:
    """Say that a report was not sent so."""
    form, settings = sent_form(request), settings_of(request)
    with settings.database.reading() as session:
        event_id = report_owner(session, report_id)
    try:
        void_safety_report(
            *acting(request),
            report_id,
            version=form.expected,
            reason=form["void_reason"],
        )
    except RefusedError as error:
        return event_page(request, event_id, form.refused(error))
    return see(f"/adverse-events/{event_id}")
