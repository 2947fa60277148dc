"""Which places of the navigation a visitor sees: those that exist, and that the role may enter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from starlette.requests import HTTPConnection

from trialrun.web.access import Access
from trialrun.web.navigation import NAVIGATION, Place
from trialrun.web.visitors import Visitor


def places_of(connection: HTTPConnection, visitor: Visitor) -> tuple[Place, ...]:
    """Return the places that a visitor may enter, in their order."""
    if visitor.account is None or visitor.account.password_is_one_time:
        return ()
    readable = cast(Mapping[str, Access], connection.app.state.readable)
    role = visitor.account.role
    return tuple(
        place
        for place in NAVIGATION
        if (access := readable.get(place.path)) is not None and role in access.roles
    )
