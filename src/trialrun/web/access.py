"""Who may use a route: declared where the route is made, enforced before it runs.

    pages = Pages()

    @pages.post("/accounts", may(Verb.CREATE_ACCOUNT))
    def create(request: Request) -> Response: ...

Refuses routes that do not say who may use them: there is no other way to make one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from trialrun.conduct.roles import MAY, Role, Verb
from trialrun.errors import ForbiddenError
from trialrun.web.forms import LARGEST_ID, refuse_unseen_address, take_in_form
from trialrun.web.once import sent_once
from trialrun.web.visitors import visitor_of

Handler = Callable[..., Response]
PASSWORD_PAGE = "/my-account/password"
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
"""An id in a path; what no database can hold leads to no page."""


class NotSignedInError(Exception):
    """The page is for people who are signed in; the visitor is not, or is no longer."""


class PasswordChangeNeededError(Exception):
    """Whoever holds a one-time password chooses another before anything else."""


@dataclass(frozen=True)
class Access:
    """Who may use a route. `anyone`: without signing in, too; `before_password`: with a
    one-time password still."""

    roles: frozenset[Role]
    anyone: bool = False
    before_password: bool = False

    def __call__(self, request: Request) -> None:
        """Let the visitor in.

        Raises:
            NotSignedInError, PasswordChangeNeededError, ForbiddenError: not this one.
        """
        if self.anyone:
            return
        account = visitor_of(request).account
        if account is None:
            raise NotSignedInError
        if account.password_is_one_time and not self.before_password:
            raise PasswordChangeNeededError
        if account.role not in self.roles:
            raise ForbiddenError("your role may not do this")


EVERYONE = frozenset(Role)
ANYONE = Access(EVERYONE, anyone=True)
SIGNED_IN = Access(EVERYONE)
WITH_ANY_PASSWORD = Access(EVERYONE, before_password=True)


def may(verb: Verb) -> Access:
    """Return the access of whoever may do this: a route that does it, or shows its form."""
    return Access(MAY[verb])


def only(*roles: Role) -> Access:
    """Return the access of some roles: a route that only reads."""
    return Access(frozenset(roles))


CANDIDATE_READERS = only(Role.INVESTIGATOR, Role.COORDINATOR, Role.DATA_MANAGER, Role.MONITOR)
"""A pharmacist and an administrator need no hospital records of people who are not enrolled."""


@dataclass(frozen=True)
class Route:
    """One way in: method, path, what runs, and who may."""

    method: str
    path: str
    handler: Handler
    access: Access

    def checks(self) -> Iterator[Any]:
        """Yield what runs before the handler: address and form's own token first, then access."""
        yield Depends(refuse_unseen_address)
        if self.method == "POST":
            yield Depends(take_in_form)
        yield Depends(self.access)

    def served(self) -> APIRoute:
        """Return the route as an application serves it."""
        return APIRoute(
            self.path,
            sent_once(self.handler) if self.method == "POST" else self.handler,
            methods=[self.method],
            dependencies=list(self.checks()),
            response_model=None,
            include_in_schema=False,
        )


@dataclass(frozen=True)
class Pages:
    """The routes of one file of pages."""

    routes: list[Route] = field(default_factory=list)

    def get(self, path: str, access: Access) -> Callable[[Handler], Handler]:
        """Make a route that reads."""
        return self._declare("GET", path, access)

    def post(self, path: str, access: Access) -> Callable[[Handler], Handler]:
        """Make a route that writes; its form must bring back the token that it was given."""
        return self._declare("POST", path, access)

    def _declare(self, method: str, path: str, access: Access) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            self.routes.append(Route(method, path, handler, access))
            return handler

        return declare
