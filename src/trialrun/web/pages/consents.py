"""Consent: the versions of its form, signatures, who must sign again, withdrawals."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.consent import Signature, record_consent_form
from trialrun.conduct.reading.candidates import CandidateFile, candidate_file
from trialrun.conduct.reading.consents import consent_forms, form_in_use, who_signs_again
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.candidates import WithdrawalScope
from trialrun.errors import RefusedError
from trialrun.web.access import CANDIDATE_READERS, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.refusals import placed
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, now, running, today
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.web.words import msgid
from trialrun.workflows.candidates import consent, withdraw

pages = Pages()

CONSEQUENCES = {
    WithdrawalScope.TREATMENT: msgid(
        "No more of the study drug is given. Visits and follow-up go on as planned."
    ),
    WithdrawalScope.FOLLOW_UP: msgid(
        "No more of the study drug is given, and no visit takes place any more. What the hospital"
        " records in its own care may still be read."
    ),
    WithdrawalScope.DATA: msgid(
        "No more of the study drug, no visits, and nothing new is collected or read. What was"
        " collected before stays, because it was collected with consent."
    ),
}
"""What each scope ends, in words for whoever records it."""


@pages.get("/consent-forms", CANDIDATE_READERS)
def show_forms(request: Request) -> Response:
    """List the versions of the form, and who must sign again."""
    return _forms(request, Form({"effective_on": today(request).isoformat()}))


@pages.post("/consent-forms", may(Verb.RECORD_CONSENT_FORM))
def record_form(request: Request) -> Response:
    """Take a version of the form into use."""
    form = sent_form(request)
    typed = Typed(form)
    effective_on = typed.day("effective_on")
    try:
        typed.done()
        record_consent_form(
            *acting(request),
            form_version=form["form_version"],
            effective_on=effective_on,
            asks_again=form.ticked("asks_again"),
            amendment=form["amendment"],
        )
    except RefusedError as error:
        return _forms(request, form.refused(error))
    return see("/consent-forms")


@pages.get("/candidates/{candidate_id}/consent", may(Verb.OBTAIN_CONSENT))
def show_consent(request: Request, candidate_id: RowId) -> Response:
    """Ask for a signature: the version in use, who obtained it, when."""
    settings = settings_of(request)
    local = now(request).astimezone(settings.time_zone)
    with settings.database.reading() as session:
        in_use = form_in_use(session, today(request))
        version = candidate_file(session, candidate_id).candidate.version
    account = visitor_of(request).account
    fields = {
        "form_id": "" if in_use is None else str(in_use.id),
        "day": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "obtained_by": "" if account is None else account.full_name,
        "expected": str(version),
    }
    return _consent(request, candidate_id, Form(fields))


@pages.post("/candidates/{candidate_id}/consent", may(Verb.OBTAIN_CONSENT))
def obtain(request: Request, candidate_id: RowId) -> Response:
    """Record a signature."""
    form, trial = sent_form(request), running(request)
    typed = Typed(form)
    signed_at = typed.moment("day", "time", trial.zone)
    try:
        typed.done()
        signature = Signature(
            form.number("form_id") or 0, signed_at, trial.day(signed_at), form["obtained_by"]
        )
        consent(
            trial,
            visitor_of(request).actor,
            now(request),
            candidate_id,
            signature,
            version=form.expected,
        )
    except RefusedError as error:
        return _consent(request, candidate_id, form.refused(placed(error, signed_at="time")))
    return see(f"/candidates/{candidate_id}/enrolment")


@pages.get("/candidates/{candidate_id}/withdrawal", may(Verb.WITHDRAW_CONSENT))
def show_withdrawal(request: Request, candidate_id: RowId) -> Response:
    """Ask what is withdrawn, and say what that ends."""
    local = now(request).astimezone(settings_of(request).time_zone)
    fields = {"day": local.date().isoformat(), "time": f"{local:%H:%M}"}
    return _withdrawal(request, candidate_id, Form(fields))


@pages.post("/candidates/{candidate_id}/withdrawal", may(Verb.WITHDRAW_CONSENT))
def withdraw_it(request: Request, candidate_id: RowId) -> Response:
    """Record a withdrawal."""
    form, trial = sent_form(request), running(request)
    typed = Typed(form)
    withdrawn_at = typed.moment("day", "time", trial.zone)
    scope = typed.choice("scope", WithdrawalScope)
    try:
        typed.done()
        withdraw(
            trial,
            visitor_of(request).actor,
            now(request),
            candidate_id,
            withdrawn_at=withdrawn_at,
            scope=scope,
            reason=form["reason"],
        )
    except RefusedError as error:
        refused = placed(error, withdrawn_at="time")
        return _withdrawal(request, candidate_id, form.refused(refused))
    return see(f"/candidates/{candidate_id}")


def _file(request: Request, candidate_id: int) -> CandidateFile:
    with settings_of(request).database.reading() as session:
        return candidate_file(session, candidate_id)


def _forms(request: Request, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        forms = consent_forms(session)
        in_use = form_in_use(session, today(request))
        again = who_signs_again(session, today(request))
    return page(
        request,
        "consent_forms.html",
        form=form,
        forms=forms,
        in_use=in_use,
        again=again,
        may=can(request, Verb.RECORD_CONSENT_FORM, Verb.OBTAIN_CONSENT),
    )


def _consent(request: Request, candidate_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        forms = consent_forms(session)
    return page(
        request,
        "candidate_consent.html",
        form=form,
        file=_file(request, candidate_id),
        versions=[(str(one.id), one.form_version) for one in forms],
    )


def _withdrawal(request: Request, candidate_id: int, form: Form) -> Response:
    return page(
        request,
        "candidate_withdrawal.html",
        form=form,
        file=_file(request, candidate_id),
        consequences=CONSEQUENCES,
    )
