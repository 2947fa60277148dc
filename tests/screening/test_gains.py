"""What is tried when criteria are relaxed, node type by node type, and what counts as a gain."""

from __future__ import annotations

import typing
from decimal import Decimal

import pytest
from hypothesis import given
from tests.spec.world import VALUE_SETS
from tests.strategies import expressions

from trialrun.criteria import expressions as e
from trialrun.criteria.parse import parse
from trialrun.criteria.typecheck import check
from trialrun.criteria.wording import render
from trialrun.screening.gains import Gain, smallest_steps, variants

MOVED = {
    "age from 18 to 70 years": [
        "age from 8 to 70 years",
        "age from 18 to 60 years",
        "age from 13 to 70 years",
        "age from 18 to 65 years",
        "age from 23 to 70 years",
        "age from 18 to 75 years",
        "age from 28 to 70 years",
        "age from 18 to 80 years",
    ],
    "age at least 3 years": ["age at least 8 years", "age at least 13 years"],
    "age from 18 to 20 years": [
        "age from 8 to 20 years",
        "age from 13 to 20 years",
        "age from 18 to 25 years",
        "age from 18 to 30 years",
    ],
    "sex is female": [],
    'attested "signed"': [],
    # Asking again costs nothing: to let an answer grow older gains nothing worth a change.
    'attested "signed" within 30 days': [],
    "condition in [als]": [],
    "condition in [als] active": [],
    "condition in [als] from 2021-01-01 to enrolment": [],
    "condition in [als] within 6 months": [
        "condition in [als] within 3 months",
        "condition in [als] within 4 months",
        "condition in [als] within 7 months",
        "condition in [als] within 9 months",
        "condition in [als] within 12 months",
    ],
    "condition in [als] within 1 month": ["condition in [als] within 2 months"],
    "at least 2 records of condition in [als]": [
        "condition in [als]",
        "at least 3 records of condition in [als]",
    ],
    "medication in [glucocorticoids] with daily dose > 60 mg": [
        f"medication in [glucocorticoids] with daily dose > {n} mg"
        for n in ("30", "45", "75", "90", "120")
    ],
    "latest [platelets] < 80000 /mm3": [
        f"latest [platelets] < {n} /mm3" for n in ("40000", "60000", "100000", "120000", "160000")
    ],
    "latest [crp] < 0.001 mg/L": [
        f"latest [crp] < {n} mg/L" for n in ("0.0005", "0.00075", "0.00125", "0.0015", "0.002")
    ],
    "latest [base-excess] < -3 mmol/L": [
        f"latest [base-excess] < {n} mmol/L" for n in ("-1.5", "-2.25", "-3.75", "-4.5", "-6")
    ],
    "latest [base-excess] > 0 mmol/L": [],
    "latest [pregnancy-test] within 8 days is positive": [
        f"latest [pregnancy-test] within {n} days is positive" for n in (4, 6, 10, 12, 16)
    ],
    "lowest [crp] from 0 to 100 mg/L": [
        f"lowest [crp] from 0 to {n} mg/L" for n in ("50", "75", "125", "150", "200")
    ],
    "lowest [crp] from 80 to 100 mg/L": [
        *(f"lowest [crp] from {n} to 100 mg/L" for n in ("40", "60", "100")),
        *(f"lowest [crp] from 80 to {n} mg/L" for n in ("125", "150", "200")),
    ],
    "latest [alt] > 3 x upper limit of normal": [
        f"latest [alt] > {n} x upper limit of normal" for n in ("1.5", "2.25", "3.75", "4.5", "6")
    ],
    "latest creatinine clearance within 4 months <= 30 mL/min": [
        *(
            f"latest creatinine clearance within 4 months <= {n} mL/min"
            for n in ("15", "22.5", "37.5", "45", "60")
        ),
        *(f"latest creatinine clearance within {n} months <= 30 mL/min" for n in (2, 3, 5, 6, 8)),
    ],
    "prednisone-equivalent dose <= 1 mg/kg/d": [
        f"prednisone-equivalent dose <= {n} mg/kg/d" for n in ("0.5", "0.75", "1.25", "1.5", "2")
    ],
    "change in [fvc] from first within 4 months to latest within 1 week <= -10 %": [
        *(
            f"change in [fvc] from first within 4 months to latest within 1 week <= {n} %"
            for n in ("-5", "-7.5", "-12.5", "-15", "-20")
        ),
        *(
            f"change in [fvc] from first within {n} months to latest within 1 week <= -10 %"
            for n in (2, 3, 5, 6, 8)
        ),
        "change in [fvc] from first within 4 months to latest within 2 weeks <= -10 %",
    ],
    "dose of [concomitant] unchanged from enrolment to end of follow-up": [],
    "medication in [concomitant] covered from enrolment to end of follow-up": [],
    'attested "signed" covered from enrolment to end of follow-up': [],
    "age at most 4 years and sex is female": [
        "age at most 9 years and sex is female",
        "age at most 14 years and sex is female",
    ],
    "sex is male or age at most 4 years": [
        "sex is male or age at most 9 years",
        "sex is male or age at most 14 years",
    ],
    "not age at most 4 years": ["not age at most 9 years", "not age at most 14 years"],
    "if age at most 4 years then latest [nyha-class] >= 4": [
        "if age at most 9 years then latest [nyha-class] >= 4",
        "if age at most 14 years then latest [nyha-class] >= 4",
        *(f"if age at most 4 years then latest [nyha-class] >= {n}" for n in ("3", "5")),
    ],
    # A class is moved by one; another number without a unit by its parts.
    "latest [nyha-class] = 3": ["latest [nyha-class] = 2", "latest [nyha-class] = 4"],
    "latest [nyha-class] >= 24": [
        f"latest [nyha-class] >= {n}" for n in ("12", "18", "30", "36", "48")
    ],
    "at least 1 of (sex is male, age at most 4 years)": [
        "at least 2 of (sex is male, age at most 4 years)",
        "at least 1 of (sex is male, age at most 9 years)",
        "at least 1 of (sex is male, age at most 14 years)",
    ],
}


