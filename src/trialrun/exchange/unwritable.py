"""Characters that XML cannot hold, and that break other formats: marked in a trial, and counted.

What the trial takes in today holds none of them; what an earlier version of the program took in
may. Refuses to leave them out silently: `Marking.count` says how many were marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

# Characters outside of production [2] of XML 1.0 (Fifth Edition).
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARK = "\N{REPLACEMENT CHARACTER}"
HeldT = TypeVar("HeldT")


def clean(text: str) -> str:
    """Return a text that every format can hold; a character that XML cannot hold is marked."""
    return _NO_XML.sub(_MARK, text)


@dataclass
class Marking:
    """Marks what cannot be written, and counts it."""

    count: int = 0

    def text(self, text: str) -> str:
        """Return a text with each such character marked."""
        marked, count = _NO_XML.subn(_MARK, text)
        self.count += count
        return marked

    def whole(self, held: HeldT) -> HeldT:
        """Return frozen data with every text within them marked."""
        marked: HeldT = self._within(held)
        return marked

    def _within(self, held: Any) -> Any:
        if isinstance(held, str):
            return self.text(held)
        if isinstance(held, tuple):
            return tuple(map(self._within, held))
        if isinstance(held, Mapping):
            return {name: self._within(part) for name, part in held.items()}
        if not is_dataclass(held) or isinstance(held, type):
            return held
        parts = {one.name: getattr(held, one.name) for one in fields(held) if one.init}
        return replace(held, **{name: self._within(part) for name, part in parts.items()})
