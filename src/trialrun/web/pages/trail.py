"""The audit trail: read by act, person, table or participant; and checked as a whole."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.reading.accounts import full_names
from trialrun.conduct.reading.oversight import participant_names
from trialrun.conduct.reading.trail import TrailFilter, act_page, tables, trail
from trialrun.conduct.roles import Role, Verb
from trialrun.web.access import Pages, RowId, only
from trialrun.web.forms import Form, whole_number
from trialrun.web.rendering import page
from trialrun.web.visitors import language_of, settings_of
from trialrun.web.words import named_part

pages = Pages()
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")
_DAY = len("2022-01-31")
_READERS = only(Role.INVESTIGATOR, Role.DATA_MANAGER, Role.MONITOR, Role.ADMINISTRATOR)


@pages.get("/audit", _READERS)
def show(
    request: Request,
    verb: str = "",
    actor: str = "",
    table: str = "",
    participant: str = "",
    before: str = "",
) -> Response:
    """Show a hundred acts; what is not understood of a question asks for nothing special.

    `actor` is the name of an account, or the full name of whoever it belongs to.
    """
    asked = {"verb": verb, "actor": actor, "table": table, "participant": participant}
    with settings_of(request).database.reading() as session:
        people = full_names(session)
        by_name = {full: name for name, full in people.items()}
        who = actor.strip()
        wanted = TrailFilter(
            verb, by_name.get(who, who), table, whole_number(participant), whole_number(before)
        )
        found = trail(session, wanted)
        participants = participant_names(session)
    return page(
        request,
        "trail.html",
        form=Form(asked),
        found=found,
        verbs=list(Verb),
        tables=[(name, named_part(language_of(request), name)) for name in tables()],
        participants=[(str(row_id), number) for row_id, number in participants],
        people=people,
        dated=_dated,
        utc=_utc,
        asked={name: value for name, value in asked.items() if value},
    )


@pages.get("/audit/acts/{act_id}", _READERS)
def show_act(request: Request, act_id: RowId, after: str = "") -> Response:
    """Show one act and a hundred rows that it wrote."""
    with settings_of(request).database.reading() as session:
        found = act_page(session, act_id, whole_number(after) or 0)
        people = full_names(session)
    return page(request, "trail_act.html", found=found, people=people, dated=_dated, utc=_utc)


@pages.get("/audit/acts/{act_id}/rows", _READERS)
def show_rows(request: Request, act_id: RowId) -> Response:
    """Show the first hundred rows that an act wrote, as a part of the list."""
    with settings_of(request).database.reading() as session:
        found = act_page(session, act_id, after=0)
    return page(request, "trail_act_rows.html", found=found, dated=_dated, utc=_utc)


@pages.get("/audit/verification", _READERS)
def show_verification(request: Request, head: str | None = None) -> Response:
    """Show what the last check found; whoever sends a head, be it empty, has all checked now."""
    checks = settings_of(request).checks
    checked = checks.last if head is None else checks.check(head.strip().lower())
    return page(request, "verification.html", form=Form(), checked=checked)


def _dated(held: object) -> date | datetime | None:
    """Return the day or the moment that the trail keeps as a text; None: it is another text."""
    if not isinstance(held, str) or not _ISO.fullmatch(held):
        return None
    try:
        return date.fromisoformat(held) if len(held) == _DAY else datetime.fromisoformat(held)
    except ValueError:
        return None


def _utc(at: datetime) -> str:
    """Write a moment as it is sealed, for whoever compares it with the trail itself."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
