"""Signing in at an outside identity provider (OpenID Connect), where one is configured.

What the way there and back must have in common (state, nonce, code verifier) waits in a cookie of
ten minutes. It comes back from another site, so it is the one cookie that is not `Strict`; and the
session's own cookie, which is, is used only from the page after that.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions.signing_in import sign_in_as_subject
from trialrun.errors import ForbiddenError, NotFoundError
from trialrun.web.access import ANYONE, Pages
from trialrun.web.openid import Journey, Provider
from trialrun.web.rendering import page, see
from trialrun.web.settings import Settings
from trialrun.web.visitors import give_token, settings_of, stranger

pages = Pages()
_COOKIE = "trialrun-outside"
_BACK = "/sign-in/outside/back"
_TEN_MINUTES = 600


@pages.get("/sign-in/outside", ANYONE)
def leave(request: Request) -> Response:
    """Send the browser to the provider."""
    settings = settings_of(request)
    address, journey = _provider(settings).departure()
    response = see(address)
    response.set_cookie(
        _COOKIE,
        journey.packed(),
        max_age=_TEN_MINUTES,
        path=_BACK,
        httponly=True,
        samesite="lax",
        secure=settings.is_secure,
    )
    return response


@pages.get(_BACK, ANYONE)
def come_back(request: Request) -> Response:
    """Take whom the provider vouches for, if there is an account for them."""
    settings = settings_of(request)
    journey = Journey.unpacked(request.cookies.get(_COOKIE, ""))
    query = request.query_params
    if journey is None or "code" not in query or query.get("state") != journey.state:
        raise ForbiddenError("the identity provider did not sign you in; try again")
    subject = _provider(settings).subject(query["code"], journey)
    account, token = sign_in_as_subject(settings.database, subject, settings.clock())
    visitor = stranger(request)
    response = page(request, "welcome.html", visitor=visitor, name=account.full_name)
    give_token(response, settings, token)
    response.delete_cookie(_COOKIE, path=_BACK)
    return response


def _provider(settings: Settings) -> Provider:
    if settings.openid is None:
        raise NotFoundError("no identity provider is configured")
    return Provider(settings.openid, settings.address + _BACK)
