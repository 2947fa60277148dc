"""The screening log, the enrolment log and the flow of participants, to be read and printed."""

from __future__ import annotations

from functools import partial

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from trialrun.conduct.reading.flow import enrolment_log, flow, screening_log
from trialrun.report.flow_figure import flow_figure
from trialrun.report.voice import Voice
from trialrun.web.access import CANDIDATE_READERS, Pages
from trialrun.web.rendering import page
from trialrun.web.trial import now, trial_of
from trialrun.web.visitors import language_of, settings_of
from trialrun.web.words import said

pages = Pages()


@pages.get("/logs/screening", CANDIDATE_READERS)
def show_screening(request: Request) -> Response:
    """Show whoever was approached."""
    with settings_of(request).database.reading() as session:
        lines = screening_log(session)
    return page(request, "log_screening.html", lines=lines, at=now(request))


@pages.get("/logs/enrolment", CANDIDATE_READERS)
def show_enrolment(request: Request) -> Response:
    """Show the participants by their numbers."""
    with settings_of(request).database.reading() as session:
        lines = enrolment_log(session)
    return page(request, "log_enrolment.html", lines=lines, at=now(request))


@pages.get("/logs/flow", CANDIDATE_READERS)
def show_flow(request: Request) -> Response:
    """Draw the flow of participants."""
    with settings_of(request).database.reading() as session:
        counted = flow(session)
    language = language_of(request)
    voice = Voice.of(trial_of(request), language)
    drawn = flow_figure(counted, voice, partial(said, language))
    return page(request, "log_flow.html", figure=Markup(drawn), at=now(request))
