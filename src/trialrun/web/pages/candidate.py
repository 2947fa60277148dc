"""One candidate: every criterion with its evidence; answering one, inviting, declining."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.candidates import Answer, decline, invite
from trialrun.conduct.reading.candidates import acts_on
from trialrun.conduct.roles import Verb
from trialrun.conduct.states import may_follow
from trialrun.conduct.tables.candidates import CandidateStatus
from trialrun.criteria.truth import Truth
from trialrun.errors import ForbiddenError, NotFoundError, Problem, RefusedError
from trialrun.report.symbols import SYMBOLS
from trialrun.screening.plan import asks_of_people, confirmation, leads_to
from trialrun.web.access import CANDIDATE_READERS, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, now, running, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import language_of, settings_of, visitor_of
from trialrun.web.words import msgid, said
from trialrun.workflows.candidates import OpenCandidate, answer, answerable, open_one, statements

pages = Pages()
CONFIRMED = msgid(
    "You have looked at the record, and beyond it, and confirm that this criterion permits"
    " enrolment."
)
ANSWERS = {
    msgid("yes"): True,
    msgid("no"): False,
    msgid("not known"): None,
}


@pages.get("/candidates/{candidate_id}", CANDIDATE_READERS)
def show(request: Request, candidate_id: RowId) -> Response:
    """Show a candidate as judged today, with what was said and done."""
    one = _opened(request, candidate_id)
    with settings_of(request).database.reading() as session:
        acts = acts_on(session, candidate_id)
    return page(
        request,
        "candidate.html",
        one=one,
        acts=acts,
        answerable=answerable(running(request), visitor_of(request).actor.role),
        symbols=SYMBOLS,
        next=may_follow(CandidateStatus(one.file.candidate.status)),
        steps=CandidateStatus,
        has_records=settings_of(request).data is not None,
        may=can(
            request,
            Verb.ANSWER_CRITERION,
            Verb.INVITE,
            Verb.DECLINE,
            Verb.OBTAIN_CONSENT,
            Verb.WITHDRAW_CONSENT,
        ),
    )


@pages.get("/candidates/{candidate_id}/answers/{criterion}", may(Verb.ANSWER_CRITERION))
def show_question(request: Request, candidate_id: RowId, criterion: str) -> Response:
    """Ask a person about one criterion."""
    return _question(
        request, candidate_id, criterion, Form({"answered_on": today(request).isoformat()})
    )


@pages.post("/candidates/{candidate_id}/answers/{criterion}", may(Verb.ANSWER_CRITERION))
def answer_question(request: Request, candidate_id: RowId, criterion: str) -> Response:
    """Record the answer; the verdict follows at once."""
    form, typed = sent_form(request), Typed(sent_form(request))
    answered_on = typed.day("answered_on")
    try:
        _refuse_silence(form, typed)
        given = Answer(
            criterion, form["statement"], ANSWERS[form["answer"]], answered_on, form["reason"]
        )
        answer(running(request), visitor_of(request).actor, now(request), candidate_id, given)
    except RefusedError as error:
        return _question(request, candidate_id, criterion, form.refused(error))
    return see(f"/candidates/{candidate_id}#c-{criterion}")


@pages.post("/candidates/{candidate_id}/invitation", may(Verb.INVITE))
def invite_candidate(request: Request, candidate_id: RowId) -> Response:
    """Record that the candidate is invited."""
    invite(*acting(request), candidate_id, version=sent_form(request).expected)
    return see(f"/candidates/{candidate_id}")


@pages.get("/candidates/{candidate_id}/decline", may(Verb.DECLINE))
def show_decline(request: Request, candidate_id: RowId) -> Response:
    """Ask why the candidate does not take part."""
    version = _opened(request, candidate_id).file.candidate.version
    return _decline(request, candidate_id, Form({"expected": str(version)}))


@pages.post("/candidates/{candidate_id}/decline", may(Verb.DECLINE))
def decline_candidate(request: Request, candidate_id: RowId) -> Response:
    """Record that the candidate does not take part."""
    form = sent_form(request)
    try:
        decline(
            *acting(request),
            candidate_id,
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _decline(request, candidate_id, form.refused(error))
    return see(f"/candidates/{candidate_id}")


def _opened(request: Request, candidate_id: int) -> OpenCandidate:
    return open_one(running(request), candidate_id, today(request), language_of(request))


def _refuse_silence(form: Form, typed: Typed) -> None:
    """Go on if the day can be read and an answer was chosen.

    Raises:
        RefusedError: with both problems.
    """
    problems: list[Problem] = []
    try:
        typed.done()
    except RefusedError as error:
        problems.extend(error.problems)
    if form["answer"] not in ANSWERS:
        problems.append(Problem("answer", "nothing is chosen", "choose one of them"))
    if problems:
        raise RefusedError("this cannot be read", problems)


def _question(request: Request, candidate_id: int, criterion: str, form: Form) -> Response:
    trial = running(request)
    asked = statements(trial).get(criterion, ())
    if not asked:
        raise NotFoundError("no person is asked about this criterion")
    if criterion not in answerable(trial, visitor_of(request).actor.role):
        raise ForbiddenError("only an investigator answers a criterion that is to be confirmed")
    one = _opened(request, candidate_id)
    return page(
        request,
        "candidate_answer.html",
        form=form,
        one=one,
        criterion=next(c for c in one.opened.criteria if c.id == criterion),
        asked=[(statement, _in_words(request, statement)) for statement in asked],
        answers=list(ANSWERS),
        leads=_leads(one, criterion),
        symbols=SYMBOLS,
    )


def _leads(one: OpenCandidate, criterion: str) -> Mapping[str, Mapping[str, str]]:
    """Say, by statement and answer, what the answer leads to as things stand."""
    (judged,) = [j for j in one.judged.judgements if j.asked.criterion.id == criterion]
    return {
        statement: {
            words: _LEADS[leads_to(judged.asked, judged.tree, statement, value)]
            for words, value in ANSWERS.items()
            if value is not None
        }
        for statement in asks_of_people(judged.asked)
    }


_LEADS = {
    Truth.TRUE: msgid("permits enrolment"),
    Truth.FALSE: msgid("excludes from the trial"),
    Truth.UNKNOWN: msgid("leaves the criterion open"),
}


def _in_words(request: Request, statement: str) -> str:
    """Return a statement or a confirmation in the page's language, if it is translated."""
    trial, language = trial_of(request), language_of(request)
    confirmations = {
        confirmation(criterion).question
        for criterion in trial.screening_criteria
        if criterion.confirm
    }
    if statement in confirmations:
        return said(language, CONFIRMED)
    return trial.statement_in(statement, language)


def _decline(request: Request, candidate_id: int, form: Form) -> Response:
    one = _opened(request, candidate_id)
    return page(request, "candidate_decline.html", form=form, one=one)
