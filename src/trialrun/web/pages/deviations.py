"""Deviations: the list, one with the rows behind it, its judgement; what somebody noticed."""

from __future__ import annotations

import re
from functools import partial

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.deviations import (
    DeviationEntry,
    Judgement,
    judge_deviation,
    report_deviation,
    report_to_ethics,
)
from trialrun.conduct.reading.oversight import (
    DEVIATIONS_ON_A_PAGE,
    DeviationFilter,
    deviations_page,
    judge_of,
    participant_names,
)
from trialrun.conduct.roles import Verb
from trialrun.conduct.rows import find
from trialrun.conduct.tables.deviations import Deviation, DeviationKind, DeviationStatus
from trialrun.conduct.tables.participants import Participant
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.described import described
from trialrun.web.forms import Form, page_number, pages_of, sent_form, whole_number
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, now, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import language_of, settings_of, visitor_of
from trialrun.web.words import msgid, said, titled
from trialrun.workflows.behind_deviations import recorded_dose_of, recorded_visit_of
from trialrun.workflows.watching import watch_participants

pages = Pages()
_DOSE = re.compile(r"(\d+)\.(\d+)")
_DOSE_NAME = msgid("Course %(course)d, dose %(number)d")


@pages.get("/deviations", SIGNED_IN)
def show_all(
    request: Request, status: str = "", kind: str = "", participant: str = "", number: str = "1"
) -> Response:
    """List deviations, those to judge in front; what is not understood of a filter asks for all."""
    asked = {"status": status, "kind": kind, "participant": participant}
    which = page_number(number)
    wanted = DeviationFilter(status, kind, whole_number(participant))
    with settings_of(request).database.reading() as session:
        found, everything = deviations_page(session, wanted, which)
        participants = participant_names(session)
    return page(
        request,
        "deviations.html",
        form=Form(asked),
        found=found,
        everything=everything,
        described=described,
        concerns=partial(_concerns, request),
        asked={name: value for name, value in asked.items() if value},
        number=which,
        last=pages_of(everything, DEVIATIONS_ON_A_PAGE),
        participants=participants,
        statuses=list(DeviationStatus),
        kinds=list(DeviationKind),
        chosen=next((one for one, _ in participants if one == wanted.participant_id), None),
        can=can(request, Verb.PROPOSE_DEVIATION, Verb.REPORT_DEVIATION),
    )


@pages.post("/deviations/look", may(Verb.PROPOSE_DEVIATION))
def look(request: Request) -> Response:
    """Look after all participants as of today, and say what was found."""
    settings = settings_of(request)
    found = watch_participants(
        settings.database,
        trial_of(request),
        visitor_of(request).actor,
        now(request),
        today(request),
        zone=settings.time_zone,
        data=settings.data,
    )
    return page(request, "deviations_found.html", watch=found, described=described)


@pages.get("/deviations/{deviation_id}", SIGNED_IN)
def show_one(request: Request, deviation_id: RowId) -> Response:
    """Show one deviation."""
    return _one(request, deviation_id, None)


@pages.post("/deviations/{deviation_id}/judgement", may(Verb.JUDGE_DEVIATION))
def judge(request: Request, deviation_id: RowId) -> Response:
    """Confirm or dismiss a deviation."""
    form, typed = sent_form(request), Typed(sent_form(request))
    try:
        status = typed.choice("status", DeviationStatus)
        typed.done()
        judge_deviation(
            *acting(request),
            deviation_id,
            Judgement(status, _IMPORTANT.get(form["important"]), form["action_taken"]),
            version=form.expected,
            reason=form["reason"],
        )
    except RefusedError as error:
        return _one(request, deviation_id, form.refused(error))
    return see(f"/deviations/{deviation_id}")


_IMPORTANT = {"yes": True, "no": False}


@pages.post("/deviations/{deviation_id}/ethics", may(Verb.REPORT_TO_ETHICS))
def tell_ethics(request: Request, deviation_id: RowId) -> Response:
    """Record that the ethics committee was told."""
    form, typed = sent_form(request), Typed(sent_form(request))
    try:
        reported_on = typed.day("reported_on")
        typed.done()
        report_to_ethics(
            *acting(request),
            deviation_id,
            reported_on,
            version=form.expected,
            today=today(request),
        )
    except RefusedError as error:
        return _one(request, deviation_id, form.refused(error))
    return see(f"/deviations/{deviation_id}")


@pages.get("/participants/{participant_id}/deviations/new", may(Verb.REPORT_DEVIATION))
def show_new(request: Request, participant_id: RowId) -> Response:
    """Ask what somebody noticed."""
    return _new(request, participant_id, Form())


@pages.post("/participants/{participant_id}/deviations/new", may(Verb.REPORT_DEVIATION))
def report(request: Request, participant_id: RowId) -> Response:
    """Record what somebody noticed."""
    form, typed = sent_form(request), Typed(sent_form(request))
    try:
        kind = typed.choice("kind", DeviationKind)
        typed.done()
        deviation = report_deviation(
            *acting(request),
            participant_id,
            DeviationEntry(kind, form["concerns"], form["description"], form["occurred"]),
            today=today(request),
        )
    except RefusedError as error:
        return _new(request, participant_id, form.refused(error))
    return see(f"/deviations/{deviation.id}")


def _one(request: Request, deviation_id: int, form: Form | None) -> Response:
    with settings_of(request).database.reading() as session:
        deviation = find(session, Deviation, deviation_id)
        participant = session.get_one(Participant, deviation.participant_id)
        judged_by = judge_of(session, deviation)
        visit = recorded_visit_of(session, deviation)
        dose = recorded_dose_of(session, deviation)
    trial = trial_of(request)
    return page(
        request,
        "deviation.html",
        form=form or _as_judged(deviation),
        deviation=deviation,
        concerns=partial(_concerns, request),
        participant=participant,
        judged_by=judged_by,
        visit=visit,
        dose=dose,
        text=described(deviation, visitor_of(request).language),
        criterion=next((one for one in trial.criteria if one.id == deviation.concerns), None),
        statuses=[DeviationStatus.CONFIRMED, DeviationStatus.DISMISSED],
        can=can(request, Verb.JUDGE_DEVIATION, Verb.REPORT_TO_ETHICS),
    )


def _concerns(request: Request, deviation: Deviation) -> str:
    """Name the criterion, the visit or the dose that a deviation is about; else as written."""
    trial, language, about = trial_of(request), language_of(request), deviation.concerns
    if dose := _DOSE.fullmatch(about):
        course, number = map(int, dose.groups())
        return said(language, _DOSE_NAME) % {"course": course, "number": number}
    for criterion in trial.criteria:
        if criterion.id == about and criterion.title:
            return f"{about} {criterion.title.in_language(language)}"
    visits = (visit for visit in trial.design.named_visits if visit.id == about)
    named = (f"{about} {titled(language, visit)}" for visit in visits)
    return next(named, about)


def _as_judged(deviation: Deviation) -> Form:
    important = {True: "yes", False: "no", None: ""}[deviation.important]
    is_judged = deviation.status != DeviationStatus.PROPOSED
    return Form(
        {
            "status": deviation.status if is_judged else "",
            "important": important,
            "action_taken": deviation.action_taken,
            "expected": str(deviation.version),
        }
    )


def _new(request: Request, participant_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        participant = find(session, Participant, participant_id)
    return page(
        request,
        "deviation_new.html",
        form=form,
        participant=participant,
        kinds=list(DeviationKind),
    )