@pytest.mark.parametrize(("written", "moved"), MOVED.items(), ids=list(MOVED))
def test_one_number_is_moved_at_a_time(written: str, moved: list[str]) -> None:
    assert [render(v) for v in variants(parse(written))] == moved


def test_every_type_of_expression_is_in_the_table() -> None:
    def types(expression: e.Expression) -> set[type]:
        below = [types(part) for part in e.children(expression)]
        return {type(expression)}.union(*below)

    every = {*typing.get_args(e.Leaf), *typing.get_args(e.Connective)}
    assert set().union(*(types(parse(text)) for text in MOVED)) == every


@pytest.mark.parametrize("written", MOVED)
def test_what_is_tried_makes_sense_if_what_is_written_does(written: str) -> None:
    assert list(check(parse(written), VALUE_SETS, True)) == []
    for variant in variants(parse(written)):
        assert list(check(variant, VALUE_SETS, True)) == []


@given(expressions(max_leaves=3))
def test_nothing_is_tried_twice_or_unchanged_and_all_of_it_can_be_written(
    expression: e.Expression,
) -> None:
    tried = list(variants(expression))
    assert expression not in tried
    assert all("E" not in str(number) for v in tried for number in _decimals(v) if number > 1)


def _decimals(expression: e.Expression) -> list[Decimal]:
    own = [getattr(getattr(expression, "test", None), n, None) for n in ("number", "low", "times")]
    below = [n for part in e.children(expression) for n in _decimals(part)]
    return [n for n in [*own, *below] if isinstance(n, Decimal)]


@pytest.mark.parametrize(
    ("eligible", "possible", "lost", "relaxes"),
    [
        (0, 0, 0, False),
        (0, 3, 0, True),
        (3, 3, 0, True),
        (3, 3, 1, False),
        (0, 0, 1, False),
    ],
)
def test_a_change_relaxes_if_it_gains_somebody_and_loses_nobody(
    eligible: int, possible: int, lost: int, relaxes: bool
) -> None:
    assert Gain("E1", None, eligible, possible, lost).relaxes is relaxes


# change of the first of two numbers | eligible for sure | at most; and what is told of all these
STEPS = [
    ("age from 13 to 70 years", 0, 2, True),
    ("age from 8 to 70 years", 0, 2, False),
    ("age from 18 to 75 years", 0, 2, True),
    ("age from 18 to 80 years", 0, 3, True),
]


def test_of_steps_that_gain_the_same_the_smallest_is_told() -> None:
    before = parse("age from 18 to 70 years")
    gains = [Gain("I1", parse(change), sure, most) for change, sure, most, _ in STEPS]
    told = [gains[n] for n, (*_, is_told) in enumerate(STEPS) if is_told]
    assert smallest_steps(gains, before) == told
    assert smallest_steps(gains[::-1], before) == told[::-1]


def test_steps_of_different_numbers_are_not_compared() -> None:
    before = parse("latest [crp] > 20 mg/L or latest [crp] within 4 days > 20 mg/L")
    changes = [*variants(before)]
    told = smallest_steps([Gain("E1", change, 0, 1) for change in changes], before)
    # Either way of each of the three numbers: 20 mg/L, 20 mg/L, 4 days.
    assert len(told) == 6
