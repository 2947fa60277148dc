"""Doses of a participant: planned against given, recording, correcting, taking back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.doses import void_dose
from trialrun.conduct.dosing import Given, NotGiven
from trialrun.conduct.reading.oversight import lock_on
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.doses import Dose, DoseSite, DoseStatus
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.consent_notice import consent_notice
from trialrun.web.pages.taking_back import Doubt, taking_back
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of
from trialrun.web.words import msgid
from trialrun.workflows.dosing import (
    Cell,
    Doses,
    correct_participant_dose,
    dose_held,
    doses_on,
    planned_dose,
    record_participant_dose,
    site_hint,
)

pages = Pages()
_DOUBT = Doubt(
    msgid("Take back a dose"),
    msgid("It was entered in error. The planned dose is open again."),
)


@dataclass(frozen=True)
class _Asked:
    """Which dose the form is about: a planned one (None: none asked for it), and where it goes."""

    slot: tuple[int, int] | None
    path: str
    dose: Dose | None = None


@pages.get("/participants/{participant_id}/doses", SIGNED_IN)
def show(request: Request, participant_id: RowId) -> Response:
    """Show the grid of the plan, exposure and compliance."""
    doses = _doses(request, participant_id)
    with settings_of(request).database.reading() as session:
        lock = lock_on(session, participant_id)
    return page(
        request,
        "doses.html",
        doses=doses,
        on=today(request),
        lock=lock,
        can=can(request, Verb.RECORD_DOSE, Verb.CORRECT_DOSE, Verb.VOID_DOSE, lock=lock),
        consent=consent_notice(request, doses.one),
    )


@pages.get("/participants/{participant_id}/doses/unplanned", may(Verb.RECORD_DOSE))
def show_unplanned(request: Request, participant_id: RowId) -> Response:
    """Ask for a dose that no plan asked for."""
    asked = _Asked(None, f"/participants/{participant_id}/doses/unplanned")
    form = _new_form(_doses(request, participant_id), today(request))
    return _ask(request, participant_id, asked, form)


@pages.post("/participants/{participant_id}/doses/unplanned", may(Verb.RECORD_DOSE))
def record_unplanned(request: Request, participant_id: RowId) -> Response:
    """Record it."""
    asked = _Asked(None, f"/participants/{participant_id}/doses/unplanned")
    return _record(request, participant_id, asked)


@pages.get("/participants/{participant_id}/doses/{course}/{number}", may(Verb.RECORD_DOSE))
def show_planned(request: Request, participant_id: RowId, course: RowId, number: RowId) -> Response:
    """Ask what became of a planned dose."""
    path = f"/participants/{participant_id}/doses/{course}/{number}"
    doses = _doses(request, participant_id)
    cell = planned_dose(doses, course, number)
    if cell.dose is not None:
        return see(f"/doses/{cell.dose.id}/correct")
    form = _new_form(doses, min(cell.slot.on, today(request)))
    return _ask(request, participant_id, _Asked((course, number), path), form)


@pages.post("/participants/{participant_id}/doses/{course}/{number}", may(Verb.RECORD_DOSE))
def record_planned(
    request: Request, participant_id: RowId, course: RowId, number: RowId
) -> Response:
    """Record what became of it."""
    path = f"/participants/{participant_id}/doses/{course}/{number}"
    return _record(request, participant_id, _Asked((course, number), path))


@pages.get("/doses/{dose_id}/correct", may(Verb.CORRECT_DOSE))
def show_correction(request: Request, dose_id: RowId) -> Response:
    """Show what is recorded of a dose, to be corrected."""
    dose = _dose(request, dose_id)
    at = dose.given_at and dose.given_at.astimezone(settings_of(request).time_zone)
    fields = {
        "status": dose.status,
        "given_on": f"{at:%Y-%m-%d}" if at else "",
        "given_at": f"{at:%H:%M}" if at else "",
        "amount": format(dose.amount, "f") if dose.amount is not None else "",
        "site": dose.site or "",
        "lot": dose.lot or "",
        "reason": dose.reason,
        "expected": str(dose.version),
    }
    return _ask(request, dose.participant_id, _asked(dose), Form(fields))


@pages.post("/doses/{dose_id}/correct", may(Verb.CORRECT_DOSE))
def correct(request: Request, dose_id: RowId) -> Response:
    """Write what is right over it."""
    form, settings = sent_form(request), settings_of(request)
    dose = _dose(request, dose_id)
    doses = _doses(request, dose.participant_id)
    try:
        correct_participant_dose(
            *acting(request),
            trial_of(request).design,
            dose_id,
            _what(request, form, doses),
            version=form.expected,
            zone=settings.time_zone,
            reason=form["why"],
        )
    except RefusedError as error:
        return _ask(request, dose.participant_id, _asked(dose), form.refused(error))
    return see(f"/participants/{dose.participant_id}/doses")


@pages.get("/doses/{dose_id}/void", may(Verb.VOID_DOSE))
def show_void(request: Request, dose_id: RowId) -> Response:
    """Ask why it is taken back."""
    return _void(request, dose_id, Form({"expected": str(_dose(request, dose_id).version)}))


@pages.post("/doses/{dose_id}/void", may(Verb.VOID_DOSE))
def void(request: Request, dose_id: RowId) -> Response:
    """Take it back."""
    form = sent_form(request)
    try:
        dose = void_dose(
            *acting(request),
            dose_id,
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _void(request, dose_id, form.refused(error))
    return see(f"/participants/{dose.participant_id}/doses")


def _record(request: Request, participant_id: int, asked: _Asked) -> Response:
    form, settings = sent_form(request), settings_of(request)
    doses = _doses(request, participant_id)
    try:
        record_participant_dose(
            *acting(request),
            trial_of(request).design,
            participant_id,
            _what(request, form, doses),
            zone=settings.time_zone,
            slot=asked.slot,
        )
    except RefusedError as error:
        return _ask(request, participant_id, asked, form.refused(error))
    return see(f"/participants/{participant_id}/doses")


def _what(request: Request, form: Form, doses: Doses) -> Given | NotGiven:
    """Return what a form says of a dose.

    Raises:
        RefusedError: it cannot be read.
    """
    typed = Typed(form)
    status = typed.choice("status", DoseStatus)
    if status is not DoseStatus.GIVEN:
        return NotGiven(status, form["reason"])
    at = typed.moment("given_on", "given_at", settings_of(request).time_zone)
    amount, site = typed.number("amount"), typed.choice("site", DoseSite)
    typed.done()
    return Given(at, amount, doses.regimen.unit, site, form["lot"], form["reason"])


def _new_form(doses: Doses, on: date) -> Form:
    """Return what is most often so: the planned amount on a day, from the lot of the last dose."""
    given = [cell.dose for course in doses.courses for cell in course if cell.dose]
    lots = [dose.lot for dose in given if dose.lot]
    return Form(
        {
            "status": DoseStatus.GIVEN,
            "given_on": on.isoformat(),
            "amount": format(doses.regimen.dose, "f"),
            "lot": lots[-1] if lots else "",
        }
    )


def _ask(request: Request, participant_id: int, asked: _Asked, form: Form) -> Response:
    doses = _doses(request, participant_id)
    cell = planned_dose(doses, *asked.slot) if asked.slot else None
    return page(
        request,
        "dose.html",
        form=form,
        asked=asked,
        row=doses.one.row,
        doses=doses,
        consent=consent_notice(request, doses.one),
        cell=cell,
        hint=site_hint(_given(doses, cell)),
        statuses=list(DoseStatus) if cell else [DoseStatus.GIVEN],
        sites=list(DoseSite),
    )


def _given(doses: Doses, but: Cell | None) -> list[Dose]:
    """Return the doses that stand by their day, without the one that is asked about."""
    planned = [cell.dose for course in doses.courses for cell in course if cell.dose]
    own = but.dose.id if but and but.dose else None
    found = [dose for dose in (*planned, *doses.unplanned) if dose.given_at and dose.id != own]
    return sorted(found, key=lambda dose: dose.given_at.timestamp() if dose.given_at else 0)


def _asked(dose: Dose) -> _Asked:
    planned = dose.course is not None and dose.number is not None
    slot = (dose.course or 0, dose.number or 0) if planned else None
    return _Asked(slot, f"/doses/{dose.id}/correct", dose)


def _void(request: Request, dose_id: int, form: Form) -> Response:
    back = f"/participants/{_dose(request, dose_id).participant_id}/doses"
    return taking_back(request, _DOUBT, f"/doses/{dose_id}", form, back=back)


def _dose(request: Request, dose_id: int) -> Dose:
    with settings_of(request).database.reading() as session:
        return dose_held(session, dose_id)


def _doses(request: Request, participant_id: int) -> Doses:
    with settings_of(request).database.reading() as session:
        return doses_on(
            session,
            trial_of(request).design,
            participant_id,
            today(request),
            zone=settings_of(request).time_zone,
        )
