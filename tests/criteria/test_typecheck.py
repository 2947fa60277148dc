"""Statements that can be read but make no sense: what is said, and what to do."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from tests.strategies import expressions

from trialrun.criteria.expressions import (
    Age,
    And,
    AtAnyTime,
    AtLeast,
    Expression,
    Is,
    Measured,
    Or,
    Quality,
    Recorded,
    Selector,
    SexIs,
)
from trialrun.criteria.parse import parse
from trialrun.criteria.typecheck import TypeProblem, check
from trialrun.records.schema import Kind, Route
from trialrun.terminology.value_sets import Entry, Ordinal, Plausible, ValueSet


def value_set(
    name: str,
    plausible: tuple[int, int, str] | None = None,
    molar_mass: str | None = None,
    ordinals: tuple[Ordinal, ...] = (),
    **attributes: str,
) -> ValueSet:
    return ValueSet(
        name,
        name,
        "a test",
        (Entry("LOINC", "1-8", attributes=attributes),),
        molar_mass=Fraction(molar_mass) if molar_mass else None,
        plausible=Plausible(Fraction(plausible[0]), Fraction(plausible[1]), plausible[2])
        if plausible
        else None,
        ordinals=ordinals,
    )


VALUE_SETS = {
    found.id: found
    for found in (
        value_set("platelets", (1, 3000, "10*9/L")),
        value_set("creatinine", (0, 5000, "umol/L"), "113.12"),
        value_set("temperature", (30, 45, "Cel")),
        value_set("fvc"),
        value_set("nyha-class", ordinals=(Ordinal(Fraction(3), texts=("III",)),)),
        value_set("body-weight", (1, 400, "kg")),
        value_set("body-height", (30, 250, "cm")),
        value_set("glucocorticoids", prednisone_5mg="5"),
        value_set("als"),
    )
}

SOUND = [
    "age from 0 to 130 years",
    "at least 2 of (sex is male, sex is female)",
    "condition in [als] within 0 days",
    "oral medication in [glucocorticoids] with daily dose >= 0.5 g",
    "immunisation in [als] from enrolment to end of follow-up",
    "immunisation in [als] within 30 days after enrolment",
    "latest [platelets] < 80000 /mm3",
    "latest [platelets] < 80 ×10⁹/L",
    "lowest [platelets] from 100 to 300 K/uL",
    "latest [platelets] > 1.5 x upper limit of normal",
    "latest [creatinine] < 1.5 mg/dL",
    "latest [temperature] > 100.4 [degF]",
    "latest [nyha-class] >= 3",
    "latest [nyha-class] is positive",
    "first any of [creatinine], [creatinine] = 80 umol/L",
    "latest creatinine clearance <= 30 mL/min",
    "latest eGFR <= 30 mL/min/1.73m2",
    "latest body mass index from 18 to 25 kg/m2",
    "highest prednisone-equivalent dose within 2 months <= 1 mg/kg/d",
    "change in [fvc] from first to latest <= -10 %",
    "change in [platelets] from first to latest <= -10 %",
    "change in [creatinine] from first to latest > 0.3 mg/dL",
    'attested "so it is"',
    "dose of [als] unchanged from enrolment to end of follow-up",
    "not (if sex is male then condition in [als] from 2020-01-01 to 2020-01-01)",
]

PROBLEMS: list[tuple[str, str, str]] = [
    # statement, problem, remedy
    ("any age", "any age asks nothing", "leave it out"),
    ("age from 70 to 18 years", "no age is from 70 to 18 years", "smaller age first"),
    ("age < 0 years", "-1 is no age", "from 0 to 130"),
    ("age at least 131 years", "131 is no age", "from 0 to 130"),
    ("at least 3 of (sex is male, sex is female)", "at least 3 of 2 is never so", "from 1 to 2"),
    ("at least 0 of (sex is male)", "at least 0 of 1 is always so", "from 1 to 1"),
    ("condition in [asl]", "there is no value set [asl]", "did you mean 'als'?"),
    ("condition in [qqqqqq]", "there is no value set [qqqqqq]", "add its file"),
    ("latest any of [fvc], [fcv] > 3 mL", "there is no value set [fcv]", "did you mean 'fvc'?"),
    ("change in [fcv] from first to latest > 3 mL", "no value set [fcv]", "did you mean 'fvc'?"),
    ("dose of [asl] unchanged from enrolment to enrolment", "[asl]", "did you mean 'als'?"),
    ("condition in [asl] covered from enrolment to enrolment", "[asl]", "did you mean 'als'?"),
    ("finding in [als] covered from enrolment to enrolment", "covers one day only", "condition"),
    ("condition in [als] covered from end of follow-up to enrolment", "ends before", "earlier day"),
    ('attested " " covered from enrolment to enrolment', "nothing is asked", "attested"),
    ('attested "x" covered from end of follow-up to enrolment', "ends before", "earlier day"),
    ("at least 0 records of condition in [als]", "at least 0 records is always so", "1 or more"),
    (
        "at least 999999999999 records of condition in [als]",
        "nobody has 999999999999 records",
        "at most 1000000",
    ),
    (
        "condition in [als] within 1000000000 years",
        "a window cannot be 1000000000 years long",
        "at any time",
    ),
    ("condition in [als] within 366001 days", "cannot be 366001 days long", "at any time"),
    ("condition in [als] within -3 days", "a window cannot be -3 days long", "after enrolment"),
    ("condition in [als] from 2021-01-01 to 2020-12-31", "ends before it begins", "earlier day"),
    ("condition in [als] from end of follow-up to enrolment", "ends before", "earlier day first"),
    # doses
    ("medication in [als] with daily dose > 5", "a daily dose needs a unit", "such as 250 mg"),
    ("medication in [als] with daily dose > 5 mg/d", "is an amount, not mg/d", "without “per day”"),
    ("medication in [als] with daily dose > 5 zorks", "the unit “zorks” is not known", "UCUM"),
    ("medication in [als] with daily dose > -5 mg", "no dose is below 0", "amount per day"),
    # tests
    ("lowest [platelets] = 80 10*9/L", "“lowest” goes with", "latest, first, any or every"),
    ("highest [platelets] is abnormal", "“highest” goes with", "latest, first, any or every"),
    ("highest [platelets] = 3 x ULN", "“highest” goes with", "latest, first, any or every"),
    ("latest [fvc] from 5 to 3 L", "no number is from 5 to 3", "smaller number first"),
    ("latest [fvc] > 0 x ULN", "0 times a limit of normal is no limit", "above 0"),
    ("latest [fvc] > 3 zorks", "the unit “zorks” is not known", "UCUM"),
    ("latest [platelets] < 80000", "are in 10*9/L, not in a number without unit", "in 10*9/L"),
    ("latest [platelets] < 80 g/L", "are in 10*9/L, not in “g/L”", "in 10*9/L"),
    ("latest [platelets] < 80000 10*9/L", "80000 10*9/L lies outside", "the number and its unit"),
    ("latest [platelets] from 0.1 to 0.5 10*9/L", "lies outside", "the number and its unit"),
    ("latest [temperature] > 100.4 Cel", "100.4 Cel lies outside", "(30 to 45 Cel)"),
    ("latest [nyha-class] >= 3 mg", "are grades, not in mg", "the number alone"),
    # derived quantities
    ("latest creatinine clearance < 30 mL/min/1.73m2", "in mL/min, not in", "write it in mL/min"),
    ("latest eGFR < 30 mL/min", "in mL/min/1.73m2, not in “mL/min”", "mL/min/1.73m2"),
    ("latest eGFR from 60 to 30 mL/min/1.73m2", "no number is from 60 to 30", "smaller number"),
    ("latest body mass index < 30", "in kg/m2, not in a number without unit", "kg/m2"),
    ("prednisone-equivalent dose <= 1 mg", "in mg/kg/d, not in “mg”", "mg/kg/d"),
    # change
    ("change in [fvc] from first to latest from 5 to 3 L", "from 5 to 3", "smaller number first"),
    ("change in [fvc] from lowest to latest > 3 L", "from or to “lowest”", "latest or first"),
    ("change in [fvc] from first to any > 3 L", "from or to “any”", "latest or first"),
    ("change in [platelets] from first to latest > 3 L", "not in “L”", "in 10*9/L"),
    ("change in [fvc] from first within -1 days to latest > 3 L", "cannot be -1 days long", ""),
    ('attested " "', "nothing is asked", "write the statement"),
    ('attested "fit" within -1 days', "cannot be -1 days long", "write a positive number"),
]


def problems_of(text: str) -> tuple[TypeProblem, ...]:
    return check(parse(text), VALUE_SETS, has_end_of_follow_up=True)


@pytest.mark.parametrize("text", SOUND)
def test_a_sound_statement_has_no_problem(text: str) -> None:
    assert problems_of(text) == ()


@pytest.mark.parametrize(("text", "message", "remedy"), PROBLEMS)
def test_a_statement_without_sense(text: str, message: str, remedy: str) -> None:
    (problem,) = problems_of(text)
    assert message in problem.message
    assert remedy in problem.remedy or remedy in problem.message
    assert problem.expression == parse(text)


UNSAYABLE: list[tuple[Expression, str]] = [
    (And((Age(1, 2),)), "two statements or more"),
    (Or(()), "two statements or more"),
    (AtLeast(1, ()), "at least 1 of 0"),
    (SexIs("other"), "“other” is not recorded"),
    (Recorded(Kind.MEASUREMENT, "fvc"), "“measurement in […]” cannot be asked"),
    (Recorded(Kind.ATTESTATION, "als"), "“attestation in […]” cannot be asked"),
    (Recorded(Kind.CONDITION, "als", route=Route.ORAL), "only a medication"),
    (Recorded(Kind.MEDICATION, "als", route=Route.OTHER), "“other” is no route"),
    (
        Measured(Selector.LATEST, ("fvc", "als"), Is(Quality.NORMAL), AtAnyTime()),
        "need “any of” or “each of”",
    ),
]


@pytest.mark.parametrize(("expression", "message"), UNSAYABLE)
def test_what_cannot_even_be_written(expression: Expression, message: str) -> None:
    (problem,) = check(expression, VALUE_SETS, has_end_of_follow_up=True)
    assert message in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "condition in [als] within 3 days after enrolment",
        "latest [fvc] from enrolment to end of follow-up > 3 L",
        "dose of [als] unchanged from enrolment to end of follow-up",
        "medication in [als] covered from enrolment to end of follow-up",
        'attested "fit" covered from enrolment to end of follow-up',
        "condition in [als] from end of follow-up to 2030-01-01",
        "change in [fvc] from first from enrolment to end of follow-up"
        " to latest from enrolment to end of follow-up > 3 L",
        "latest eGFR from enrolment to end of follow-up < 30 mL/min/1.73m2",
        "highest prednisone-equivalent dose within 1 day after enrolment > 1 mg/kg/d",
    ],
)
def test_nothing_lies_ahead_without_follow_up(text: str) -> None:
    (problem,) = check(parse(text), VALUE_SETS, has_end_of_follow_up=False)
    assert "no end of follow-up" in problem.message


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("latest creatinine clearance < 30 mL/min", ["creatinine", "body-weight"]),
        ("latest eGFR < 30 mL/min/1.73m2", ["creatinine"]),
        ("latest body mass index < 30 kg/m2", ["body-weight", "body-height"]),
        ("prednisone-equivalent dose < 1 mg/kg/d", ["glucocorticoids", "body-weight"]),
    ],
)
def test_a_derived_quantity_needs_its_value_sets(text: str, needed: list[str]) -> None:
    found = [problem.message for problem in check(parse(text), {}, has_end_of_follow_up=True)]
    assert len(found) == len(needed)
    for message, name in zip(found, needed, strict=True):
        assert f"needs the value set [{name}]" in message


def test_glucocorticoids_need_their_equivalents() -> None:
    sets = VALUE_SETS | {"glucocorticoids": value_set("glucocorticoids")}
    (problem,) = check(parse("prednisone-equivalent dose < 1 mg/kg/d"), sets, True)
    assert "equals 5 mg of prednisone" in problem.message


def test_all_problems_at_once_each_with_its_part() -> None:
    statement = parse("age < 0 years or not (condition in [asl] and latest [fvc] > 3 zorks)")
    found = check(statement, VALUE_SETS, has_end_of_follow_up=True)
    assert [problem.expression for problem in found] == [
        parse("age < 0 years"),
        parse("condition in [asl]"),
        parse("latest [fvc] > 3 zorks"),
    ]


@settings(max_examples=200)
@given(expressions())
def test_every_expression_can_be_checked(expression: Expression) -> None:
    for problem in check(expression, VALUE_SETS, has_end_of_follow_up=False):
        assert problem.message
        assert problem.remedy
