"""The main places, in the order of a trial; a place is shown once a route leads there.

A page that is added later joins by having its path in this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from trialrun.web.access import Access
from trialrun.web.visitors import Visitor
from trialrun.web.words import msgid


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: its name, its path, its access key, and what else belongs to it.

    `holds` are first parts of the paths of pages that lead from there.
    """

    name: str
    path: str
    key: str
    holds: tuple[str, ...] = ()

    def is_around(self, path: str) -> bool:
        """Return whether a page belongs to this place."""
        return any(path == one or path.startswith(f"{one}/") for one in (self.path, *self.holds))


NAVIGATION = (
    Place(msgid("To do"), "/to-do", "o"),
    Place(msgid("Candidates"), "/candidates", "c", ("/consent-forms", "/logs")),
    Place(
        msgid("Participants"),
        "/participants",
        "p",
        ("/visits", "/values", "/medication", "/medication-periods", "/signatures"),
    ),
    Place(msgid("Calendar"), "/calendar", "k"),
    Place(msgid("Doses"), "/doses", "d"),
    Place(msgid("Safety"), "/safety", "s", ("/adverse-events",)),
    Place(msgid("Deviations"), "/deviations", "v"),
    Place(msgid("Queries"), "/queries", "q"),
    Place(msgid("Audit trail"), "/audit", "t"),
    Place(msgid("Exports"), "/exports", "x"),
    Place(msgid("Accounts"), "/accounts", "a"),
)
MY_ACCOUNT = Place(msgid("My account"), "/my-account", "m")


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
