"""The one page on which anything that was entered in error is taken back, with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from trialrun.web.forms import Form
from trialrun.web.rendering import page


@dataclass(frozen=True)
class Doubt:
    """What the page says: its title, and what taking it back means."""

    title: str
    meaning: str


def taking_back(
    request: Request, doubt: Doubt, target: str, form: Form, *, back: str = ""
) -> Response:
    """Ask why what stands at `target` is taken back; the form goes to its `/void`."""
    return page(
        request, "taking_back.html", form=form, doubt=doubt, target=target, back=back or target
    )
