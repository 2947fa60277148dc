"""Breaks a SQL statement in every way that the rules know, token by token.

Comparisons, connectives, ends of intervals, extremes and numbers are turned into their neighbours;
conditions, negations, filters and outer joins are taken away. Comments and strings are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from trialrun.criteria.answers import Gap

Edit: TypeAlias = tuple[int, str, str]
"""A place in a text, what stands there, and what shall."""

_TOKEN = re.compile(
    r"--[^\n]*|'[^']*'|\$\w+|\{\w+\}|[A-Za-z_]\w*|\d+(?:\.\d+)?(?:e-?\d+)?|<>|<=|>=|<<|>>|::|//|\S"
)
_SIGNS = (
    *(("<", "<="), (">", ">="), ("=", "<>"), ("+", "-")),
    *(("AND", "OR"), ("TRUE", "FALSE")),
)
_FUNCTIONS = (("min", "max"), ("least", "greatest"), ("bool_and", "bool_or"))
_NAMES = (("lo", "hi"), ("low", "high"), ("first", "last"), ("least", "most"), ("earlier", "later"))
_GAPS = [f"gap_{gap.name.lower()}" for gap in Gap]
_ENDS = frozenset(
    (
        *("AND", "OR", "THEN", "WHEN", "ELSE", "AS", "ON", ","),
        *("SELECT", "FROM", "JOIN", "LEFT", "FULL", "CROSS", "WHERE", "GROUP", "ORDER", "UNION"),
        "WINDOW",
    )
)
"""What a condition cannot reach beyond."""


@dataclass(frozen=True)
class _Token:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def sql_edits(text: str) -> Iterator[Edit]:
    """Yield every change of a statement that the rules make."""
    found = (_Token(m.group(), m.start()) for m in _TOKEN.finditer(text))
    tokens = [token for token in found if not token.text.startswith("--")]
    for place in range(len(tokens)):
        for rule in (_turned, _one_more, _taken_away, _condition_dropped, _arm_closed):
            for start, end, after in rule(tokens, place):
                yield start, text[start:end], after


_Change: TypeAlias = tuple[int, int, str]


def _turned(tokens: Sequence[_Token], place: int) -> Iterator[_Change]:
    """Turn a sign or a word into its neighbour; in a name, that part of it."""
    token = tokens[place]
    before = tokens[place - 1].text if place else ""
    if before in ("AS", "CREATE") or _belongs_to_between(tokens, place):
        return
    is_called = tokens[place + 1 : place + 2] and tokens[place + 1].text == "("
    for turned in _neighbours(token.text, (*_SIGNS, *_FUNCTIONS) if is_called else _SIGNS):
        yield token.start, token.end, turned
    parts = [] if is_called else token.text.split("_")
    for number, part in enumerate(parts):
        for turned in _neighbours(part, _NAMES):
            yield token.start, token.end, "_".join([*parts[:number], turned, *parts[number + 1 :]])


def _neighbours(word: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    for one, other in pairs:
        if word in (one, other):
            yield other if word == one else one


def _one_more(tokens: Sequence[_Token], place: int) -> Iterator[_Change]:
    """Count a number up; of a gap, give the reason after it."""
    token = tokens[place]
    if token.text.isdecimal():
        yield token.start, token.end, str(int(token.text) + 1)
    if token.text in _GAPS[:-1]:
        yield token.start, token.end, _GAPS[_GAPS.index(token.text) + 1]


def _taken_away(tokens: Sequence[_Token], place: int) -> Iterator[_Change]:
    """Take a negation, a filter, or the outer half of a join away."""
    token = tokens[place]
    if token.text == "NOT":
        yield token.start, tokens[place + 1].start, ""
    if token.text in ("LEFT", "FULL") and tokens[place + 1].text == "JOIN":
        yield token.start, tokens[place + 1].start, ""
    if token.text == "FILTER":
        yield token.start, tokens[_end(tokens, place + 2, lambda _: False)].end, ""


def _condition_dropped(tokens: Sequence[_Token], place: int) -> Iterator[_Change]:
    """Take the second of two joined conditions away."""
    token = tokens[place]
    is_first = tokens[place - 1].text == "CREATE"
    if token.text in ("AND", "OR") and not (is_first or _belongs_to_between(tokens, place)):
        end = _end(tokens, place + 1, _ENDS.__contains__)
        yield token.start, tokens[end - 1].end, ""


def _arm_closed(tokens: Sequence[_Token], place: int) -> Iterator[_Change]:
    """Let an arm of a CASE never be taken."""
    token = tokens[place]
    if token.text == "WHEN":
        end = _end(tokens, place + 1, lambda t: t == "THEN")
        yield tokens[place + 1].start, tokens[end - 1].end, "NULL"


def _belongs_to_between(tokens: Sequence[_Token], place: int) -> bool:
    """Say whether an AND is the one of `x BETWEEN a AND b`."""
    if tokens[place].text != "AND":
        return False
    before = (token.text for token in reversed(tokens[:place]))
    return next((text for text in before if text in ("BETWEEN", "AND")), "") == "BETWEEN"


def _end(tokens: Sequence[_Token], start: int, is_end: Callable[[str], bool]) -> int:
    """Return the first place, at the depth of `start`, that ends what begins there."""
    depth = 0
    for place in range(start, len(tokens)):
        text = tokens[place].text
        if text in (")", "END"):
            depth -= 1
        stops = is_end(text) and not _belongs_to_between(tokens, place)
        if depth < 0 or (depth == 0 and stops):
            return place
        if text in ("(", "CASE"):
            depth += 1
    return len(tokens)
