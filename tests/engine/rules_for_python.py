"""Breaks a Python module in every way that the rules know, node by node of its syntax tree.

Comparisons, connectives, truths, ends and numbers are turned into their neighbours; conditions and
negations are taken away. Texts, types and assertions are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import singledispatch
from itertools import accumulate

from tests.engine.rules_for_sql import Edit

_PAIRS: Sequence[tuple[type[ast.AST], type[ast.AST]]] = (
    *((ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq)),
    *((ast.Is, ast.IsNot), (ast.In, ast.NotIn)),
    *((ast.And, ast.Or), (ast.Add, ast.Sub), (ast.Mult, ast.Div)),
)
_TURNED = {one: other for a, b in _PAIRS for one, other in ((a, b), (b, a))}
_WORDS = (("min", "max"), ("any", "all"), ("lo", "hi"), ("low", "high"), ("first", "last"))
_NAMES = {one: other for a, b in _WORDS for one, other in ((a, b), (b, a))}
_TRUTHS = {"TRUE": "FALSE", "FALSE": "TRUE", "UNKNOWN": "FALSE"}


def python_edits(text: str) -> Iterator[Edit]:
    """Yield every change of a module that the rules make."""
    lines = text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]

    def place(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    for node in _nodes(ast.parse(text)):
        for changed in _changes(node):
            assert isinstance(node, ast.expr)
            start = place(node.lineno, node.col_offset)
            end = place(node.end_lineno or 0, node.end_col_offset or 0)
            yield start, text[start:end], f"({ast.unparse(changed)})"


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may be changed: not what checks or names types, nor the inside of a template."""
    if isinstance(node, ast.Assert | ast.JoinedStr | ast.AnnAssign | ast.arguments):
        return
    yield node
    decorators = getattr(node, "decorator_list", ())
    for child in ast.iter_child_nodes(node):
        if child not in decorators:
            yield from _nodes(child)


@singledispatch
def _changes(_: ast.AST) -> Iterator[ast.expr]:
    """Yield the node, changed in each way that there is for it."""
    yield from ()


@_changes.register
def _(node: ast.Compare) -> Iterator[ast.expr]:
    for number, operator in enumerate(node.ops):
        turned = deepcopy(node)
        turned.ops[number] = _TURNED[type(operator)]()  # type: ignore[call-overload]
        yield turned


@_changes.register
def _(node: ast.BoolOp) -> Iterator[ast.expr]:
    turned = deepcopy(node)
    turned.op = _TURNED[type(node.op)]()  # type: ignore[assignment]
    yield turned
    for number in range(len(node.values)):
        rest = [*node.values[:number], *node.values[number + 1 :]]
        yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]


@_changes.register
def _(node: ast.BinOp) -> Iterator[ast.expr]:
    if type(node.op) in _TURNED:
        turned = deepcopy(node)
        turned.op = _TURNED[type(node.op)]()  # type: ignore[assignment]
        yield turned


@_changes.register
def _(node: ast.UnaryOp) -> Iterator[ast.expr]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield node.operand


@_changes.register
def _(node: ast.IfExp) -> Iterator[ast.expr]:
    yield ast.IfExp(node.test, node.orelse, node.body)


@_changes.register
def _(node: ast.Constant) -> Iterator[ast.expr]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)


@_changes.register
def _(node: ast.Name) -> Iterator[ast.expr]:
    if isinstance(node.ctx, ast.Load) and node.id in _NAMES:
        yield ast.Name(_NAMES[node.id], node.ctx)


@_changes.register
def _(node: ast.Attribute) -> Iterator[ast.expr]:
    is_truth = isinstance(node.value, ast.Name) and node.value.id == "Truth"
    names = _TRUTHS if is_truth else _NAMES
    if node.attr in names:
        yield ast.Attribute(node.value, names[node.attr], node.ctx)
