"""What somebody typed when the session ended: kept in the page that asks to sign in, offered again.

The server keeps nothing of it. Passwords are left out, and the key by which a form counts once: it
is another form by then. Refuses to send anything by itself: a person looks, and sends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from trialrun.web.forms import PASSWORD_FIELDS
from trialrun.web.once import ONCE_FIELD

UNSENT_FIELD = "unsent"
EXPECTED_FIELD = "expected"
"""The version that a form is about; it means nothing to a reader."""
_LEFT_OUT = PASSWORD_FIELDS | {ONCE_FIELD, UNSENT_FIELD}


@dataclass(frozen=True)
class Unsent:
    """A form that was sent too late: where to, and its fields."""

    path: str
    fields: Mapping[str, str]

    @property
    def typed(self) -> tuple[str, ...]:
        """What there is to look at."""
        return tuple(text for name, text in self.fields.items() if text and name != EXPECTED_FIELD)


def kept(path: str, fields: Mapping[str, str]) -> str:
    """Return a form as one field of another; its characters are all visible ones."""
    return json.dumps([path, _worth_keeping(fields)])


def late(path: str, fields: Mapping[str, str]) -> Unsent | None:
    """Return a form to be looked at and sent again; None: nothing was typed into it."""
    form = Unsent(path, _worth_keeping(fields))
    return form if form.typed else None


def _worth_keeping(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: typed for name, typed in fields.items() if name not in _LEFT_OUT}


def unsent(text: str) -> Unsent | None:
    """Return the form that a field keeps; None: it keeps none, or something else."""
    try:
        match json.loads(text):
            case [str(path), dict(fields)]:
                return Unsent(path, {str(name): str(typed) for name, typed in fields.items()})
    except ValueError:
        pass
    return None
