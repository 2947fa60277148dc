"""Characters that nobody can see: with them a line says one thing to people, another to programs.

A text that turns its own direction round (U+202E) reads as its opposite; two names that look the
same are not. Refuses nothing in data that a hospital sends: there they are only shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from trialrun.errors import Problem
from trialrun.terminology.yaml_file import Keys, YamlFile

_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
_JOINERS = "\u200c\u200d"
"""Without these some scripts cannot be written."""


@lru_cache(maxsize=4096)  # every character of a protocol is asked for, and few differ
def is_hidden(character: str) -> bool:
    """Tell whether a character is neither seen nor needed: tabs and line ends are."""
    if character in "\t\n" or character in _JOINERS:
        return False
    return unicodedata.category(character) in _HIDDEN or _is_no_character(ord(character))


def hidden_characters(file: YamlFile) -> Iterator[Problem]:
    """Yield the keys and texts of a file that hold what nobody can see."""
    for keys, text in _texts(file.data, ()):
        if hidden := dict.fromkeys(filter(is_hidden, text)):
            named = ", ".join(f"U+{ord(c):04X}" for c in hidden)
            found = f"a character that cannot be seen ({named})"
            yield Problem(file.where(*keys), found, "delete it, or write the line anew")


def _is_no_character(number: int) -> bool:
    return 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


def _texts(data: object, keys: Keys) -> Iterator[tuple[Keys, str]]:
    match data:
        case str():
            yield keys, data
        case dict():
            for key, value in data.items():
                yield (*keys, key), key
                yield from _texts(value, (*keys, key))
        case list():
            for i, value in enumerate(data):
                yield from _texts(value, (*keys, i))
