"""Counts and choices of patients against plain counting over the interpreter's answers."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.test_judgements import LEAVES, by_the_tree
from tests.partial_dates import parse_span
from tests.screening.clinic import database, read_clinic
from tests.spec.world import INDEX, setting
from tests.strategies import expressions

from trialrun.criteria.expressions import Expression, Not
from trialrun.criteria.parse import parse
from trialrun.criteria.truth import Truth, conjunction, negate
from trialrun.engine.duckdb import Question, answer
from trialrun.engine.tallies import (
    Shift,
    Tally,
    births,
    counts_with,
    counts_without,
    open_gaps,
    open_where,
    patterns,
    permitted,
    refused_only_by,
    tally,
    undetermined,
)
from trialrun.records.dates import Span

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

BORN = ("", "born 1970-01-01; ", "born 2010-01-01; ", "born 1951; ")
RECORDED = (
    "C1 covers conditions",
    "#1 condition ALS from 2019 to now",
    "#1 condition ALS from 2019 to now; C1 covers conditions; #2 condition breast cancer from 2020",
    "female; C1 covers conditions; C2 covers immunisations;"
    "#3 immunisation influenza vaccine on 2021-12-01",
    'male; #1 attestation "response was poor" on 2022-01-05: yes;'
    "#2 measurement CRP on 2022-01-10: 9 mg/L",
    'male; #1 attestation "response was poor" on 2022-01-05: no; #2 immunisation influenza vaccine'
    " on 2021; #3 measurement CRP on 2022-01-10: 2 mg/L; C1 covers conditions",
)
ALIVE = [born + recorded for born, recorded in product(BORN, RECORDED)]
DIED = ("2021-12-31", "2022-01-15", "2022-01", "2022", "2021")
"""The last three may have died after the index date; nobody knows."""
LATER = ("2022-01-16", "2022-02", "2023")
ELIGIBLE = "born 1970-01-01; #1 condition ALS from 2019 to now"

PATIENTS = read_clinic(
    [
        *ALIVE,
        *(f"{ELIGIBLE}; died {day}" for day in DIED),
        *(f"{ELIGIBLE}; died {day}" for day in LATER),
    ]
)
LIVING = {n: p for n, p in enumerate(PATIENTS, 1) if p.death.lo > INDEX}


@cache
def loaded() -> duckdb.DuckDBPyConnection:
    return database(PATIENTS)


def tallied(questions: list[Question], judged: int) -> Tally:
    return tally(answer(loaded(), questions, setting(INDEX)), INDEX, judged)


def forget(found: Tally) -> None:
    loaded().execute(f"DROP TABLE {found.judgements}; DROP TABLE {found.verdicts}")
    found.answers.drop()


@cache
def truth(number: int, expression: Expression, adverse: Truth) -> Truth:
    return by_the_tree(PATIENTS[number - 1], expression, adverse)[0]


def permissions(questions: list[Question]) -> dict[int, tuple[Truth, ...]]:
    return {number: tuple(permission(number, q) for q in questions) for number in LIVING}


def permission(number: int, question: Question) -> Truth:
    said = truth(number, question.expression, question.adverse)
    return negate(said) if question.adverse is T else said


def shift(questions: list[Question], changed: list[Question]) -> Shift:
    """Compare, patient by patient, the verdicts of two lists of questions."""
    rank = {T: 2, U: 1, F: 0}
    before = {n: conjunction(p) for n, p in permissions(questions).items()}
    after = {n: conjunction(p) for n, p in permissions(changed).items()}
    refused = [n for n, found in before.items() if found is F]
    return Shift(
        permitted=sum(after[n] is T for n in refused),
        not_refused=sum(after[n] is not F for n in refused),
        worse=sum(rank[after[n]] < rank[before[n]] for n in before),
    )


def asked() -> st.SearchStrategy[list[Question]]:
    nested = expressions(st.sampled_from(LEAVES), max_leaves=3)
    some = st.lists(st.tuples(nested, st.sampled_from((T, F))), min_size=1, max_size=5)
    return some.map(lambda drawn: [Question(f"C{n}", *one) for n, one in enumerate(drawn)])


@settings(max_examples=30, deadline=None)
@given(asked(), st.integers(0, 2), st.data())
def test_tallies_are_those_of_counting_each_patient(
    questions: list[Question], only_answered: int, data: st.DataObject
) -> None:
    judged = max(1, len(questions) - only_answered)
    counting = questions[:judged]
    found = tallied(questions, judged)
    expected = permissions(counting)
    verdicts = {number: conjunction(p) for number, p in expected.items()}

    assert dict(patterns(found)) == Counter(expected.values())
    assert len(patterns(found)) == len(set(expected.values()))
    assert permitted(found) == [n for n, v in verdicts.items() if v is T]
    open_ones = {n: expected[n].count(U) for n, v in verdicts.items() if v is U}
    most = data.draw(st.integers(0, len(PATIENTS)))
    assert undetermined(found, most) == sorted(open_ones, key=lambda n: (open_ones[n], n))[:most]
    for question in questions:
        assert open_where(found, question.id) == sum(
            truth(n, question.expression, question.adverse) is T for n in open_ones
        )
    places = data.draw(st.lists(st.integers(0, judged - 1), unique=True))
    assert refused_only_by(found, places) == [
        n
        for n, said in expected.items()
        if F in said and all(p is not F or i in places for i, p in enumerate(said))
    ]
    assert counts_without(found) == [
        shift(counting, counting[:i] + counting[i + 1 :]) for i in range(judged)
    ]
    forget(found)


@settings(max_examples=30, deadline=None)
@given(asked())
def test_open_gaps_are_those_of_counting_each_patient(questions: list[Question]) -> None:
    found = tallied(questions, len(questions))
    counted: Counter[tuple[int, int]] = Counter()
    alone: Counter[tuple[int, int]] = Counter()
    for number, said in permissions(questions).items():
        if conjunction(said) is U:
            for place in (i for i, p in enumerate(said) if p is U):
                question = questions[place]
                _, gap, _, _ = by_the_tree(LIVING[number], question.expression, question.adverse)
                assert gap is not None
                counted[place, gap] += 1
                alone[place, gap] += said.count(U) == 1
    expected = [(*key, n, alone[key]) for key, n in counted.items()]
    assert open_gaps(found) == sorted(expected, key=lambda g: (-g[3], -g[2], g[0], g[1]))
    forget(found)


@settings(max_examples=20, deadline=None)
@given(asked(), asked(), st.data())
def test_another_question_takes_a_place(
    questions: list[Question], others: list[Question], data: st.DataObject
) -> None:
    found = tallied(questions, len(questions))
    places = {q.id: data.draw(st.integers(0, len(questions) - 1)) for q in others}
    answers = answer(loaded(), others, setting(INDEX), evidence=False)
    expected = {}
    for other in others:
        changed = list(questions)
        changed[places[other.id]] = other
        expected[other.id] = shift(questions, changed)
    assert counts_with(found, answers, places) == expected
    answers.drop()
    forget(found)


ALS = Question("I1", parse("condition in [als]"), F)


@pytest.mark.parametrize(
    "question",
    [ALS, Question("E1", Not(ALS.expression), T), Question("E2", parse("condition in [wards]"), T)],
    ids=lambda question: question.id,
)
def test_who_has_died_or_may_have_is_counted_nowhere(question: Question) -> None:
    found = tallied([question], 1)
    dead = {n for n, p in enumerate(PATIENTS, 1) if p.death.lo <= INDEX}
    assert len(dead) == len(DIED)
    assert found.deceased == len(DIED)
    assert sum(n for _, n in patterns(found)) == len(PATIENTS) - len(DIED)
    chosen = {*permitted(found), *undetermined(found, 99), *refused_only_by(found, [0])}
    assert chosen == set(LIVING)
    forget(found)


@pytest.mark.parametrize(
    ("record", "before", "after", "expected"),
    [
        ("born 1970-01-01; female", "age at least 18 years", "sex is female", Shift(0, 0, 0)),
        ("born 2010-01-01; female", "age at least 18 years", "sex is female", Shift(1, 1, 0)),
        ("born 2010-01-01", "age at least 18 years", "sex is female", Shift(0, 1, 0)),
        ("born 2010-01-01; male", "age at least 18 years", "sex is female", Shift(0, 0, 0)),
        ("born 1970-01-01; male", "age at least 18 years", "sex is female", Shift(0, 0, 1)),
        ("born 1970-01-01", "age at least 18 years", "sex is female", Shift(0, 0, 1)),
        ("male", "age at least 18 years", "sex is female", Shift(0, 0, 1)),
        ("female", "age at least 18 years", "sex is female", Shift(0, 0, 0)),
        ("", "age at least 18 years", "sex is female", Shift(0, 0, 0)),
    ],
)
def test_how_one_patients_verdict_shifts(
    record: str, before: str, after: str, expected: Shift
) -> None:
    with database(read_clinic([record])) as connection:
        asked = [Question("I1", parse(before), F)]
        found = tally(answer(connection, asked, setting(INDEX)), INDEX, 1)
        other = answer(connection, [Question("0", parse(after), F)], setting(INDEX))
        assert counts_with(found, other, {"0": 0}) == {"0": expected}


def test_nobody_at_all() -> None:
    with database([]) as connection:
        found = tally(answer(connection, [ALS], setting(INDEX)), INDEX, 1)
        assert found.deceased == 0
        assert permitted(found) == undetermined(found, 5) == refused_only_by(found, [0]) == []
        assert patterns(found) == []
        assert open_gaps(found) == []
        assert counts_without(found) == [Shift(0, 0, 0)]
        assert open_where(found, "I1") == 0
        assert births(found, []) == {}


def test_when_patients_were_born() -> None:
    found = tallied([ALS], 1)
    assert births(found, [7, 24]) == {7: Span.of(PATIENTS[6].birth.lo), 24: parse_span("1951")}
    forget(found)
