"""What a form sent, and what is said about it: kept as typed, each reason beside its field.

Refuses forms without the token of the browser that was given them (cross-site request forgery),
files, and characters that nobody can see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import cast

from fastapi import Request

from trialrun.conduct.texts import is_unseen
from trialrun.errors import ConflictError, ForbiddenError, NotFoundError, Problem, RefusedError
from trialrun.web.visitors import settings_of, stranger

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"
LARGEST_ID = 2**31 - 1
"""The largest id that PostgreSQL keeps in an integer."""
_MOST_FIELDS = 500
PASSWORD_FIELDS = frozenset({"password", "old", "new", "again"})
"""Fields of what is never kept: only its hash is."""


@dataclass(frozen=True)
class Form:
    """The fields as they were typed, and the problems with them."""

    fields: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    status: int = HTTPStatus.OK

    def __getitem__(self, name: str) -> str:
        """Return what was typed; a field that was not sent is empty."""
        return self.fields.get(name, "")

    def number(self, name: str) -> int | None:
        """Return a field that holds a whole number, or None."""
        return whole_number(self[name])

    @property
    def expected(self) -> int:
        """The version of the row that the form was made of; 0, which none has: not a number."""
        return self.number("expected") or 0

    def ticked(self, name: str) -> bool:
        """Say whether a box was ticked."""
        return name in self.fields

    def of(self, *names: str) -> list[Problem]:
        """Return what is wrong with one field, or with several that are one to the reader."""
        return [problem for problem in self.problems if problem.where in names]

    def refused(self, error: RefusedError) -> Form:
        """Return the form to show again: what was typed, why not, and the status of the answer."""
        conflict = isinstance(error, ConflictError)
        status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
        problems = error.problems or [Problem("", error.message)]
        return Form(self.fields, problems, status)


@dataclass(frozen=True)
class SentForm(Form):
    """A form as it was sent. While a field of it holds what nobody can see, none can be read."""

    unseen: Sequence[Problem] = ()

    def __getitem__(self, name: str) -> str:
        """Return what was typed; a field that was not sent is empty.

        Raises:
            RefusedError: some field holds a character that cannot be seen.
        """
        if self.unseen:
            raise RefusedError("this cannot be read", self.unseen)
        return super().__getitem__(name)


class OldFormError(ForbiddenError):
    """A form came without the token of the browser's session: it was opened before that."""


async def take_in_form(request: Request) -> None:
    """Read the form that was sent, and see that this browser was given it.

    Raises:
        ForbiddenError: a page of another site sent it.
        OldFormError: it was not, or before somebody signed in last.
    """
    _refuse_other_sites(request)
    sent = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    token = request.headers.get(CSRF_HEADER) or fields.pop(CSRF_FIELD, "")
    request.state.form = SentForm(fields, unseen=tuple(_unseen(fields)))
    if not stranger(request).brings(token):
        raise OldFormError("this form has grown old; open the page again, and fill it in anew")


def _refuse_other_sites(request: Request) -> None:
    """See that no page of another site sent the form, before it could be offered to be sent again.

    A proxy may leave the port out of the host that it passes on; then the address says it.
    """
    origin = request.headers.get("origin")
    own = (request.headers.get("host"), settings_of(request).authority)
    if origin is not None and origin.partition("://")[2] not in own:
        raise ForbiddenError("a page of another site sent this form; open the page here")


def _unseen(fields: Mapping[str, str]) -> Iterator[Problem]:
    for name, typed in fields.items():
        if name not in PASSWORD_FIELDS and (is_unseen(name) or is_unseen(typed)):
            yield Problem(name, "it holds a character that cannot be seen", "write it anew")


def refuse_unseen_address(request: Request) -> None:
    """See that no part of an address holds a character that nobody can see: none of ours does.

    Raises:
        NotFoundError: one does.
    """
    asked = (part for pair in request.query_params.multi_items() for part in pair)
    if any(map(is_unseen, (request.url.path, request.scope["path"], *asked))):
        raise NotFoundError("there is nothing at an address with characters that cannot be seen")


def sent_form(request: Request) -> Form:
    """Return the form that was taken in."""
    return cast(Form, request.state.form)


def page_number(text: str) -> int:
    """Return which page of a list is asked for; what is not understood asks for the first."""
    return max(1, whole_number(text) or 1)


def pages_of(rows: int, on_a_page: int) -> int:
    """Return how many pages a list has, at least one."""
    return max(1, ceil(rows / on_a_page))


def whole_number(text: str) -> int | None:
    """Return a whole number from 0, as either database can hold it, or None."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST_ID))):
        return None
    return number if (number := int(digits)) <= LARGEST_ID else None
