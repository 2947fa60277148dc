"""Forms are sent once: a double click, or a page that is sent again, does nothing a second time.

Every form carries a key of its own. Whoever sends the same key meanwhile waits for the first; after
a form that was accepted the second is refused, after one that was not it is treated as new. The
keys are kept by the process that serves the pages, of which there is one.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from threading import Lock
from typing import Any, cast

from fastapi import Request
from starlette.responses import Response

from trialrun.errors import ConflictError, Problem
from trialrun.web.forms import sent_form

ONCE_FIELD = "once"
_MOST_KEYS = 10_000
"""Forms that are remembered: those of weeks, at a trial's pace."""


def new_key() -> str:
    """Return the key of a form that is shown."""
    return secrets.token_hex(16)


@dataclass
class _Sent:
    lock: Lock = field(default_factory=Lock)
    accepted: bool = False


@dataclass
class SentForms:
    """Which forms have been sent, by their keys."""

    _keys: OrderedDict[str, _Sent] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def taking(self, key: str) -> Iterator[_Sent]:
        """Hold a form while it is treated.

        Raises:
            ConflictError: it was sent before, and accepted.
        """
        with self._lock:
            sent = self._keys.setdefault(key, _Sent())
            while len(self._keys) > _MOST_KEYS:
                self._keys.popitem(last=False)
        with sent.lock:
            if sent.accepted:
                remedy = "open the page again: what it did stands there"
                raise ConflictError(
                    "this form was sent already, and accepted",
                    [Problem(ONCE_FIELD, "it was sent twice; it counts once", remedy)],
                )
            yield sent


def sent_once(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Let a handler treat a form that it accepts once only; an accepted one leads to a page."""

    @wraps(handler)
    def treat(request: Request, **values: Any) -> Response:
        key = sent_form(request).fields.get(ONCE_FIELD, "")
        if not key:
            return handler(request, **values)
        with cast(SentForms, request.app.state.sent_forms).taking(key) as sent:
            response = handler(request, **values)
            sent.accepted = response.status_code == HTTPStatus.SEE_OTHER
        return response

    return treat
