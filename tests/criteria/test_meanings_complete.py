"""No meaning has forgotten a node: whoever adds one to the language is told where it is missing.

Each module that gives nodes a meaning shows a table: class -> function.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, get_args

import pytest

from trialrun.criteria import expressions, rendering, typecheck, wording_en, wording_zh
from trialrun.criteria.interpreter import coming, later
from trialrun.protocol import reach
from trialrun.records.schema import Kind
from trialrun.screening import gains

LEAVES = frozenset(get_args(expressions.Leaf))
NODES = LEAVES | frozenset(get_args(expressions.Connective))
WINDOWS = frozenset(get_args(expressions.Window))
TESTS = frozenset(get_args(expressions.Test))

ASKED_BY_RECORD = frozenset(Kind) - {Kind.MEASUREMENT, Kind.ATTESTATION}


def test_the_nodes_are_the_classes_that_expressions_define() -> None:
    defined = {
        item
        for item in vars(expressions).values()
        if isinstance(item, type) and hasattr(item, "__dataclass_fields__")
    }
    assert defined == NODES | WINDOWS | TESTS


@pytest.mark.parametrize(
    "module",
    [
        "trialrun.criteria.rendering",
        "trialrun.criteria.wording_en",
        "trialrun.criteria.wording_zh",
        "trialrun.criteria.typecheck",
        "trialrun.criteria.interpreter",
        "trialrun.engine.compiler",
    ],
)
def test_a_meaning_knows_every_node(module: str) -> None:
    assert import_module(module).MEANINGS.keys() == NODES


def test_relaxing_knows_every_node() -> None:
    assert gains.VARIANTS.keys() == NODES


@pytest.mark.parametrize("table", [coming.READS, later.OUTLOOKS, reach.DOMAINS])
def test_a_meaning_of_leaves_knows_every_leaf(table: Mapping[type, object]) -> None:
    assert table.keys() == LEAVES


@pytest.mark.parametrize("module", [rendering, wording_en, wording_zh])
def test_words_know_every_window_and_test(module: Any) -> None:
    assert module.WINDOWS.keys() == WINDOWS
    assert module.TESTS.keys() == TESTS


@pytest.mark.parametrize("module", [wording_en, wording_zh])
def test_words_know_every_choice(module: Any) -> None:
    assert module.EVENTS.keys() == ASKED_BY_RECORD
    assert module.SELECTED.keys() == set(expressions.Selector)
    assert module.FORMULAS.keys() == set(expressions.Formula)
    assert module.COMPARED.keys() == set(expressions.Comparator)


def test_the_type_check_knows_every_formula() -> None:
    assert typecheck.UNITS.keys() == typecheck.INPUTS.keys() == set(expressions.Formula)


def test_the_language_writes_every_kind() -> None:
    assert rendering.KIND_IN.keys() == ASKED_BY_RECORD
