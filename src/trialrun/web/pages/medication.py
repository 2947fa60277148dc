"""Concomitant medication: the list, another drug, correcting and taking back a drug."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.medication import (
    Drug,
    correct_medication,
    record_medication,
    void_medication,
)
from trialrun.conduct.actions.medication_periods import add_medication_period, medication_held
from trialrun.conduct.reading.medication import medications_of, regimen_of
from trialrun.conduct.reading.oversight import lock_on
from trialrun.conduct.roles import Verb
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.medication_fields import ENDS, GOES_ON, period_typed
from trialrun.web.pages.taking_back import Doubt, taking_back
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, enrolled_participant, today
from trialrun.web.visitors import settings_of
from trialrun.web.words import msgid

pages = Pages()
_DOUBT = Doubt(
    msgid("Take back a medication"),
    msgid("It was entered in error. All its doses are taken back with it."),
)
_VERBS = (
    Verb.RECORD_MEDICATION,
    Verb.CHANGE_MEDICATION,
    Verb.STOP_MEDICATION,
    Verb.CORRECT_MEDICATION,
    Verb.VOID_MEDICATION,
)


@pages.get("/participants/{participant_id}/medication", SIGNED_IN)
def show(request: Request, participant_id: RowId) -> Response:
    """List the drugs with their doses over time."""
    with settings_of(request).database.reading() as session:
        row = enrolled_participant(request, session, participant_id).row
        held = medications_of(session, participant_id)
        lock = lock_on(session, participant_id)
    return page(
        request,
        "medication.html",
        lock=lock,
        row=row,
        medications=held,
        daily=lambda period: regimen_of(period).daily,
        can=can(request, *_VERBS, lock=lock),
    )


@pages.get("/participants/{participant_id}/medication/new", may(Verb.RECORD_MEDICATION))
def show_new(request: Request, participant_id: RowId) -> Response:
    """Ask for another drug."""
    return _new(request, participant_id, Form({"ends": GOES_ON}))


@pages.post("/participants/{participant_id}/medication/new", may(Verb.RECORD_MEDICATION))
def record(request: Request, participant_id: RowId) -> Response:
    """Record it with its first dose."""
    form = sent_form(request)
    try:
        record_medication(
            *acting(request),
            participant_id,
            _drug(form),
            period_typed(form),
            today=today(request),
        )
    except RefusedError as error:
        return _new(request, participant_id, form.refused(error))
    return see(f"/participants/{participant_id}/medication")


@pages.get("/medication/{medication_id}/correct", may(Verb.CORRECT_MEDICATION))
def show_correction(request: Request, medication_id: RowId) -> Response:
    """Show a drug, to be corrected."""
    held = medication_held(settings_of(request).database, medication_id)
    fields = {
        "name": held.name,
        "code": held.code or "",
        "system": held.system or "",
        "indication": held.indication,
        "route": held.route,
        "is_vaccination": "yes" if held.is_vaccination else "",
        "expected": str(held.version),
    }
    return _correction(request, medication_id, Form(fields))


@pages.post("/medication/{medication_id}/correct", may(Verb.CORRECT_MEDICATION))
def correct(request: Request, medication_id: RowId) -> Response:
    """Write what is right over it."""
    form = sent_form(request)
    try:
        held = correct_medication(
            *acting(request),
            medication_id,
            _drug(form),
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _correction(request, medication_id, form.refused(error))
    return see(f"/participants/{held.participant_id}/medication")


@pages.get("/medication/{medication_id}/void", may(Verb.VOID_MEDICATION))
def show_void(request: Request, medication_id: RowId) -> Response:
    """Ask why it is taken back."""
    held = medication_held(settings_of(request).database, medication_id)
    return _void(request, medication_id, Form({"expected": str(held.version)}))


@pages.post("/medication/{medication_id}/void", may(Verb.VOID_MEDICATION))
def void(request: Request, medication_id: RowId) -> Response:
    """Take it back."""
    form = sent_form(request)
    try:
        held = void_medication(
            *acting(request),
            medication_id,
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _void(request, medication_id, form.refused(error))
    return see(f"/participants/{held.participant_id}/medication")


@pages.get("/medication/{medication_id}/period", may(Verb.RECORD_MEDICATION))
def show_period(request: Request, medication_id: RowId) -> Response:
    """Ask for another period of a drug: an earlier one, or that it was begun again."""
    return _period(request, medication_id, Form({"ends": ENDS}))


@pages.post("/medication/{medication_id}/period", may(Verb.RECORD_MEDICATION))
def add_period(request: Request, medication_id: RowId) -> Response:
    """Record it."""
    form, database = sent_form(request), settings_of(request).database
    try:
        add_medication_period(
            *acting(request),
            medication_id,
            period_typed(form),
            today=today(request),
        )
    except RefusedError as error:
        return _period(request, medication_id, form.refused(error))
    return see(
        f"/participants/{medication_held(database, medication_id).participant_id}/medication"
    )


def _drug(form: Form) -> Drug:
    return Drug(
        form["name"],
        form["code"].strip() or None,
        form["system"].strip() or None,
        form["indication"],
        form["route"],
        form.ticked("is_vaccination"),
    )


def _new(request: Request, participant_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        row = enrolled_participant(request, session, participant_id).row
    return page(request, "medication_new.html", form=form, row=row)


def _correction(request: Request, medication_id: int, form: Form) -> Response:
    held = medication_held(settings_of(request).database, medication_id)
    return page(request, "medication_correct.html", form=form, held=held)


def _void(request: Request, medication_id: int, form: Form) -> Response:
    held = medication_held(settings_of(request).database, medication_id)
    back = f"/participants/{held.participant_id}/medication"
    return taking_back(request, _DOUBT, f"/medication/{medication_id}", form, back=back)


def _period(request: Request, medication_id: int, form: Form) -> Response:
    held = medication_held(settings_of(request).database, medication_id)
    return page(request, "medication_period.html", form=form, held=held, period=None)
