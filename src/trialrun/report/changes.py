"""What a relaxed criterion says instead: the statement that differs, and where in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from trialrun.criteria.expressions import Expression, children
from trialrun.report.voice import Voice

_TOKENS = re.compile(r"\d[\d.,]*|[^\W\d_]+|\s+|.", re.DOTALL)


class Sort(StrEnum):
    """Whether words stay, go, or come instead."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Words in a row that stay, go, or come."""

    sort: Sort
    text: str


def moved(before: Expression, after: Expression, voice: Voice) -> tuple[Piece, ...]:
    """Return the words of the statement that was changed, with what goes and what comes."""
    old, new = _differing(before, after)
    return tuple(_pieces(_tokens(voice.sentence(old)), _tokens(voice.sentence(new))))


def _differing(before: Expression, after: Expression) -> tuple[Expression, Expression]:
    """Return the smallest parts that differ."""
    old, new = children(before), children(after)
    if type(before) is not type(after) or len(old) != len(new):
        return before, after
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    return _differing(*differing[0]) if len(differing) == 1 else (before, after)


def _tokens(text: str) -> list[str]:
    return _TOKENS.findall(text)


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for code, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            yield Piece(Sort.KEPT, "".join(old[a:b]))
            continue
        if b > a:
            yield Piece(Sort.GONE, "".join(old[a:b]))
        if d > c:
            yield Piece(Sort.NEW, "".join(new[c:d]))
