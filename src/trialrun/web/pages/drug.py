"""The drug of the trial: doses to record, balances, and the ledger with its entries."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.ledger import (
    Moved,
    Receipt,
    move_drug,
    receive_drug,
    void_ledger_entry,
)
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.doses import LedgerKind
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.taking_back import Doubt, taking_back
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of
from trialrun.web.words import msgid
from trialrun.workflows.accounting import drug_on
from trialrun.workflows.due import unrecorded_doses

pages = Pages()
_MOST = 50
"""Doses to record that are shown on this page; the calendar has all of them."""
_DOUBT = Doubt(
    msgid("Take back an entry of the ledger"),
    msgid("A new entry takes it back; enter what is right afterwards."),
)
_MOVES = [kind for kind in LedgerKind if kind not in (LedgerKind.RECEIVED, LedgerKind.VOID)]


@pages.get("/doses", SIGNED_IN)
def show(request: Request) -> Response:
    """Show what is to be recorded, what is there, and every entry."""
    on = today(request)
    with settings_of(request).database.reading() as session:
        drug = drug_on(session, on)
        lines = unrecorded_doses(
            session, trial_of(request).design, on, zone=settings_of(request).time_zone
        )
    return page(
        request,
        "drug.html",
        drug=drug,
        lines=lines[:_MOST],
        more=max(0, len(lines) - _MOST),
        first=min((line.entry.first for line in lines), default=on),
        on=on,
        can=can(request, Verb.ENTER_LEDGER, Verb.VOID_LEDGER_ENTRY, Verb.RECORD_DOSE),
    )


@pages.get("/doses/receive", may(Verb.ENTER_LEDGER))
def show_receipt(request: Request) -> Response:
    """Ask what arrived."""
    return _receipt(request, Form({"day": today(request).isoformat()}))


@pages.post("/doses/receive", may(Verb.ENTER_LEDGER))
def receive(request: Request) -> Response:
    """Enter what arrived."""
    form, typed = sent_form(request), Typed(sent_form(request))
    try:
        day, amount, expires_on = typed.day("day"), typed.count("amount"), typed.day("expires_on")
        typed.done()
        receive_drug(
            *acting(request),
            Receipt(day, form["lot"], amount, form["unit"], expires_on),
            today=today(request),
        )
    except RefusedError as error:
        return _receipt(request, form.refused(error))
    return see("/doses")


@pages.get("/doses/move", may(Verb.ENTER_LEDGER))
def show_move(request: Request) -> Response:
    """Ask what left the site, or came back."""
    return _move(request, Form({"day": today(request).isoformat()}))


@pages.post("/doses/move", may(Verb.ENTER_LEDGER))
def move(request: Request) -> Response:
    """Enter it."""
    form, typed = sent_form(request), Typed(sent_form(request))
    try:
        kind, day, amount, participant_id = (
            typed.choice("kind", LedgerKind),
            typed.day("day"),
            typed.count("amount"),
            typed.id_or_none("participant_id"),
        )
        typed.done()
        move_drug(
            *acting(request),
            Moved(kind, day, form["lot"], amount, participant_id),
            today=today(request),
            reason=form["reason"],
        )
    except RefusedError as error:
        return _move(request, form.refused(error))
    return see("/doses")


@pages.get("/doses/ledger/{entry_id}/void", may(Verb.VOID_LEDGER_ENTRY))
def show_void(request: Request, entry_id: RowId) -> Response:
    """Ask why an entry is taken back."""
    return taking_back(request, _DOUBT, f"/doses/ledger/{entry_id}", Form(), back="/doses")


@pages.post("/doses/ledger/{entry_id}/void", may(Verb.VOID_LEDGER_ENTRY))
def void(request: Request, entry_id: RowId) -> Response:
    """Take it back."""
    form = sent_form(request)
    try:
        void_ledger_entry(
            *acting(request),
            entry_id,
            today=today(request),
            reason=form["reason"],
        )
    except RefusedError as error:
        path = f"/doses/ledger/{entry_id}"
        return taking_back(request, _DOUBT, path, form.refused(error), back="/doses")
    return see("/doses")


def _receipt(request: Request, form: Form) -> Response:
    return page(request, "drug_receive.html", form=form)


def _move(request: Request, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        drug = drug_on(session, today(request))
    participants = [(str(who), number) for who, number in drug.participants.items()]
    return page(
        request, "drug_move.html", form=form, drug=drug, kinds=_MOVES, participants=participants
    )
