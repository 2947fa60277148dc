"""Texts that are the same for many patients, kept once in the page's style sheet.

Where such a text stands, the page has only a class; the style sheet writes the text there, on
screen and in print, without a script. Only what the protocol and the program say goes in here.
"""

from __future__ import annotations

import re

from markupsafe import Markup

_RISKY = re.compile(r"[^\w ,.:()/%+-]")


class Phrases:
    """Numbers each text that is shared, in the order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def name(self, text: str) -> str:
        """Return the class that stands for a text."""
        return f"s{self._numbers.setdefault(text, len(self._numbers))}"

    def rules(self) -> Markup:
        """Return the rules of the style sheet that write the texts."""
        return Markup("").join(
            Markup(f".s{number}::before{{content:{_string(text)}}}\n")
            for text, number in self._numbers.items()
        )


def _string(text: str) -> str:
    """Write a CSS string (CSS Syntax 3, section 4.3.7); what is not plain goes by its number."""
    plain = " ".join(text.split())
    return '"' + _RISKY.sub(lambda match: f"\\{ord(match[0]):x} ", plain) + '"'
