"""The manual's page of methods: its examples run, and it names every method there is."""

import ast
import doctest
import re
from pathlib import Path

import pytest

import trialrun.statistics

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/manual/statistics.md"
_EXAMPLES = re.compile(r"^```pycon\n(.*?)^```$", re.M | re.S)
# What the methods are made of: the page is of methods.
PARTS = {
    "counts",
    "estimates",
    "event_times",
    "likelihood",
    "likelihood_search",
    "near_ties",
    "quadratic_forms",
    "rank_distributions",
    "recursive_integration",
    "results",
    "risk_sets",
}
STEPS = {
    "complete_rows",
    "complete_sample",
    "conditional_draw",
    "design_of",
    "missing_patterns",
    "outcomes_needed",
    "root_between",
    "spent_at_looks",
    "type_three_rows",
    "upper_spending",
}


@pytest.mark.parametrize("example", _EXAMPLES.findall(PAGE.read_text("utf-8")))
def test_the_examples_give_what_they_show(example: str) -> None:
    test = doctest.DocTestParser().get_doctest(example, {}, PAGE.name, str(PAGE), 0)
    assert test.examples
    failures: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    runner.run(test, out=failures.append)
    assert not failures, "".join(failures)


def test_the_page_names_every_method_and_no_other() -> None:
    page = PAGE.read_text("utf-8")
    named = set(re.findall(r"`(\w+)`", page))
    there = {
        node.name
        for module in Path(trialrun.statistics.__file__).parent.glob("*.py")
        if module.stem not in PARTS
        for node in ast.parse(module.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert there > STEPS
    assert there - named - STEPS == set()
    functions = {
        word
        for row in re.findall(r"^\| [^|]+ \| ([^|]+) \|", page, re.M)
        for word in re.findall(r"`(\w+)`", row)
    }
    assert functions - there == {"ToxicityRule", "mixed_inference"}
