"""Oversight of one participant: source verification by visit, locks, and signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from trialrun.conduct.actions.oversight import lock, sign, unlock
from trialrun.conduct.actions.queries import verify_source
from trialrun.conduct.reading.oversight import lock_owner, visits_of_rows
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import RowRef, find, participant_of
from trialrun.conduct.signing import content_to_sign
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import RefusedError
from trialrun.protocol.forms import Form as ProtocolForm
from trialrun.protocol.forms import ItemType
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, sent_form, whole_number
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, now, sex_of_candidate, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.form_titles import Named, form_titles
from trialrun.workflows.overseeing import (
    RowShown,
    open_signature,
    oversight,
    signs_again,
    verify_visit,
)
from trialrun.workflows.row_facts import facts_of
from trialrun.workflows.unfilled import Unfilled, unfilled_visits

pages = Pages()


@pages.get("/participants/{participant_id}/oversight", SIGNED_IN)
def show(request: Request, participant_id: RowId, visit: str = "") -> Response:
    """Show every row of a participant by visit, with marks, queries, locks and signatures.

    `visit`: the one that stands open, as it did before something was done there.
    """
    return _page(request, participant_id, Form(), whole_number(visit))


@pages.post("/participants/{participant_id}/verification", may(Verb.VERIFY_SOURCE))
def verify(request: Request, participant_id: RowId) -> Response:
    """Mark all rows of a visit as compared with their source."""
    form, typed = sent_form(request), Typed(sent_form(request))
    visit_id = typed.id_or_none("visit")
    try:
        typed.done()
        verify_visit(
            *acting(request),
            participant_id,
            visit_id,
            seen=form["seen"],
        )
    except RefusedError as error:
        return _page(request, participant_id, form.refused(error), form.number("visit"))
    return _back(participant_id, form.number("visit"))


@pages.post("/verification/{table}/{row_id}", may(Verb.VERIFY_SOURCE))
def verify_one(request: Request, table: str, row_id: RowId) -> Response:
    """Mark one value, or another row, as compared with its source."""
    form, place = sent_form(request), RowRef(table, row_id)
    with settings_of(request).database.reading() as session:
        participant_id = participant_of(session, place)
        visit_id = visits_of_rows(session, participant_id).get(place)
    try:
        verify_source(
            *acting(request),
            place,
            version=form.expected,
        )
    except RefusedError as error:
        return _page(request, participant_id, form.refused(error), visit_id)
    return _back(participant_id, visit_id)


@pages.post("/participants/{participant_id}/lock", may(Verb.LOCK))
def lock_data(request: Request, participant_id: RowId) -> Response:
    """Lock a participant's data, or those of one visit."""
    form, typed = sent_form(request), Typed(sent_form(request))
    try:
        visit_id = typed.id_or_none("visit")
        typed.done()
        lock(
            *acting(request),
            participant_id,
            reason=form["reason"],
            visit_id=visit_id,
        )
    except RefusedError as error:
        refused = form.refused(error)
        return _page(request, participant_id, refused, refused.number("visit"))
    return see(f"/participants/{participant_id}/oversight")


@pages.post("/locks/{lock_id}/unlock", may(Verb.UNLOCK))
def unlock_data(request: Request, lock_id: RowId) -> Response:
    """End a lock."""
    form, settings = sent_form(request), settings_of(request)
    with settings.database.reading() as session:
        participant_id = lock_owner(session, lock_id)
    try:
        unlock(
            *acting(request),
            lock_id,
            version=form.expected,
            reason=form["unlock_reason"],
        )
    except RefusedError as error:
        return _page(request, participant_id, form.refused(error))
    return see(f"/participants/{participant_id}/oversight")


@pages.get("/participants/{participant_id}/sign", may(Verb.SIGN))
def show_sign(request: Request, participant_id: RowId) -> Response:
    """Ask for a signature under all of a participant's data."""
    with settings_of(request).database.reading() as session:
        find(session, Participant, participant_id)
        seen = content_to_sign(session, participant_id)
    return _sign(request, participant_id, Form({"seen": seen}))


@pages.post("/participants/{participant_id}/sign", may(Verb.SIGN))
def sign_data(request: Request, participant_id: RowId) -> Response:
    """Sign, once the password has been typed again."""
    form, settings, actor = sent_form(request), settings_of(request), visitor_of(request).actor
    at = now(request)
    try:
        signature = sign(
            settings.database,
            actor,
            at,
            participant_id,
            meaning=form["meaning"],
            seen=form["seen"],
            signs_in_again=lambda: signs_again(
                settings.database, actor.account_id or 0, form["password"], at
            ),
        )
    except RefusedError as error:
        return _sign(request, participant_id, form.refused(error))
    return see(f"/signatures/{signature.id}")


@pages.get("/signatures/{signature_id}", SIGNED_IN)
def show_signature(request: Request, signature_id: RowId) -> Response:
    """Show what was signed, by whom, with what meaning, and whether it is still so."""
    with settings_of(request).database.reading() as session:
        opened = open_signature(session, signature_id)
        titles = form_titles(session, trial_of(request), opened.rows)
    return page(
        request,
        "signature.html",
        opened=opened,
        facts_of=facts_of,
        titles=titles,
        types=ItemType,
        form=Form(),
        trial=trial_of(request),
    )


def _back(participant_id: int, visit_id: int | None) -> Response:
    """Return to the data, at the visit (None: those of no visit) where somebody was at work."""
    return see(f"/participants/{participant_id}/oversight", visit=str(visit_id or 0))


def _parts(
    rows: Iterable[RowShown], titles: Mapping[RowRef, Mapping[str, Named]]
) -> Mapping[ProtocolForm | str, list[RowShown]]:
    """Return the rows of a visit by the form that they are of; others by their table."""
    parts: dict[ProtocolForm | str, list[RowShown]] = {}
    for row in rows:
        form = titles.get(row.place, {}).get("form")
        part = form if isinstance(form, ProtocolForm) else row.place.table
        parts.setdefault(part, []).append(row)
    return parts


def _page(request: Request, participant_id: int, form: Form, opened: int | None = None) -> Response:
    with settings_of(request).database.reading() as session:
        found = oversight(session, participant_id)
        rows = [(one.place, one.row) for group in found.groups for one in group.rows]
        titles = form_titles(session, trial_of(request), rows)
        unfilled = _unfilled(request, session, participant_id)
    return page(
        request,
        "oversight.html",
        form=form,
        unfilled=unfilled,
        found=found,
        titles=titles,
        parts=[_parts(group.rows, titles) for group in found.groups],
        opened=opened,
        types=ItemType,
        visits={visit.id: visit for visit in trial_of(request).design.named_visits},
        can=can(request, Verb.VERIFY_SOURCE, Verb.OPEN_QUERY, Verb.LOCK, Verb.UNLOCK, Verb.SIGN),
    )


def _sign(request: Request, participant_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        found = oversight(session, participant_id)
        unfilled = _unfilled(request, session, participant_id)
    return page(request, "sign.html", form=form, found=found, unfilled=unfilled)


def _unfilled(request: Request, session: Session, participant_id: int) -> tuple[Unfilled, ...]:
    """Return what is not written up: whoever locks or signs should know."""
    sex_of = partial(sex_of_candidate, request, session)
    return unfilled_visits(session, trial_of(request), sex_of, participant_id=participant_id)
