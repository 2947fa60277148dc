"""Queries on values: what waits for whom, one query with its messages, and a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions import queries as actions
from trialrun.conduct.reading.oversight import participant_names, query_opened
from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.conduct.rows import RowRef, participant_of, row_at
from trialrun.conduct.tables.queries import QueryStatus
from trialrun.errors import NotFoundError, RefusedError
from trialrun.web.access import SIGNED_IN, Access, Pages, RowId, may
from trialrun.web.forms import Form, sent_form, whole_number
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, trial_of
from trialrun.web.visitors import language_of, settings_of, visitor_of
from trialrun.web.words import named_part, titled
from trialrun.workflows.form_titles import form_titles, query_titles
from trialrun.workflows.overseeing import open_queries
from trialrun.workflows.row_facts import facts_of, items_of

pages = Pages()
Step = Callable[..., Any]
_STEPS: dict[Verb, Step] = {
    Verb.ANSWER_QUERY: actions.answer_query,
    Verb.CLOSE_QUERY: actions.close_query,
    Verb.REOPEN_QUERY: actions.reopen_query,
}
_NEXT = {
    QueryStatus.OPEN: (Verb.ANSWER_QUERY, Verb.CLOSE_QUERY),
    QueryStatus.ANSWERED: (Verb.CLOSE_QUERY, Verb.REOPEN_QUERY),
    QueryStatus.CLOSED: (Verb.REOPEN_QUERY,),
}
_TAKE_A_STEP = Access(frozenset[Role]().union(*(MAY[verb] for verb in _STEPS)))


@pages.get("/queries", SIGNED_IN)
def show_all(request: Request, participant: str = "") -> Response:
    """List the queries that are not closed, those that wait for the visitor's role in front.

    What is not understood as the id of a participant asks for those of all.
    """
    wanted = whole_number(participant)
    account = visitor_of(request).account
    assert account is not None
    with settings_of(request).database.reading() as session:
        found = open_queries(session, Role(account.role), wanted)
        names = dict(participant_names(session))
        titles = query_titles(session, trial_of(request), [one.query for one in found])
    chosen = None if wanted is None else names.get(wanted)
    return page(request, "queries.html", found=found, titles=titles, participant=chosen)


@pages.get("/queries/{query_id}", SIGNED_IN)
def show_one(request: Request, query_id: RowId) -> Response:
    """Show one query."""
    return _one(request, query_id, Form())


@pages.post("/queries/{query_id}", _TAKE_A_STEP)
def take_a_step(request: Request, query_id: RowId) -> Response:
    """Answer, close or reopen a query; each has roles of its own."""
    form = sent_form(request)
    step = next((one for verb, one in _STEPS.items() if verb == form["step"]), None)
    if step is None:
        raise NotFoundError("a query cannot be treated so")
    try:
        step(
            *acting(request),
            query_id,
            form["words"],
            version=form.expected,
        )
    except RefusedError as error:
        return _one(request, query_id, form.refused(error))
    return see(f"/queries/{query_id}")


@pages.get("/queries/new/{table}/{row_id}", may(Verb.OPEN_QUERY))
def show_new(request: Request, table: str, row_id: RowId) -> Response:
    """Ask for a question on a row."""
    return _new(request, RowRef(table, row_id), Form())


@pages.post("/queries/new/{table}/{row_id}", may(Verb.OPEN_QUERY))
def open_one(request: Request, table: str, row_id: RowId) -> Response:
    """Open a query."""
    form, place = sent_form(request), RowRef(table, row_id)
    try:
        query = actions.open_query(
            *acting(request),
            place,
            form["item"],
            form["words"],
        )
    except RefusedError as error:
        return _new(request, place, form.refused(error))
    return see(f"/queries/{query.id}")


def _one(request: Request, query_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        opened = query_opened(session, query_id)
        query = opened.asked.query
        place = RowRef(query.table_name, query.row_id)
        row = row_at(session, place)
        titles = form_titles(session, trial_of(request), [(place, row)]).get(place, {})
    actor = visitor_of(request).actor
    own_answer = opened.asked.answered_by == actor.account_id
    return page(
        request,
        "query.html",
        form=form,
        opened=opened,
        facts=facts_of(row),
        titles=titles,
        steps=[
            verb
            for verb in _NEXT[QueryStatus(query.status)]
            if actor.role in MAY[verb] and not (verb is Verb.CLOSE_QUERY and own_answer)
        ],
        can=can(request, *_STEPS),
    )


def _new(request: Request, place: RowRef, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        items, participant_id = items_of(session, place), participant_of(session, place)
        row = row_at(session, place)
        titles = form_titles(session, trial_of(request), [(place, row)]).get(place, {})
    language = language_of(request)
    item = titles.get("item")
    return page(
        request,
        "query_new.html",
        form=form,
        place=place,
        items=[
            (name, titled(language, item) if item else named_part(language, name)) for name in items
        ],
        facts=facts_of(row),
        titles=titles,
        participant_id=participant_id,
    )
