"""The audit trail: read by act, person, table or participant; and checked as a whole."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.audit import verify
from trialrun.conduct.reading.trail import TrailFilter, act_page, tables, trail
from trialrun.conduct.roles import Role, Verb
from trialrun.web.access import Pages, RowId, only
from trialrun.web.forms import Form, whole_number
from trialrun.web.rendering import page
from trialrun.web.visitors import settings_of

pages = Pages()
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
    """Show a hundred acts; what is not understood of a question asks for nothing special."""
    asked = {"verb": verb, "actor": actor, "table": table, "participant": participant}
    wanted = TrailFilter(
        verb, actor.strip(), table, whole_number(participant), whole_number(before)
    )
    with settings_of(request).database.reading() as session:
        found = trail(session, wanted)
    return page(
        request,
        "trail.html",
        form=Form(asked),
        found=found,
        verbs=list(Verb),
        tables=tables(),
        asked={name: value for name, value in asked.items() if value},
    )


@pages.get("/audit/acts/{act_id}", _READERS)
def show_act(request: Request, act_id: RowId, after: str = "") -> Response:
    """Show one act and a hundred rows that it wrote."""
    with settings_of(request).database.reading() as session:
        found = act_page(session, act_id, whole_number(after) or 0)
    return page(request, "trail_act.html", found=found)


@pages.get("/audit/verification", _READERS)
def show_verification(request: Request, head: str = "") -> Response:
    """Check every seal and every row, and a head that was printed."""
    printed = head.strip().lower()
    checked = verify(settings_of(request).database, printed or None)
    return page(request, "verification.html", form=Form({"head": printed}), checked=checked)
