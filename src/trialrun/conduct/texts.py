"""What a text of the trial may be: every character of it can be seen, and it has an end.

Checked in the gateway for every text that an act writes. Refuses nothing in what the hospital
itself sends (its patients' ids, and what is named by its rows) but NUL, which no database of ours
and no file that leaves it can hold.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from trialrun.errors import Problem
from trialrun.terminology.hidden import is_hidden

LONGEST_NAME = 255
LONGEST_TEXT = 4000
LONGEST_NARRATIVE = 20_000
_NAMES = frozenset(
    {"full_name", "printed_name", "subject", "form_version", "obtained_by", "arm", "number"}
    | {"name", "code", "system", "route", "unit", "lot", "term", "soc", "reported_term"}
    | {"item", "means", "reference", "started", "stopped", "observed", "onset", "ended", "occurred"}
)
"""Columns that name something; what the others hold is written in sentences."""
_NARRATIVES = frozenset({"narrative", "description", "statement"})
"""Columns that tell a whole course, or hold the words of the protocol."""
_OF_THE_HOSPITAL = frozenset({"patient_id", "key"})
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs by their category, that show as a blank."""


def is_unseen(text: str) -> bool:
    """Say whether a text holds what nobody can see, or consists of nothing else but that.

    A carriage return is let pass: browsers end the lines of a form with it.
    """
    if text.isascii() and text.isprintable():
        return False
    if any(is_hidden(character) and character != "\r" for character in text):
        return True
    return bool(text.strip()) and not any(map(_shows, text))


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CMZ" and character not in _FILLERS


def text_problems(texts: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with texts, by the columns that will hold them; others are not texts."""
    for column, text in texts.items():
        if not isinstance(text, str):
            continue
        if column in _OF_THE_HOSPITAL:
            if "\x00" in text:
                yield Problem(column, "it holds a character that cannot be seen", "write it anew")
        else:
            yield from problems_of_text(column, text)


def problems_of_text(column: str, text: str) -> Iterator[Problem]:
    """Yield what is wrong with one text that somebody has written."""
    if len(text) > (longest := _longest(column)):
        yield Problem(column, "it is too long", f"use at most {longest} letters")
    if is_unseen(text):
        yield Problem(column, "it holds a character that cannot be seen", "write it anew")


def _longest(column: str) -> int:
    if column in _NAMES:
        return LONGEST_NAME
    return LONGEST_NARRATIVE if column in _NARRATIVES else LONGEST_TEXT
