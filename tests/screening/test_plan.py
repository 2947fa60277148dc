"""What is asked of candidates: logic, confirmations, and what the record alone can say."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from tests.screening.trial import read_trial

from trialrun.criteria.answers import LeafAnswer
from trialrun.criteria.expressions import And, Attested, Expression, Not, Or, Within
from trialrun.criteria.interpreter import assemble, leaves_with_adverse
from trialrun.criteria.parse import parse
from trialrun.criteria.truth import Truth
from trialrun.errors import ProtocolError
from trialrun.records.dates import DateUnit
from trialrun.screening.plan import confirmation, leads_to, plan, questions, record_permits
from trialrun.screening.verdict import permission

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
CONFIRMED = "a person has confirmed that this criterion permits enrolment"
ALS, CANCER = parse("condition in [als]"), parse("condition in [malignancy]")


def truth_of(expression: Expression, said: Mapping[Expression, Truth]) -> Truth:
    """Join what is said of the leaves."""
    return assemble(expression, F, lambda leaf, _: LeafAnswer(said[leaf])).truth


TRIAL = read_trial(
    """
    I1 inclusion: age from 18 to 70 years
    I2 inclusion, confirm: condition in [als]
    I3 inclusion, visit: attested "signed"
    O1 obligation, follow-up: sex is male
    E1 exclusion: condition in [wards]
    E2 exclusion, confirm: condition in [malignancy]
    E3 exclusion, confirm-30: condition in [malignancy]
    """
)


def test_candidates_are_asked_everything_but_obligations_in_the_order_written() -> None:
    assert [(a.criterion.id, a.adverse) for a in plan(TRIAL)] == [
        ("I1", F),
        ("I2", F),
        ("I3", F),
        ("E1", T),
        ("E2", T),
        ("E3", T),
    ]


@pytest.mark.parametrize(
    ("criterion", "asked"),
    [
        ("I1", parse("age from 18 to 70 years")),
        ("I2", And((ALS, Attested(f"I2: {CONFIRMED}")))),
        ("E2", Or((CANCER, Not(Attested(f"E2: {CONFIRMED}"))))),
        ("E3", Or((CANCER, Not(Attested(f"E3: {CONFIRMED}", Within(30, DateUnit.DAYS)))))),
    ],
)
def test_a_confirmation_is_part_of_the_question(criterion: str, asked: Expression) -> None:
    assert {a.criterion.id: a.expression for a in plan(TRIAL)}[criterion] == asked


@pytest.mark.parametrize("criterion", ["I2", "E2"])
@pytest.mark.parametrize(
    ("logic_permits", "confirmed", "permits"),
    [
        *((p, T, p) for p in Truth),
        *((p, F, F) for p in Truth),
        (T, U, U),
        (U, U, U),
        (F, U, F),
    ],
)
def test_nothing_permits_before_a_person_has_confirmed_it(
    criterion: str, logic_permits: Truth, confirmed: Truth, permits: Truth
) -> None:
    asked = next(a for a in plan(TRIAL) if a.criterion.id == criterion)
    said = {
        asked.criterion.expression: permission(logic_permits, asked.adverse),
        confirmation(asked.criterion): confirmed,
    }
    assert permission(truth_of(asked.expression, said), asked.adverse) is permits


@pytest.mark.parametrize("criterion", ["I2", "E2"])
def test_of_contradictory_confirmations_the_no_decides(criterion: str) -> None:
    asked = next(a for a in plan(TRIAL) if a.criterion.id == criterion)
    found = dict(leaves_with_adverse(asked.expression, asked.adverse))
    assert found[confirmation(asked.criterion)] is F


@pytest.mark.parametrize(
    ("criteria", "permits"),
    [
        ("I1 inclusion: condition in [als]", ALS),
        ("E1 exclusion: condition in [malignancy]", Not(CANCER)),
        (
            """
            I1 inclusion, confirm: condition in [als]
            I2 inclusion, visit: sex is male
            E1 exclusion: condition in [malignancy]
            O1 obligation, follow-up: sex is male
            """,
            And((ALS, Not(CANCER))),
        ),
        (
            """
            I1 inclusion, visit: condition in [als]
            E1 exclusion, visit: condition in [malignancy]
            """,
            And((ALS, Not(CANCER))),
        ),
    ],
    ids=["one inclusion", "one exclusion", "the record's part", "nothing for the record"],
)
def test_the_record_permits_what_its_criteria_permit(criteria: str, permits: Expression) -> None:
    assert record_permits(read_trial(criteria)) == permits


def test_the_record_never_permits_where_a_criterion_of_its_stage_does_not() -> None:
    trial = read_trial(
        """
        I1 inclusion: condition in [als]
        E1 exclusion: condition in [malignancy]
        """
    )
    for als, cancer in product(Truth, repeat=2):
        assert (truth_of(record_permits(trial), {ALS: als, CANCER: cancer}) is T) == (
            als is T and cancer is F
        )


def test_a_protocol_that_asks_nothing_of_candidates_is_refused() -> None:
    with pytest.raises(ProtocolError, match="asks nothing of candidates"):
        plan(read_trial("O1 obligation, follow-up: sex is male"))


def test_every_statement_that_people_are_asked() -> None:
    assert questions(TRIAL) == {"signed", *(f"{name}: {CONFIRMED}" for name in ("I2", "E2", "E3"))}


# Criterion | statement | how the other leaf is answered | yes leads to, no leads to
LEADS = [
    ('inclusion: attested "poor response"', "poor response", U, T, F),
    ('exclusion: attested "treated"', "treated", U, F, T),
    ('exclusion: sex is female and attested "expecting"', "expecting", T, F, T),
    ('exclusion: sex is female and attested "expecting"', "expecting", U, U, T),
    ('inclusion: sex is female or attested "expecting"', "expecting", T, T, T),
    ("inclusion, confirm: sex is female", "C1: " + CONFIRMED, T, T, F),
    ("exclusion, confirm: sex is female", "C1: " + CONFIRMED, F, T, F),
    ("exclusion, confirm: sex is female", "C1: " + CONFIRMED, T, F, F),
]


@pytest.mark.parametrize(("line", "statement", "other", "yes", "no"), LEADS)
def test_what_an_answer_leads_to(
    line: str, statement: str, other: Truth, yes: Truth, no: Truth
) -> None:
    (asked,) = plan(read_trial(f"C1 {line}"))
    known = LeafAnswer(other)
    tree = assemble(asked.expression, asked.adverse, lambda *_: known)
    assert [leads_to(asked, tree, statement, answer) for answer in (True, False)] == [yes, no]
