"""Exports: data of the trial as one file to keep, and which data went out before."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.reading.exports import participant_numbers, past_exports
from trialrun.conduct.roles import Verb
from trialrun.criteria.wording import Language
from trialrun.errors import Problem, RefusedError
from trialrun.web.access import Pages, may
from trialrun.web.forms import Form, sent_form
from trialrun.web.rendering import page
from trialrun.web.trial import now, running
from trialrun.web.visitors import language_of, settings_of, visitor_of
from trialrun.web.words import msgid
from trialrun.workflows.exporting import ExportOrder, Format, export_to_download

pages = Pages()


@dataclass(frozen=True)
class Offered:
    """A format that the page offers: its name, and what it is."""

    format: Format
    name: str
    about: str


_OFFERED = (
    Offered(
        Format.ODM,
        "CDISC ODM 1.3.2",
        msgid("One XML file: every value, with who wrote it, when and why."),
    ),
    Offered(
        Format.SDTM,
        "SDTM (IG 3.4)",
        msgid("Datasets as Dataset-JSON 1.1 and as CSV."),
    ),
    Offered(Format.CSV, "CSV", msgid("One file per table and per form; Excel opens them.")),
    Offered(
        Format.ARCHIVE,
        msgid("Archives (HTML)"),
        msgid("The complete archive of each participant, with the audit trail; it prints."),
    ),
)
_EVERYTHING = {one.format.value: "yes" for one in _OFFERED}


@pages.get("/exports", may(Verb.EXPORT))
def show(request: Request) -> Response:
    """Show what can be taken out, and what was."""
    return _page(request, Form(_EVERYTHING))


@pages.post("/exports", may(Verb.EXPORT))
def take_out(request: Request) -> Response:
    """Give the export as one ZIP file; the trail has it before the visitor has."""
    form = sent_form(request)
    try:
        order = _order(form, language_of(request))
    except RefusedError as error:
        return _page(request, form.refused(error))
    trial, at = running(request), now(request)
    packed = export_to_download(trial, order, visitor_of(request).actor, at)
    name = f"{trial.protocol.name}-{at.astimezone(trial.zone):%Y%m%d-%H%M%S}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(packed, media_type="application/zip", headers=headers)


def _order(form: Form, language: Language) -> ExportOrder:
    formats = tuple(one.format for one in _OFFERED if form.ticked(one.format))
    if not formats:
        problem = Problem("formats", "nothing is ticked", "choose at least one format")
        raise RefusedError("this cannot be exported", [problem])
    numbers = (form["participant"],) if form["participant"] else ()
    return ExportOrder(formats, numbers, language)


def _page(request: Request, form: Form) -> Response:
    with settings_of(request).database.reading() as session:
        past = past_exports(session)
        numbers = participant_numbers(session)
    return page(
        request, "exports.html", form=form, offered=_OFFERED, past=past, participants=numbers
    )
