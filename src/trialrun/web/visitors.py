"""Who asks for a page: the token of the browser, the account behind it, the language.

The browser holds one random token, from before somebody signs in; signing in replaces it. What a
form must bring back (`csrf`) is derived from it: whoever cannot read the cookie cannot know it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hmac import compare_digest
from typing import cast

from babel import negotiate_locale
from starlette.requests import HTTPConnection
from starlette.responses import Response

from trialrun.conduct.actions.accounts import LANGUAGES
from trialrun.conduct.actions.signing_in import actor_of
from trialrun.conduct.acts import Actor
from trialrun.conduct.canonical import digest
from trialrun.conduct.sessions import account_of_session
from trialrun.conduct.tables.accounts import Account
from trialrun.criteria.wording import Language
from trialrun.web.settings import Settings

SESSION_COOKIE = "trialrun"
LANGUAGE_COOKIE = "trialrun-language"
_A_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door; `account` is None before signing in."""

    token: str
    language: str
    account: Account | None = None
    is_new: bool = False

    @property
    def csrf(self) -> str:
        """What every form of this browser brings back."""
        return digest(f"form of {self.token}")

    def brings(self, csrf: str) -> bool:
        """Say whether a form that was sent is one that this browser was given."""
        return not self.is_new and compare_digest(csrf.encode(), self.csrf.encode())

    @property
    def actor(self) -> Actor:
        """Who acts; routes for people who are signed in alone may ask."""
        if self.account is None:
            raise LookupError("nobody is signed in on this route")
        return actor_of(self.account)


def settings_of(connection: HTTPConnection) -> Settings:
    """Return the settings of the application that is asked."""
    return cast(Settings, connection.app.state.settings)


def visitor_of(connection: HTTPConnection) -> Visitor:
    """Return who asks; looked up once for each request."""
    known = getattr(connection.state, "visitor", None)
    if known is None:
        known = _look_up(connection)
        connection.state.visitor = known
    return cast(Visitor, known)


def language_of(connection: HTTPConnection) -> Language:
    """Return the visitor's language."""
    return cast(Language, visitor_of(connection).language)


def stranger(connection: HTTPConnection) -> Visitor:
    """Return who asks without the database: where it cannot be asked, or need not be."""
    token = connection.cookies.get(SESSION_COOKIE, "")
    return Visitor(token or secrets.token_urlsafe(32), _language(connection), is_new=not token)


def give_token(response: Response, settings: Settings, token: str) -> None:
    """Let the browser hold a token until it is closed, out of reach of scripts and other sites."""
    response.set_cookie(
        SESSION_COOKIE, token, httponly=True, samesite="strict", secure=settings.is_secure
    )


def give_language(response: Response, settings: Settings, language: str) -> None:
    """Let the browser remember the language of somebody who is not signed in."""
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_A_YEAR,
        httponly=True,
        samesite="strict",
        secure=settings.is_secure,
    )


def _look_up(connection: HTTPConnection) -> Visitor:
    visitor = stranger(connection)
    if visitor.is_new:
        return visitor
    settings = settings_of(connection)
    account = account_of_session(settings.database, visitor.token, settings.clock())
    if account is None:
        return visitor
    return Visitor(visitor.token, account.language, account)


def _language(connection: HTTPConnection) -> str:
    chosen = connection.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = connection.headers.get("accept-language", "").split(",")
    preferred = [part.partition(";")[0].strip().partition("-")[0] for part in wanted]
    return negotiate_locale(preferred, LANGUAGES) or LANGUAGES[0]
