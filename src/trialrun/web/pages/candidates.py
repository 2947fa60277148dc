"""The worklist of candidates: filtered, sorted, found by the hospital's id, screened anew."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.changes import Change
from trialrun.conduct.reading.worklist import (
    Order,
    Wanted,
    Worklist,
    by_patient_id,
    last_screening,
    worklist,
)
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.candidates import CandidateStatus
from trialrun.errors import RefusedError
from trialrun.screening.verdict import Verdict
from trialrun.web.access import CANDIDATE_READERS, Pages, may
from trialrun.web.forms import Form, page_number, sent_form
from trialrun.web.rendering import page, see
from trialrun.web.trial import can, now, running, today, trial_of
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.enlisting import enlist

pages = Pages()
WordT = TypeVar("WordT", bound=StrEnum)


@pages.get("/candidates", CANDIDATE_READERS)
def show(
    request: Request,
    verdict: str = "",
    status: str = "",
    criterion: str = "",
    change: str = "",
    order: str = "",
    number: str = "1",
) -> Response:
    """Show a hundred candidates; what is not understood of a question asks for nothing special."""
    criteria = {one.id for one in trial_of(request).screening_criteria}
    wanted = Wanted(
        _word(verdict, Verdict),
        _word(status, CandidateStatus),
        criterion if criterion in criteria else "",
        _word(change, Change),
        Order(_word(order, Order) or Order.FEWEST_OPEN),
        page_number(number),
    )
    with settings_of(request).database.reading() as session:
        listed = worklist(session, wanted, today(request))
    asked = {
        "verdict": wanted.verdict,
        "status": wanted.status,
        "criterion": wanted.criterion,
        "change": wanted.change,
        "order": order and str(wanted.order),
    }
    return _list(request, Form(asked), listed)


@pages.post("/candidates", CANDIDATE_READERS)
def find(request: Request) -> Response:
    """Look for the hospital's id, which is in no address; whoever is the only one is opened."""
    form = sent_form(request)
    written = form["patient_id"].strip()
    with settings_of(request).database.reading() as session:
        listed = (
            by_patient_id(session, written, today(request)) if written else Worklist([], 0, 0, 1)
        )
    if listed.found == 1:
        return see(f"/candidates/{listed.lines[0].candidate.id}")
    return _list(request, form, listed)


@pages.post("/candidates/screening", may(Verb.TAKE_IN_SCREENING))
def screen(request: Request) -> Response:
    """Screen the hospital's records as of today."""
    try:
        enlist(
            running(request), visitor_of(request).actor, now(request), today(request), _in_silence
        )
    except RefusedError as error:
        with settings_of(request).database.reading() as session:
            listed = worklist(session, Wanted(), today(request))
        return _list(request, Form().refused(error), listed)
    return see("/candidates")


def _in_silence(_: str) -> None:
    """Leave the steps of a screening unsaid: a page has nowhere to say them."""


def _list(request: Request, form: Form, listed: Worklist) -> Response:
    with settings_of(request).database.reading() as session:
        screening = last_screening(session)
    return page(
        request,
        "candidates.html",
        form=form,
        listed=listed,
        screening=screening,
        asked={name: value for name, value in form.fields.items() if value},
        criteria=trial_of(request).screening_criteria,
        verdicts=list(Verdict),
        statuses=list(CandidateStatus),
        changes=list(Change),
        orders=list(Order),
        has_records=settings_of(request).data is not None,
        may=can(request, Verb.TAKE_IN_SCREENING),
    )


def _word(text: str, kind: type[WordT]) -> str:
    return text if text in set(kind) else ""
