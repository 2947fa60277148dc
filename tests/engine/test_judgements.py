"""Judgements of all patients at once against the interpreter's tree of each patient."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.screening.clinic import database, read_clinic
from tests.spec.world import INDEX, setting
from tests.strategies import expressions

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import And, Expression, Leaf
from trialrun.criteria.interpreter import explain
from trialrun.criteria.parse import parse
from trialrun.criteria.tree import deciding
from trialrun.criteria.tree import gaps as gaps_of
from trialrun.criteria.truth import Truth
from trialrun.engine.duckdb import Question, answer
from trialrun.engine.judgements import judge
from trialrun.records.rows import PatientRecord

LEAVES: tuple[Leaf, ...] = tuple(
    parse(text)  # type: ignore[misc]
    for text in (
        "age from 18 to 70 years",
        "sex is female",
        "condition in [als]",
        "condition in [malignancy]",
        "condition in [malignancy] within 1 year",
        "condition in [blood-disorders]",
        "immunisation in [vaccines] within 6 months",
        "latest [crp] within 30 days < 5 mg/L",
        "any [crp] within 6 months >= 5 mg/L",
        'attested "response was poor"',
    )
)
PATIENTS = read_clinic(
    (
        "",
        "born 1970-01-01; female; C1 covers conditions; C2 covers immunisations",
        "born 1951; male; C1 covers conditions",
        "born 2010-01-01; #1 condition ALS from 2019 to now; #2 condition ALS from 2020 to now",
        "female; #1 condition ALS from 2019-05 to now; C1 covers conditions since 2020-01-01",
        "male; #1 condition breast cancer from 2015 to 2016; C1 covers conditions",
        "born 1980-01-01; #1 condition a local code from 2021 to now; C1 covers conditions",
        "born 1980-01-01; #1 condition anaemia from 2021-06-01; C1 covers conditions",
        "female; #1 immunisation influenza vaccine on 2021-12-01; C2 covers immunisations",
        "male; #1 immunisation influenza vaccine on 2021-07; C2 covers immunisations",
        "born 1960-02-29; #1 measurement CRP on 2022-01-10: 3 mg/L; C1 covers conditions",
        "born 1960-02-29; #1 measurement CRP on 2022-01-10: 9 mg/L;"
        "#2 measurement CRP on 2021-10-10: 2 mg/L",
        "male; #1 measurement CRP on 2022-01-10: <10 mg/L;"
        "#2 measurement CRP on 2022-01-10: 3 mg/L; #3 condition breast cancer from 2020 to now",
        "female; #1 measurement CRP on 2022-01-10: 3 ug; #2 measurement CRP on 2022-01: 9 mg/L",
        '#1 attestation "response was poor" on 2022-01-05: yes; born 1970-01-01',
        '#1 attestation "response was poor" on 2022-01-05: no; C1 covers conditions; female',
        '#1 attestation "response was poor" on 2022-01-05: yes;'
        '#2 attestation "response was poor" on 2022-01-05: no; C1 covers conditions; male',
    )
)

Judged = tuple[Truth, Gap | None, bool, list[int]]


@cache
def loaded() -> duckdb.DuckDBPyConnection:
    return database(PATIENTS)


def by_the_tree(patient: PatientRecord, expression: Expression, adverse: Truth) -> Judged:
    tree = explain(expression, patient, setting(INDEX), adverse)
    answers = [leaf.answer for leaf in deciding(tree) if leaf.answer is not None]
    gaps = [leaf.answer.gap for leaf in gaps_of(tree) if leaf.answer and leaf.answer.gap]
    return (
        tree.truth,
        min(gaps, default=None),
        tree.truth is not Truth.UNKNOWN and any(a.presumed for a in answers),
        sorted({row for a in answers for row in a.rows}),
    )


def by_the_engine(questions: list[Question], judged: int) -> dict[tuple[int, int], Judged]:
    answers = answer(loaded(), questions, setting(INDEX))
    made = judge(answers, judged)
    found = (
        loaded()
        .execute(
            "SELECT patient_no, question, truth, gap, presumed,"
            " list(row_id ORDER BY row_id) FILTER (WHERE row_id IS NOT NULL)"
            f" FROM {made.truths} LEFT JOIN {made.evidence} USING (patient_no, question)"
            " GROUP BY ALL"
        )
        .fetchall()
    )
    loaded().execute(f"DROP TABLE {made.truths}; DROP TABLE {made.evidence}")
    answers.drop()
    judgements = {
        (number, question): (
            Truth.of(truth),
            None if gap is None else Gap(gap),
            presumed,
            rows or [],
        )
        for number, question, truth, gap, presumed, rows in found
    }
    assert len(judgements) == len(found), "a patient was judged twice"
    return judgements


def questions() -> st.SearchStrategy[list[Question]]:
    nested = expressions(st.sampled_from(LEAVES), max_leaves=6)
    asked = st.lists(st.tuples(nested, st.sampled_from((Truth.TRUE, Truth.FALSE))), min_size=1)
    return asked.map(lambda some: [Question(f"C{n}", *one) for n, one in enumerate(some[:8])])


@settings(max_examples=30, deadline=None)
@given(questions(), st.integers(0, 2))
def test_judgements_are_those_of_the_interpreters_tree(
    asked: list[Question], only_answered: int
) -> None:
    judged = max(1, len(asked) - only_answered)
    expected = {
        (number, place): by_the_tree(patient, question.expression, question.adverse)
        for number, patient in enumerate(PATIENTS, 1)
        for place, question in enumerate(asked[:judged])
    }
    assert by_the_engine(asked, judged) == expected


def test_judgements_on_more_questions_than_a_word_has_bits() -> None:
    both = [And(pair) for pair in permutations(LEAVES, 2)]
    asked = [Question(f"C{n}", expression, Truth.FALSE) for n, expression in enumerate(both)]
    assert 2 * len(asked) > 2 * 64
    found = by_the_engine(asked, len(asked))
    for (number, place), judged in found.items():
        assert judged == by_the_tree(PATIENTS[number - 1], asked[place].expression, Truth.FALSE)


def test_every_leaf_has_every_truth_in_the_small_world() -> None:
    for leaf in LEAVES:
        truths = {by_the_tree(patient, leaf, Truth.FALSE)[0] for patient in PATIENTS}
        possible = set(Truth)
        if leaf == parse("condition in [blood-disorders]"):
            possible.discard(Truth.FALSE)  # The list is open.
        assert truths == possible, leaf


def test_every_reason_and_both_kinds_of_proof_occur() -> None:
    judged = [by_the_tree(patient, leaf, Truth.TRUE) for patient in PATIENTS for leaf in LEAVES]
    assert len({gap for _, gap, _, _ in judged}) >= 10
    assert {(truth, presumed) for truth, _, presumed, _ in judged} == {
        (Truth.TRUE, False),
        (Truth.FALSE, False),
        (Truth.FALSE, True),
        (Truth.UNKNOWN, False),
    }
