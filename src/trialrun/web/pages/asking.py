"""What a participant is asked at a visit: the statements, what was said, and answering them."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.asking import StatementAnswer
from trialrun.conduct.asked import AskedStatement, statements_of_participants
from trialrun.conduct.roles import Verb
from trialrun.errors import NotFoundError, Problem, RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.pages.candidate import ANSWERS
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, sex_of_candidate, trial_of
from trialrun.web.visitors import language_of, settings_of
from trialrun.workflows.asking import answer_at_visit, asked_at, can_be_asked
from trialrun.workflows.visiting import visit_shown

pages = Pages()


@pages.get("/visits/{visit_id}/asked", SIGNED_IN)
def show(request: Request, visit_id: RowId) -> Response:
    """Show what is asked at a visit, and what was said."""
    return _asked(request, visit_id, Form())


@pages.post("/visits/{visit_id}/asked", may(Verb.ASK_PARTICIPANT))
def answer(request: Request, visit_id: RowId) -> Response:
    """Record what was said, all in one act."""
    form, trial = sent_form(request), trial_of(request)
    try:
        given = dict(_given(form, statements_of_participants(trial)))
        answer_at_visit(
            *acting(request),
            trial,
            visit_id,
            given,
        )
    except RefusedError as error:
        return _asked(request, visit_id, form.refused(error))
    return see(f"/visits/{visit_id}")


def _given(form: Form, asked: tuple[AskedStatement, ...]) -> Iterator[tuple[str, StatementAnswer]]:
    """Yield what was answered; a line without an answer and a reason was not asked.

    Raises:
        RefusedError: there is a reason without an answer.
    """
    lines = [one.name for one in asked if form[f"answer-{one.name}"] or form[f"reason-{one.name}"]]
    silent = [name for name in lines if form[f"answer-{name}"] not in ANSWERS]
    if silent:
        raise RefusedError(
            "this cannot be read",
            [
                Problem(f"answer-{name}", "nothing is chosen", "choose one of them")
                for name in silent
            ],
        )
    for name in lines:
        said = ANSWERS[form[f"answer-{name}"]]
        yield name, StatementAnswer(form[f"statement-{name}"], said, form[f"reason-{name}"])


def _asked(request: Request, visit_id: int, form: Form) -> Response:
    trial, language = trial_of(request), language_of(request)
    with settings_of(request).database.reading() as session:
        shown = visit_shown(session, trial, visit_id)
        sex = sex_of_candidate(request, session, shown.row.candidate_id)
        asked = asked_at(session, trial, shown.row, sex)
    if shown.participant is None or not (asked.lines and can_be_asked(shown.row)):
        raise NotFoundError("nothing is asked at this visit")
    titles = {line.asked.name: _title(line.asked, language) for line in asked.lines}
    return page(
        request,
        "visit_asked.html",
        form=form,
        shown=shown,
        asked=asked,
        titles=titles,
        statements={
            line.asked.name: trial.statement_in(line.asked.statement, language)
            for line in asked.lines
        },
        names={
            f"{part}-{name}": title
            for name, title in titles.items()
            for part in ("answer", "reason")
        },
        answers=ANSWERS,
        words={value: words for words, value in ANSWERS.items()},
        may_ask=can(request, Verb.ASK_PARTICIPANT)["ask_participant"],
    )


def _title(asked: AskedStatement, language: str) -> str:
    criterion = asked.criterion
    title = criterion.title.in_language(language) if criterion.title else ""
    return f"{criterion.id} {title}".strip()
