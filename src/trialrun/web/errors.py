"""Errors as pages, in the visitor's language: what happened and what to do, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from trialrun.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    Problem,
    RefusedError,
    StoreError,
    TrialrunError,
)
from trialrun.web.access import PASSWORD_PAGE, NotSignedInError, PasswordChangeNeededError
from trialrun.web.forms import PASSWORD_FIELDS, Form, OldFormError, sent_form
from trialrun.web.rendering import page, see
from trialrun.web.unsent import UNSENT_FIELD, Unsent, kept, late
from trialrun.web.visitors import Visitor, stranger, visitor_of
from trialrun.web.words import msgid

_LOG = logging.getLogger("trialrun.web")


@dataclass(frozen=True)
class Words:
    """The title of an error page, and what to do."""

    title: str
    remedy: str


_WORDS = {
    HTTPStatus.FORBIDDEN: Words(
        msgid("You may not do this"), msgid("Ask somebody whose role it is, or an administrator.")
    ),
    HTTPStatus.NOT_FOUND: Words(
        msgid("There is no such page"), msgid("Go on from one of the places above.")
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Words(
        msgid("There is no such page"), msgid("Go on from one of the places above.")
    ),
    HTTPStatus.CONFLICT: Words(
        msgid("This was changed meanwhile"), msgid("Open the page again: it shows what is so now.")
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Words(
        msgid("This is more than a form can hold"),
        msgid("Nothing was changed. Go back in the browser, and make the texts shorter."),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: Words(
        msgid("This cannot be done"), msgid("Nothing was changed.")
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Words(
        msgid("The database cannot be used"),
        msgid("Nothing was changed. Try again; if it stays so, tell whoever runs this server."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Words(
        msgid("The program has failed"),
        msgid("Nothing was changed. Tell whoever runs this server, and when it was."),
    ),
}
_STATUS: tuple[tuple[type[TrialrunError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (ConflictError, HTTPStatus.CONFLICT),
    (RefusedError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StoreError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def install(application: FastAPI) -> None:
    """Let an application answer every error with its page."""
    handlers: dict[type[Exception], Callable[[Request, Any], Response]] = {
        TrialrunError: _told,
        OldFormError: _look_and_send,
        NotSignedInError: _sign_in_first,
        PasswordChangeNeededError: _choose_a_password,
        HTTPException: _refused_by_the_framework,
        RequestValidationError: _forged,
    }
    for error, handler in handlers.items():
        application.add_exception_handler(error, handler)


def fault_page(connection: HTTPConnection) -> Response:
    """Return the page of a fault of the program; it asks nothing of the database."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return error_page(
        connection, status, visitor=stranger(connection), unsent=_not_written(connection)
    )


def error_page(
    connection: HTTPConnection,
    status: int,
    message: str = "",
    problems: Sequence[Problem] = (),
    visitor: Visitor | None = None,
    unsent: Unsent | None = None,
) -> Response:
    """Return the page of an error; `message` and `problems` are English, and may be msgids.

    `unsent` is a form that the error kept from being written.
    """
    known = _WORDS.get(HTTPStatus(status), _WORDS[HTTPStatus.UNPROCESSABLE_ENTITY])
    return page(
        connection,
        "error.html",
        status=status,
        visitor=visitor,
        title=known.title,
        remedy=known.remedy,
        message=message,
        problems=problems,
        unsent=unsent,
    )


def _not_written(connection: HTTPConnection) -> Unsent | None:
    """Return the form that came, if it can be sent again as it is: one with a password cannot."""
    form: Form | None = getattr(connection.state, "form", None)
    if form is None or PASSWORD_FIELDS & form.fields.keys():
        return None
    return late(connection.url.path, form.fields)


def _told(request: Request, error: TrialrunError) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), None)
    if status is None:
        return fault_page(request)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        # Where the database is, and what is wrong with it, is for whoever runs the server.
        found = "; ".join(problem.found for problem in error.problems)
        _LOG.error("the database cannot be used: %s", found)
        kept_form = _not_written(request)
        return error_page(request, status, visitor=stranger(request), unsent=kept_form)
    return error_page(request, status, error.message, error.problems)


def _sign_in_first(request: Request, _: NotSignedInError) -> Response:
    if request.method == "GET":
        return see("/sign-in", next=request.url.path)
    if request.url.path == "/sign-out":
        return see("/sign-in")
    text = kept(request.url.path, sent_form(request).fields)
    form = Form({"next": "/", UNSENT_FIELD: text})
    return page(request, "sign_in.html", status=HTTPStatus.UNAUTHORIZED, form=form)


def _look_and_send(request: Request, error: OldFormError) -> Response:
    """Offer again what somebody typed into a form of an earlier session: they look, and send."""
    typed = late(request.url.path, sent_form(request).fields)
    if visitor_of(request).account is None or typed is None:
        return _told(request, error)
    return page(request, "send_again.html", status=HTTPStatus.FORBIDDEN, unsent=typed)


def _choose_a_password(_request: Request, _: PasswordChangeNeededError) -> Response:
    return see(PASSWORD_PAGE)


def _refused_by_the_framework(request: Request, error: HTTPException) -> Response:
    return error_page(request, error.status_code)


def _forged(request: Request, _: RequestValidationError) -> Response:
    """Answer a path whose id is no number: there is no such page."""
    return error_page(request, HTTPStatus.NOT_FOUND)
