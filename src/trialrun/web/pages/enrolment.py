"""The screening visit's check list; enrolling, waiving a criterion, a screen failure."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.candidates import record_screen_failure
from trialrun.conduct.actions.enrolment import waive_criterion
from trialrun.conduct.roles import Verb
from trialrun.criteria.truth import Truth
from trialrun.errors import ConflictError, NotFoundError, RefusedError
from trialrun.report.symbols import SYMBOLS
from trialrun.web.access import CANDIDATE_READERS, Pages, RowId, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.refusals import placed
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, now, running, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import language_of, settings_of, visitor_of
from trialrun.workflows.candidates import answerable, statements
from trialrun.workflows.enrolling import CheckList, check_list, enrol_candidate, record_screening

pages = Pages()


@pages.get("/candidates/{candidate_id}/enrolment", CANDIDATE_READERS)
def show(request: Request, candidate_id: RowId) -> Response:
    """Show what still stands between a candidate and enrolment."""
    return _check_list(request, candidate_id, Form(_proposed(request)))


@pages.post("/candidates/{candidate_id}/enrolment", may(Verb.ENROL))
def enrol(request: Request, candidate_id: RowId) -> Response:
    """Enrol the candidate, unless anything stands in the way."""
    form, trial = sent_form(request), running(request)
    typed = Typed(form)
    enrolled_at = typed.moment("day", "time", trial.zone)
    try:
        typed.done()
        enrol_candidate(
            trial,
            visitor_of(request).actor,
            now(request),
            candidate_id,
            version=form.expected,
            arm=form["arm"],
            enrolled_at=enrolled_at,
        )
    except ConflictError:
        raise
    except RefusedError as error:
        return _check_list(request, candidate_id, form.refused(placed(error, enrolled_at="time")))
    return see(f"/candidates/{candidate_id}/enrolment")


@pages.post("/candidates/{candidate_id}/screening-visit", may(Verb.RECORD_VISIT))
def record_visit(request: Request, candidate_id: RowId) -> Response:
    """Record that the screening visit took place."""
    form = sent_form(request)
    typed = Typed(form)
    day = typed.day("visit_day")
    try:
        typed.done()
        actor = visitor_of(request).actor
        record_screening(running(request), actor, now(request), candidate_id, day, "")
    except RefusedError as error:
        shown = Form({**_proposed(request), **form.fields})
        refused = placed(error, day="visit_day", planned="visit_day")
        return _check_list(request, candidate_id, shown.refused(refused))
    return see(f"/candidates/{candidate_id}/enrolment")


@pages.get("/candidates/{candidate_id}/waivers/{criterion}", may(Verb.WAIVE_CRITERION))
def show_waiver(request: Request, candidate_id: RowId, criterion: str) -> Response:
    """Ask the investigator why a criterion is waived."""
    return _waiver(request, candidate_id, criterion, Form())


@pages.post("/candidates/{candidate_id}/waivers/{criterion}", may(Verb.WAIVE_CRITERION))
def waive(request: Request, candidate_id: RowId, criterion: str) -> Response:
    """Record a waiver, of which enrolment makes a deviation."""
    form = sent_form(request)
    try:
        waive_criterion(
            *acting(request),
            candidate_id,
            criterion=criterion,
            reason=form["reason"],
            known=frozenset(statements(running(request))),
        )
    except RefusedError as error:
        return _waiver(request, candidate_id, criterion, form.refused(error))
    return see(f"/candidates/{candidate_id}/enrolment")


@pages.get("/candidates/{candidate_id}/screen-failure", may(Verb.RECORD_SCREEN_FAILURE))
def show_failure(request: Request, candidate_id: RowId) -> Response:
    """Ask why the candidate is not enrolled; what surely refuses is ticked already."""
    checked = _checked(request, candidate_id)
    refusing = [c for c in checked.one.opened.criteria if c.permission is Truth.FALSE]
    fields = {f"criterion-{criterion.id}": "yes" for criterion in refusing}
    fields["expected"] = str(checked.one.file.candidate.version)
    fields["failed_on"] = today(request).isoformat()
    return _failure(request, candidate_id, Form(fields))


@pages.post("/candidates/{candidate_id}/screen-failure", may(Verb.RECORD_SCREEN_FAILURE))
def fail(request: Request, candidate_id: RowId) -> Response:
    """Record a screen failure with its criteria and its reason."""
    form = sent_form(request)
    typed = Typed(form)
    failed_on = typed.day("failed_on")
    ids = [one.id for one in trial_of(request).screening_criteria]
    try:
        typed.done()
        record_screen_failure(
            *acting(request),
            candidate_id,
            version=form.expected,
            failed_on=failed_on,
            criteria=[one for one in ids if form.ticked(f"criterion-{one}")],
            reason=form["reason"],
            today=today(request),
        )
    except RefusedError as error:
        return _failure(request, candidate_id, form.refused(error))
    return see(f"/candidates/{candidate_id}")


def _proposed(request: Request) -> dict[str, str]:
    local = now(request).astimezone(settings_of(request).time_zone)
    day = local.date().isoformat()
    return {"day": day, "time": f"{local:%H:%M}", "visit_day": day}


def _checked(request: Request, candidate_id: int) -> CheckList:
    return check_list(running(request), candidate_id, today(request), language_of(request))


def _check_list(request: Request, candidate_id: int, form: Form) -> Response:
    checked = _checked(request, candidate_id)
    fields = {"expected": str(checked.one.file.candidate.version), **form.fields}
    return page(
        request,
        "enrolment.html",
        form=Form(fields, form.problems, form.status),
        checked=checked,
        one=checked.one,
        arms=trial_of(request).design.arms,
        symbols=SYMBOLS,
        answerable=answerable(running(request), visitor_of(request).actor.role),
        may=can(
            request,
            Verb.ENROL,
            Verb.ANSWER_CRITERION,
            Verb.WAIVE_CRITERION,
            Verb.OBTAIN_CONSENT,
            Verb.RECORD_VISIT,
            Verb.RECORD_SCREEN_FAILURE,
        ),
    )


def _waiver(request: Request, candidate_id: int, criterion: str, form: Form) -> Response:
    checked = _checked(request, candidate_id)
    lines = [*checked.at_visit, *checked.by_record]
    line = next((line for line in lines if line.opened.id == criterion), None)
    if line is None:
        raise NotFoundError("the protocol has no such criterion")
    return page(
        request, "enrolment_waiver.html", form=form, one=checked.one, line=line, symbols=SYMBOLS
    )


def _failure(request: Request, candidate_id: int, form: Form) -> Response:
    checked = _checked(request, candidate_id)
    return page(request, "screen_failure.html", form=form, one=checked.one, checked=checked)
