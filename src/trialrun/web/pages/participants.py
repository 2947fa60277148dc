"""Participants: the list, one participant as of today, and the end of participation."""

from __future__ import annotations

from datetime import date

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.enrolment import end_participation
from trialrun.conduct.reading.consents import who_signs_again
from trialrun.conduct.reading.medication import medications_of
from trialrun.conduct.reading.safety import adverse_events_of
from trialrun.conduct.reading.visits import visits_of
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.participants import EndOfParticipation
from trialrun.errors import RefusedError
from trialrun.web.access import SIGNED_IN, Pages, RowId, may
from trialrun.web.forms import Form, page_number, pages_of, sent_form
from trialrun.web.pages.clinic_drawing import timeline_of
from trialrun.web.pages.consent_notice import consent_notice
from trialrun.web.pages.event_fields import term_namer
from trialrun.web.refusals import placed
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting, can, enrolled_participant, sex_of_candidate, today, trial_of
from trialrun.web.typed import Typed
from trialrun.web.visitors import settings_of, visitor_of
from trialrun.workflows.asking import asked_of
from trialrun.workflows.dosing import doses_on
from trialrun.workflows.due import word_of
from trialrun.workflows.standing import (
    PAGE,
    completion_problems,
    counts,
    participants_page,
    standing,
)
from trialrun.workflows.visiting import visits_shown

pages = Pages()


@pages.get("/participants", SIGNED_IN)
def show_all(request: Request, number: str = "1") -> Response:
    """List a hundred participants, and what is next for each."""
    asked = page_number(number)
    with settings_of(request).database.reading() as session:
        found, everybody = participants_page(
            session,
            trial_of(request).design,
            today(request),
            asked,
            zone=settings_of(request).time_zone,
        )
        again = who_signs_again(session, today(request))
    return page(
        request,
        "participants.html",
        found=found,
        sign_again={one.participant.id for one in again if one.participant},
        everybody=everybody,
        number=asked,
        last=pages_of(everybody, PAGE),
        on=today(request),
    )


@pages.get("/participants/{participant_id}", SIGNED_IN)
def show_one(request: Request, participant_id: RowId) -> Response:
    """Show everything of one participant on one page, to be read or printed."""
    trial, on = trial_of(request), today(request)
    with settings_of(request).database.reading() as session:
        one = enrolled_participant(request, session, participant_id)
        stands = standing(one, trial.design, on)
        visits = visits_of(session, one.row.candidate_id)
        sex = sex_of_candidate(request, session, one.row.candidate_id)
        shown = visits_shown(session, trial, visits, sex)
        asked = asked_of(session, trial, one.row, sex)
        events = adverse_events_of(session, participant_id)
        counted = counts(session, participant_id)
        doses = doses_on(
            session, trial.design, participant_id, on, zone=settings_of(request).time_zone
        )
        medications = medications_of(session, participant_id)
    return page(
        request,
        "participant.html",
        one=one,
        consent=consent_notice(request, one),
        stands=stands,
        recorded={one.row.planned: one for one in shown if one.row.planned},
        unscheduled=[one for one in shown if not one.row.planned],
        asked={of_one.visit.id: of_one for of_one in asked if of_one.lines},
        events=events,
        named=term_namer(request),
        word_of=word_of,
        timeline=timeline_of(stands, events, trial.design, visitor_of(request).language),
        on=on,
        can=can(request, Verb.RECORD_VISIT, Verb.RECORD_DOSE, Verb.END_PARTICIPATION),
        counts=counted,
        doses=doses,
        medications=medications,
    )


@pages.get("/participants/{participant_id}/end", may(Verb.END_PARTICIPATION))
def show_end(request: Request, participant_id: RowId) -> Response:
    """Ask how participation ended."""
    return _end(request, participant_id, Form({"ended_on": today(request).isoformat()}))


@pages.post("/participants/{participant_id}/end", may(Verb.END_PARTICIPATION))
def end(request: Request, participant_id: RowId) -> Response:
    """Record how participation ended."""
    form, typed = sent_form(request), Typed(sent_form(request))
    try:
        ended_on, why = typed.day("ended_on"), typed.choice("why", EndOfParticipation)
        typed.done()
        if why is EndOfParticipation.COMPLETED:
            _see_that_it_is_over(request, participant_id, ended_on)
        end_participation(
            *acting(request),
            participant_id,
            version=form.expected,
            ended_on=ended_on,
            why=why,
            note=form["reason"],
            today=today(request),
        )
    except RefusedError as error:
        return _end(request, participant_id, form.refused(placed(error, ended_why="why")))
    return see(f"/participants/{participant_id}")


def _see_that_it_is_over(request: Request, participant_id: int, ended_on: date) -> None:
    with settings_of(request).database.reading() as session:
        one = enrolled_participant(request, session, participant_id)
    if problems := tuple(completion_problems(one, trial_of(request).design, ended_on)):
        raise RefusedError("this cannot be written", problems)


def _end(request: Request, participant_id: int, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        one = enrolled_participant(request, session, participant_id)
    return page(
        request,
        "participant_end.html",
        form=form,
        row=one.row,
        consent=consent_notice(request, one),
        reasons=list(EndOfParticipation),
    )
