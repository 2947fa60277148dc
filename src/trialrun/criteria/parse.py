"""Reading the language: a line that a clinician can sign, into an expression.

One grammar file, no meaning. Whatever cannot be read is a `LanguageError` with its place; what can
be read but makes no sense (an unknown value set, an impossible unit) is for `typecheck` to say.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import cast

from lark import Lark, UnexpectedInput

from trialrun.criteria.building import builder
from trialrun.criteria.expressions import Expression, children
from trialrun.criteria.language_errors import LanguageError, explain

__all__ = ["MAX_DEPTH", "LanguageError", "is_plain_unit", "parse"]

MAX_DEPTH = 30
"""How deep statements may be nested: beyond what anyone can read, within what DuckDB answers."""

MOST_STATEMENTS = 100
"""How many statements one line may join: far beyond what anyone signs."""


def parse(text: str) -> Expression:
    """Read one statement.

    Raises:
        LanguageError: the text is not a statement of the language; says where, and what may stand.
    """
    try:
        expression = cast(Expression, _parser().parse(text))
    except UnexpectedInput as error:
        raise explain(error, text) from None
    if _is_deeper_than(expression, MAX_DEPTH):
        raise LanguageError(
            f"the statement is nested more than {MAX_DEPTH} deep",
            remedy="write it flat, or as several criteria",
        )
    if _leaves_of(expression) > MOST_STATEMENTS:
        raise LanguageError(
            f"the line joins more than {MOST_STATEMENTS} statements",
            remedy="list codes in a value set, or write several criteria",
        )
    return expression


def is_plain_unit(unit: str) -> bool:
    """Say whether a unit can be written without quotes."""
    if re.search(r"\s", unit) or _terminal("LIMIT").match(unit):
        return False
    return _terminal("UNIT").fullmatch(unit) is not None


@cache
def _parser() -> Lark:
    grammar = files("trialrun.criteria").joinpath("grammar.lark").read_text(encoding="utf-8")
    # The builder runs while the text is read: no tree, and so no recursion over one.
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=builder())


@cache
def _terminal(name: str) -> re.Pattern[str]:
    return re.compile(_parser().get_terminal(name).pattern.to_regexp())


def _is_deeper_than(expression: Expression, limit: int) -> bool:
    level: list[Expression] = [expression]
    for _ in range(limit):
        level = [part for node in level for part in children(node)]
        if not level:
            return False
    return True


def _leaves_of(expression: Expression) -> int:
    """Count the statements that are joined; the depth is known to be small."""
    parts = children(expression)
    return sum(map(_leaves_of, parts)) if parts else 1
