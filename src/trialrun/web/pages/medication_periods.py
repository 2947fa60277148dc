"""One dose of a concomitant medication: changing, stopping, correcting, taking back."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.medication_periods import (
    change_medication_dose,
    correct_medication_period,
    stop_medication,
    void_medication_period,
)
from trialrun.conduct.reading.medication import period_held
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.medication import Medication, MedicationPeriod
from trialrun.errors import RefusedError
from trialrun.web.access import Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.medication_fields import (
    date_typed,
    fields_of,
    period_typed,
    regimen_fields,
    regimen_typed,
)
from trialrun.web.pages.taking_back import Doubt, taking_back
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, today
from trialrun.web.visitors import settings_of
from trialrun.web.words import msgid

pages = Pages()
_DOUBT = Doubt(
    msgid("Take back a dose of a medication"), msgid("This one dose was entered in error.")
)
_CHANGE, _STOP, _CORRECT = "change", "stop", "correct"


@pages.get("/medication-periods/{period_id}/change", may(Verb.CHANGE_MEDICATION))
def show_change(request: Request, period_id: RowId) -> Response:
    """Ask for the new dose."""
    row, _ = _held(request, period_id)
    fields = {"on": today(request).isoformat(), **regimen_fields(row)}
    return _ask(request, period_id, _CHANGE, Form(fields | {"expected": str(row.version)}))


@pages.post("/medication-periods/{period_id}/change", may(Verb.CHANGE_MEDICATION))
def change(request: Request, period_id: RowId) -> Response:
    """Let the old dose end, and the new one begin."""
    form = sent_form(request)
    try:
        change_medication_dose(
            *acting(request),
            period_id,
            regimen_typed(form),
            on=date_typed(form, "on"),
            version=form.expected,
            today=today(request),
            reason=form["reason"],
        )
    except RefusedError as error:
        return _ask(request, period_id, _CHANGE, form.refused(error))
    return _back(request, period_id)


@pages.get("/medication-periods/{period_id}/stop", may(Verb.STOP_MEDICATION))
def show_stop(request: Request, period_id: RowId) -> Response:
    """Ask for its last day."""
    row, _ = _held(request, period_id)
    fields = {"on": today(request).isoformat(), "expected": str(row.version)}
    return _ask(request, period_id, _STOP, Form(fields))


@pages.post("/medication-periods/{period_id}/stop", may(Verb.STOP_MEDICATION))
def stop(request: Request, period_id: RowId) -> Response:
    """Let it end."""
    form = sent_form(request)
    try:
        stop_medication(
            *acting(request),
            period_id,
            on=date_typed(form, "on"),
            version=form.expected,
            today=today(request),
            reason=form["reason"],
        )
    except RefusedError as error:
        return _ask(request, period_id, _STOP, form.refused(error))
    return _back(request, period_id)


@pages.get("/medication-periods/{period_id}/correct", may(Verb.CORRECT_MEDICATION))
def show_correction(request: Request, period_id: RowId) -> Response:
    """Show what is recorded, to be corrected."""
    row, _ = _held(request, period_id)
    return _ask(request, period_id, _CORRECT, Form(fields_of(row)))


@pages.post("/medication-periods/{period_id}/correct", may(Verb.CORRECT_MEDICATION))
def correct(request: Request, period_id: RowId) -> Response:
    """Write what is right over it."""
    form = sent_form(request)
    try:
        correct_medication_period(
            *acting(request),
            period_id,
            period_typed(form),
            version=form.expected,
            today=today(request),
            reason=form["reason"],
        )
    except RefusedError as error:
        return _ask(request, period_id, _CORRECT, form.refused(error))
    return _back(request, period_id)


@pages.get("/medication-periods/{period_id}/void", may(Verb.VOID_MEDICATION))
def show_void(request: Request, period_id: RowId) -> Response:
    """Ask why it is taken back."""
    row, _ = _held(request, period_id)
    return _void(request, period_id, Form({"expected": str(row.version)}))


@pages.post("/medication-periods/{period_id}/void", may(Verb.VOID_MEDICATION))
def void(request: Request, period_id: RowId) -> Response:
    """Take it back."""
    form = sent_form(request)
    try:
        void_medication_period(
            *acting(request),
            period_id,
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _void(request, period_id, form.refused(error))
    return _back(request, period_id)


def _held(request: Request, period_id: int) -> tuple[MedicationPeriod, Medication]:
    with settings_of(request).database.reading() as session:
        return period_held(session, period_id)


def _ask(request: Request, period_id: int, what: str, form: Form) -> Response:
    row, medication = _held(request, period_id)
    template = "medication_period.html" if what == _CORRECT else f"medication_{what}.html"
    return page(request, template, form=form, period=row, held=medication)


def _void(request: Request, period_id: int, form: Form) -> Response:
    path = f"/medication-periods/{period_id}"
    return taking_back(request, _DOUBT, path, form, back=_list(request, period_id))


def _list(request: Request, period_id: int) -> str:
    return f"/participants/{_held(request, period_id)[1].participant_id}/medication"


def _back(request: Request, period_id: int) -> Response:
    return see(_list(request, period_id))
