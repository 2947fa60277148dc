"""Forms at a visit: filling in, the totals while typing, correcting a value, an item over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from trialrun.conduct.reading.oversight import lock_over
from trialrun.conduct.reading.visits import FilledForm
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Visit
from trialrun.errors import RefusedError
from trialrun.protocol.forms import Form as ProtocolForm
from trialrun.protocol.forms import ItemType
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.clinic_drawing import course_of
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, enrolled_participant, sex_of_candidate, today, trial_of
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.web.words import titled
from trialrun.workflows.form_filling import (
    correct_at_visit,
    course,
    derived_now,
    derived_of,
    fill_in_at_visit,
    form_by_id,
    own_fields,
    rest_not_done,
    thing_by_id,
    typed_of,
    value_held,
)
from trialrun.workflows.normal_limits import (
    SuggestedLimits,
    suggested_limits,
    without_unused,
)
from trialrun.workflows.visiting import VisitShown, visit_shown

pages = Pages()
REST = ":reason"
"""The field that says why everything that is empty was not done; no item can be named so."""


@pages.get("/visits/{visit_id}/forms/{form_id}", SIGNED_IN)
def show(request: Request, visit_id: RowId, form_id: str, saved: bool = False) -> Response:
    """Show a form: what stands, and fields for what does not; `saved`: it has just been kept."""
    return _form(request, visit_id, form_id, Form(), saved=saved)


@pages.post("/visits/{visit_id}/forms/{form_id}", may(Verb.FILL_IN_FORM))
def fill_in(request: Request, visit_id: RowId, form_id: str) -> Response:
    """Write it down."""
    form, trial = sent_form(request), trial_of(request)
    of_protocol = form_by_id(trial, form_id)
    typed = own_fields(of_protocol, form.fields)
    with settings_of(request).database.reading() as session:
        shown = visit_shown(session, trial, visit_id)
        typed = without_unused(typed, _suggested(request, session, of_protocol, shown.row))
    left = [of_protocol.by_id[name] for name in _left(of_protocol, _filled(shown, form_id))]
    typed = rest_not_done(left, typed, form[REST])
    try:
        fill_in_at_visit(
            *acting(request),
            trial,
            visit_id,
            of_protocol,
            typed,
        )
    except RefusedError as error:
        return _form(request, visit_id, form_id, form.refused(error))
    return see(f"/visits/{visit_id}/forms/{form_id}", saved="true")


@pages.post("/visits/{visit_id}/forms/{form_id}/derived", may(Verb.FILL_IN_FORM))
def compute(request: Request, visit_id: RowId, form_id: str) -> Response:
    """Return what follows from what has been typed so far."""
    of_protocol = form_by_id(trial_of(request), form_id)
    with settings_of(request).database.reading() as session:
        shown = visit_shown(session, trial_of(request), visit_id)
    typed = own_fields(of_protocol, sent_form(request).fields)
    filled = _filled(shown, form_id)
    if filled is not None:
        for value in filled.values.values():
            typed |= typed_of(value)
    derived = derived_now(of_protocol, typed, shown.row.day or today(request))
    return page(request, "visit_form_derived.html", of_protocol=of_protocol, derived=derived)


@pages.get("/values/{value_id}/correct", may(Verb.CORRECT_FORM))
def show_correction(request: Request, value_id: RowId) -> Response:
    """Show one value, to be corrected."""
    with settings_of(request).database.reading() as session:
        value, _, _ = value_held(session, value_id)
    fields = {**typed_of(value), "expected": str(value.version)}
    return _correction(request, value_id, Form(fields))


@pages.post("/values/{value_id}/correct", may(Verb.CORRECT_FORM))
def correct(request: Request, value_id: RowId) -> Response:
    """Write the right value over it."""
    form, trial = sent_form(request), trial_of(request)
    with settings_of(request).database.reading() as session:
        _, entry, visit = value_held(session, value_id)
    try:
        correct_at_visit(
            *acting(request),
            trial,
            value_id,
            own_fields(form_by_id(trial, entry.form), form.fields),
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _correction(request, value_id, form.refused(error))
    return see(f"/visits/{visit.id}/forms/{entry.form}", saved="true")


@pages.get("/participants/{participant_id}/values/{form_id}/{item}", SIGNED_IN)
def show_course(request: Request, participant_id: RowId, form_id: str, item: str) -> Response:
    """Show an item over time."""
    trial = trial_of(request)
    of_protocol = form_by_id(trial, form_id)
    thing = thing_by_id(of_protocol, item)
    with settings_of(request).database.reading() as session:
        row = enrolled_participant(request, session, participant_id).row
        points = course(session, of_protocol, row.candidate_id, item)
    figure = course_of(
        points,
        row.enrolled_on,
        _last_day(row, trial.design.end_of_follow_up_day, today(request)),
        visitor_of(request).language,
    )
    return page(
        request,
        "item_course.html",
        row=row,
        of_protocol=of_protocol,
        thing=thing,
        points=points,
        figure=figure,
        can=can(request, Verb.CORRECT_FORM),
    )


def _last_day(row: Participant, end: int | None, on: date) -> int:
    return (on - row.enrolled_on).days if end is None else end


def _suggested(
    request: Request, session: Session, of_protocol: ProtocolForm, visit: Visit
) -> Mapping[str, SuggestedLimits]:
    sex = sex_of_candidate(request, session, visit.candidate_id)
    return suggested_limits(
        session,
        of_protocol,
        visit,
        lambda other: sex is not None and sex_of_candidate(request, session, other) == sex,
    )


def _form(
    request: Request, visit_id: int, form_id: str, form: Form, *, saved: bool = False
) -> Response:
    trial = trial_of(request)
    of_protocol = form_by_id(trial, form_id)
    with settings_of(request).database.reading() as session:
        shown = visit_shown(session, trial, visit_id)
        lock = lock_over(session, shown.participant.id, visit_id) if shown.participant else None
        suggested = _suggested(request, session, of_protocol, shown.row)
    filled = _filled(shown, form_id)
    values = filled.values if filled else {}
    to_fill_in = _left(of_protocol, filled)
    if not form.fields:
        form = Form(_fields_of(suggested, to_fill_in))
    allowed = can(request, Verb.FILL_IN_FORM, Verb.CORRECT_FORM, Verb.OPEN_QUERY)
    is_open = shown.row.day is not None and not shown.row.voided and lock is None
    return page(
        request,
        "visit_form.html",
        form=form,
        shown=shown,
        lock=lock,
        of_protocol=of_protocol,
        values=values,
        derived=_derived(of_protocol, filled, shown, form),
        to_fill_in=to_fill_in,
        may_stay_empty=all(not of_protocol.by_id[name].required for name in to_fill_in),
        suggested=suggested,
        saved=saved,
        may_fill_in=allowed["fill_in_form"] and is_open,
        may_correct=allowed["correct_form"] and is_open,
        may_ask=allowed["open_query"],
        in_columns=_in_columns(of_protocol),
        types=ItemType,
        names={item.id: titled(visitor_of(request).language, item) for item in of_protocol.items},
    )


def _left(of_protocol: ProtocolForm, filled: FilledForm | None) -> list[str]:
    left = [item.id for item in of_protocol.items]
    return left if filled is None else [name for name in left if name in filled.left_out]


def _fields_of(
    suggested: Mapping[str, SuggestedLimits], to_fill_in: Sequence[str]
) -> dict[str, str]:
    fields: dict[str, str] = {}
    for limits in suggested.values():
        if limits.item in to_fill_in:
            fields |= limits.fields
    return fields


def _derived(
    of_protocol: ProtocolForm, filled: FilledForm | None, shown: VisitShown, form: Form
) -> dict[str, object]:
    """Return what follows from what stands; from what was typed, if that was refused."""
    on = shown.row.day
    if on is None:
        return {}
    if filled is not None:
        return dict(derived_of(of_protocol, filled.values, on))
    return dict(derived_now(of_protocol, own_fields(of_protocol, form.fields), on))


def _filled(shown: VisitShown, form_id: str) -> FilledForm | None:
    return next((at.filled for at in shown.forms if at.form.id == form_id), None)


def _in_columns(of_protocol: ProtocolForm) -> bool:
    """Whether the items are so short that several stand side by side: scores from 0 to 9."""
    return len(of_protocol.items) > 1 and all(
        item.type is ItemType.INTEGER and item.range and item.range.high and item.range.high < 10
        for item in of_protocol.items
    )


def _correction(request: Request, value_id: int, form: Form) -> Response:
    trial = trial_of(request)
    with settings_of(request).database.reading() as session:
        value, entry, visit = value_held(session, value_id)
    of_protocol = form_by_id(trial, entry.form)
    return page(
        request,
        "value_correct.html",
        form=form,
        value=value,
        visit=visit,
        of_protocol=of_protocol,
        item=thing_by_id(of_protocol, value.item),
        types=ItemType,
    )
