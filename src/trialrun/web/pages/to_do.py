"""What waits for the visitor: where everybody arrives after signing in."""

from __future__ import annotations

from functools import partial

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.roles import Role
from trialrun.web.access import SIGNED_IN, Pages
from trialrun.web.described import described
from trialrun.web.pages.event_fields import term_namer
from trialrun.web.rendering import page
from trialrun.web.trial import now, sex_of_candidate, today, trial_of
from trialrun.web.visitors import language_of, settings_of, visitor_of
from trialrun.workflows.form_titles import query_titles
from trialrun.workflows.to_do import to_do

pages = Pages()
SHOWN = 10
"""So many things of each kind; the pages of their own show them all."""
UNFILLED = "unfilled"


@pages.get("/to-do", SIGNED_IN)
def show(request: Request, every: str = "") -> Response:
    """Show what waits for the visitor's role, how many of each kind, and the first of them.

    `every`: the kind of which all are shown; only visits to write up have no page of their own.
    """
    trial, account = trial_of(request), visitor_of(request).account
    assert account is not None
    with settings_of(request).database.reading() as session:
        found = to_do(
            session,
            trial,
            Role(account.role),
            today(request),
            now(request),
            partial(sex_of_candidate, request, session),
            settings_of(request).grades,
            zone=settings_of(request).time_zone,
        )
        titles = query_titles(session, trial, [one.query for one in found.queries[:SHOWN]])
    return page(
        request,
        "to_do.html",
        found=found,
        titles=titles,
        named=term_namer(request),
        described=described,
        language=language_of(request),
        most=SHOWN,
        all_unfilled=every == UNFILLED,
        on=today(request),
    )
