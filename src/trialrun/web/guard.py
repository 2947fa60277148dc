"""What stands around every answer: headers, the size of what is sent, and faults without a word.

The Content-Security-Policy lets scripts and styles come from this server's own files only: a
script in a patient's name would not run even if a page forgot to escape it. Of a fault the log
gets the places in the program, because the message may quote a record. There is no log of who
asked for what: the trail says who did what.
"""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trialrun.web.errors import error_page, fault_page
from trialrun.web.settings import Settings
from trialrun.web.visitors import stranger

LARGEST_BODY = 1_000_000
"""Bytes that a form may bring; the longest has some hundred fields."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_HSTS = "max-age=31536000"
_PROGRAM = Path(__file__).parents[1]
_LOG = logging.getLogger("trialrun.web")


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        refusal = _refusal(scope, self._settings)
        try:
            await (refusal or self._app)(scope, receive, answer)
        except ClientDisconnect:
            return  # nobody is there to be answered, and nothing has failed
        except Exception as error:  # noqa: BLE001 - the last place that can keep it from the log
            _log_places(error)
            if not started:
                await fault_page(HTTPConnection(scope))(scope, receive, answer)

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in _HEADERS.items():
            headers[name] = value
        headers.setdefault("cache-control", "no-store")
        if self._settings.is_secure:
            headers["strict-transport-security"] = _HSTS


def _refusal(scope: Scope, settings: Settings) -> ASGIApp | None:
    """Return what is answered to requests that get no further."""
    headers = Headers(scope=scope)
    if _host_named(headers) != settings.host:
        text = "This server does not answer to that name.\n"
        return PlainTextResponse(text, HTTPStatus.MISDIRECTED_REQUEST)
    if scope["method"] not in ("POST", "PUT", "PATCH"):
        return None
    length = headers.get("content-length", "")
    if not length.isdigit():
        return PlainTextResponse("Say how long it is.\n", HTTPStatus.LENGTH_REQUIRED)
    if int(length) > LARGEST_BODY:
        asked = HTTPConnection(scope)
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return error_page(asked, status, visitor=stranger(asked))
    return None


def _host_named(headers: Headers) -> str:
    """Return the host without its port; an IPv6 one without its brackets."""
    host = headers.get("host", "").lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _log_places(error: Exception) -> None:
    places = [
        f"{Path(frame.filename).relative_to(_PROGRAM)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PROGRAM)
    ]
    _LOG.error("the program has failed (%s): %s", type(error).__name__, "; ".join(places))
