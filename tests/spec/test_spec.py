"""The interpreter answers every row of the manual as the manual says."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from tests.spec.cases import cases
from tests.spec.tables import Case

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.interpreter import explain
from trialrun.criteria.tree import Answered, deciding, until
from trialrun.criteria.truth import Truth


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_interpreter_answers_as_the_manual_says(case: Case) -> None:
    tree = explain(case.expression, case.patient, case.setting, case.adverse)
    stated = {"truth": case.truth, **case.stated}
    answered = {"truth": tree.truth, **_of(tree)}
    assert {name: answered[name] for name in stated} == stated, case.statement


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_gap_is_given_exactly_where_the_answer_is_unknown(case: Case) -> None:
    tree = explain(case.expression, case.patient, case.setting, case.adverse)
    for leaf in tree.leaves():
        assert isinstance(leaf.answer, LeafAnswer)
        assert (leaf.answer.gap is None) == (leaf.truth is not Truth.UNKNOWN)
        assert list(leaf.answer.rows) == sorted(set(leaf.answer.rows))


def _of(tree: Answered) -> dict[str, object]:
    """Return what a table may state: of a connective, the rows and gaps of the deciding leaves."""
    if tree.answer is not None:
        return asdict(tree.answer)
    answers = [leaf.answer for leaf in deciding(tree) if leaf.answer]
    return {
        "rows": tuple(sorted({row for answer in answers for row in answer.rows})),
        "gap": min((answer.gap for answer in answers if answer.gap), default=None),
        "coverage": tuple(sorted({one for answer in answers for one in answer.coverage})),
        "until": until(tree),
    }
