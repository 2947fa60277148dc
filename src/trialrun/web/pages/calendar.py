"""The calendar: what is due, due soon and overdue of all participants, from a day to a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.plans import PlannedVisit
from trialrun.conduct.roles import Verb
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages
from trialrun.web.forms import Form
from trialrun.web.rendering import page
from trialrun.web.trial import can, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of
from trialrun.workflows.participation import due_lines

pages = Pages()
_AHEAD = timedelta(days=14)
_BACK = timedelta(days=7)
_DOSES = "doses"
_VISITS = "visits"


@pages.get("/calendar", SIGNED_IN)
def show(request: Request, first: str = "", last: str = "", what: str = "") -> Response:
    """Show a list that prints; without days, from a week ago to two weeks ahead."""
    on = today(request)
    form = Form(
        {
            "first": first or (on - _BACK).isoformat(),
            "last": last or (on + _AHEAD).isoformat(),
            "what": what,
        }
    )
    try:
        start, end = _days(form)
    except RefusedError as error:
        refused = form.refused(error)
        return page(
            request,
            "calendar.html",
            form=refused,
            lines=(),
            older=(),
            since="",
            on=on,
            can=_can(request),
        )
    with settings_of(request).database.reading() as session:
        lines = due_lines(session, trial_of(request).design, date.min, end, on)
    wanted = {_VISITS: True, _DOSES: False}
    chosen = [
        line
        for line in lines
        if what not in wanted or isinstance(line.entry.what, PlannedVisit) is wanted[what]
    ]
    older = [line for line in chosen if line.entry.last < start]
    return page(
        request,
        "calendar.html",
        form=form,
        lines=chosen[len(older) :],
        older=older,
        since=min((line.entry.first for line in older), default=start).isoformat(),
        on=on,
        can=_can(request),
    )


def _can(request: Request) -> Mapping[str, bool]:
    return can(request, Verb.RECORD_VISIT, Verb.RECORD_DOSE)


def _days(form: Form) -> tuple[date, date]:
    typed = Typed(form)
    first, last = typed.day("first"), typed.day("last")
    typed.done()
    return first, last
