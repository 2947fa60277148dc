"""The front door: leads to the first place that the visitor may enter."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.web.access import SIGNED_IN, Pages
from trialrun.web.navigation import MY_ACCOUNT, places_of
from trialrun.web.rendering import see
from trialrun.web.visitors import visitor_of

pages = Pages()


@pages.get("/", SIGNED_IN)
def home(request: Request) -> Response:
    """Go to the first place."""
    places = places_of(request, visitor_of(request))
    return see((places or (MY_ACCOUNT,))[0].path)
