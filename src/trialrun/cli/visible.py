"""What records say, made harmless for a terminal: control characters are shown, not obeyed.

A name or a result in a hospital's export may hold a sequence that clears the screen, changes its
title, or turns the direction of a line round. Colours that the program sets itself are untouched.
"""

from __future__ import annotations

import unicodedata

_KEPT = "\n\t"
_PICTURES = 0x2400
"""Where Unicode has pictures of the first 32 characters, in their order."""


def visible(text: str) -> str:
    """Return a text with what a terminal would obey replaced by what it can show."""
    if text.isprintable():
        return text
    return "".join(_picture(c) if _is_obeyed(c) else c for c in text)


def _is_obeyed(character: str) -> bool:
    return character not in _KEPT and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp")


def _picture(character: str) -> str:
    number = ord(character)
    return chr(_PICTURES + number) if number < 0x20 else "\ufffd"
