"""The calendar: what is due, due soon and overdue of all participants, from a day to a day.

What is over and not recorded stands in front, then what can be done now, then what is to come.
What lies before and beyond these days is counted; a long list comes in pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.plans import PlannedVisit
from trialrun.conduct.roles import Verb
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages
from trialrun.web.forms import Form, page_number, pages_of
from trialrun.web.rendering import page
from trialrun.web.trial import can, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of
from trialrun.workflows.due import DueLine, due_lines
from trialrun.workflows.enrolled import enrolled
from trialrun.workflows.to_do import in_order_of_urgency

pages = Pages()
_AHEAD = timedelta(days=14)
_BACK = timedelta(days=7)
_DOSES = "doses"
_VISITS = "visits"
PAGE = 100
"""Entries on one page."""


@pages.get("/calendar", SIGNED_IN)
def show(
    request: Request, first: str = "", last: str = "", what: str = "", number: str = "1"
) -> Response:
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
        nothing = _split((), on, on, number)
        return page(request, "calendar.html", form=refused, on=on, can=_can(request), **nothing)
    with settings_of(request).database.reading() as session:
        design = trial_of(request).design
        everybody = enrolled(session, design, zone=settings_of(request).time_zone)
    lines = due_lines(everybody, design, date.min, date.max, on)
    chosen = [line for line in lines if _is_asked_for(line, what)]
    shown = _split(chosen, start, end, number)
    return page(request, "calendar.html", form=form, on=on, can=_can(request), **shown)


def _is_asked_for(line: DueLine, what: str) -> bool:
    wanted = {_VISITS: True, _DOSES: False}
    return what not in wanted or isinstance(line.entry.what, PlannedVisit) is wanted[what]


def _split(lines: Sequence[DueLine], start: date, end: date, number: str) -> dict[str, Any]:
    """Return a page of the lines that touch these days, and how many lie before and after."""
    older = [line.entry.first for line in lines if line.entry.last < start]
    later = [line.entry.last for line in lines if line.entry.first > end]
    within = in_order_of_urgency(
        line for line in lines if line.entry.last >= start and line.entry.first <= end
    )
    last = pages_of(len(within), PAGE)
    which = min(page_number(number), last)
    return {
        "lines": within[(which - 1) * PAGE : which * PAGE],
        "entries": len(within),
        "older": len(older),
        "since": min(older, default=start).isoformat(),
        "later": len(later),
        "until": max(later, default=end).isoformat(),
        "number": which,
        "last": last,
    }


def _can(request: Request) -> Mapping[str, bool]:
    return can(request, Verb.RECORD_VISIT, Verb.RECORD_DOSE)


def _days(form: Form) -> tuple[date, date]:
    typed = Typed(form)
    first, last = typed.day("first"), typed.day("last")
    typed.done()
    return first, last
