"""And, or, not, if … then, at least n of: SQL's own connectives, which are Kleene's.

UNKNOWN is NULL; no connective reads it as TRUE or as FALSE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from sqlglot import exp

from trialrun.criteria.expressions import (
    And,
    AtLeast,
    Connective,
    Expression,
    IfThen,
    Leaf,
    Not,
    Or,
    children,
)
from trialrun.criteria.truth import Truth, negate

Sql: TypeAlias = exp.Expression


def leaves_with_adverse(expression: Expression, adverse: Truth) -> Iterator[tuple[Leaf, Truth]]:
    """Yield the leaves in the order written, each with the truth that is adverse there."""
    if type(expression) not in CONNECTIVES:
        yield expression, adverse  # type: ignore[misc]
    for part, turned in adverse_parts(expression, adverse):
        yield from leaves_with_adverse(part, turned)


def truth_sql(
    expression: Expression, adverse: Truth, leaf_sql: Callable[[Leaf, Truth], Sql]
) -> Sql:
    """Return the truth of an expression over the truths of its leaves."""
    join = CONNECTIVES.get(type(expression))
    if join is None:
        return leaf_sql(expression, adverse)  # type: ignore[arg-type]
    return join(
        expression, [truth_sql(p, a, leaf_sql) for p, a in adverse_parts(expression, adverse)]
    )


def adverse_parts(expression: Expression, adverse: Truth) -> Iterator[tuple[Expression, Truth]]:
    """Yield the parts of a connective, each with the truth that is adverse there."""
    turned = {0} if isinstance(expression, Not | IfThen) else set()
    for place, part in enumerate(children(expression)):
        yield part, negate(adverse) if place in turned else adverse


def _and(_: Connective, parts: Sequence[Sql]) -> Sql:
    return exp.paren(exp.and_(*parts))


def _or(_: Connective, parts: Sequence[Sql]) -> Sql:
    return exp.paren(exp.or_(*parts))


def _not(_: Connective, parts: Sequence[Sql]) -> Sql:
    return exp.paren(exp.not_(parts[0]))


def _if_then(_: Connective, parts: Sequence[Sql]) -> Sql:
    return exp.paren(exp.or_(exp.not_(parts[0]), parts[1]))


def _at_least(expression: Connective, parts: Sequence[Sql]) -> Sql:
    assert isinstance(expression, AtLeast)
    sure = _number_of(exp.Is(this=part.copy(), expression=exp.true()) for part in parts)
    possible = _number_of(
        exp.Not(this=exp.Is(this=part.copy(), expression=exp.false())) for part in parts
    )
    count = exp.Literal.number(expression.count)
    return exp.paren(
        exp.Case()
        .when(exp.GTE(this=exp.paren(sure), expression=count), exp.true())
        .when(exp.LT(this=exp.paren(possible), expression=count.copy()), exp.false())
    )


def _number_of(tests: Iterable[Sql]) -> Sql:
    counted: list[Sql] = [exp.cast(exp.paren(test), "INT") for test in tests]
    total = counted[0]
    for one in counted[1:]:
        total = exp.Add(this=total, expression=one)
    return total


CONNECTIVES: dict[type, Callable[[Any, Sequence[Sql]], Sql]] = {
    And: _and,
    Or: _or,
    Not: _not,
    IfThen: _if_then,
    AtLeast: _at_least,
}
