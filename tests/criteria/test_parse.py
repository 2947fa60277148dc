"""What each line of the language says, as an expression; and that every line can be read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.strategies import expressions, units

from trialrun.criteria.expressions import (
    Active,
    Age,
    Anchor,
    And,
    AtAnyTime,
    AtLeast,
    Attested,
    AttestedThroughout,
    Between,
    Change,
    Comparator,
    Derived,
    DoseUnchanged,
    Expression,
    Formula,
    IfThen,
    Is,
    Limit,
    Measured,
    Not,
    Or,
    PrednisoneEquivalent,
    Quality,
    Range,
    Recorded,
    RecordedThroughout,
    Selector,
    SexIs,
    Spread,
    Test,
    Threshold,
    TimesLimit,
    Window,
    Within,
)
from trialrun.criteria.parse import MAX_DEPTH, MOST_STATEMENTS, LanguageError, parse
from trialrun.criteria.wording import render
from trialrun.records.dates import DateUnit
from trialrun.records.schema import Kind, Route

LT, LE, GT, GE, EQ = Comparator
A, B, C = Age(1, None), SexIs("female"), Attested("it")
EVER = AtAnyTime()
A_, B_, C_ = "age at least 1 years", "sex is female", 'attested "it"'


def days(count: int) -> Within:
    return Within(count, DateUnit.DAYS)


def months(count: int) -> Within:
    return Within(count, DateUnit.MONTHS)


def over(number: str, unit: str = "") -> Threshold:
    return Threshold(GT, Decimal(number), unit)


def latest(value_set: str, test: Test, window: Window = EVER) -> Measured:
    return Measured(Selector.LATEST, (value_set,), test, window)


STATEMENTS: list[tuple[str, Expression]] = [
    # age and sex
    ("age from 18 to 70 years", Age(18, 70)),
    ("AGE From 18 TO 70", Age(18, 70)),
    ("age at least 18 years", Age(18, None)),
    ("age at most 70 years", Age(None, 70)),
    ("age < 18 years", Age(None, 17)),
    ("age <= 18 years", Age(None, 18)),
    ("age > 18 years", Age(19, None)),
    ("age ≥ 18 years", Age(18, None)),
    ("age = 1 year", Age(1, 1)),
    ("any age", Age(None, None)),
    ("sex is Female", SexIs("female")),
    # records
    ("condition in [als]", Recorded(Kind.CONDITION, "als")),
    ("conditions in [als] at any time", Recorded(Kind.CONDITION, "als")),
    ("allergy to [il-2]", Recorded(Kind.ALLERGY, "il-2")),
    ("allergy in [ il-2 ]", Recorded(Kind.ALLERGY, "il-2")),
    ("immunization in [v] within 1 day", Recorded(Kind.IMMUNISATION, "v", days(1))),
    (
        "study participation in [any-trial] active",
        Recorded(Kind.PARTICIPATION, "any-trial", Active()),
    ),
    ("consent in [c] active at enrolment", Recorded(Kind.CONSENT, "c", Active())),
    ("encounter in [e] within 2 weeks", Recorded(Kind.ENCOUNTER, "e", Within(2, DateUnit.WEEKS))),
    ("finding in [f] within 2 months before enrolment", Recorded(Kind.FINDING, "f", months(2))),
    (
        "procedure in [p] within 1 year after enrolment",
        Recorded(Kind.PROCEDURE, "p", Within(1, DateUnit.YEARS, after=True)),
    ),
    (
        "immunisation in [v] from enrolment to end of follow-up",
        Recorded(Kind.IMMUNISATION, "v", Between(Anchor.INDEX, Anchor.END)),
    ),
    (
        "condition in [c] from 2020-02-29 to enrolment",
        Recorded(Kind.CONDITION, "c", Between(date(2020, 2, 29), Anchor.INDEX)),
    ),
    (
        "at least 2 records of condition in [c] within 2 years",
        Recorded(Kind.CONDITION, "c", Within(2, DateUnit.YEARS), count=2),
    ),
    ("oral medication in [m]", Recorded(Kind.MEDICATION, "m", route=Route.ORAL)),
    (
        "intravenous medication in [m] with daily dose >= 250 mg within 2 months",
        Recorded(
            Kind.MEDICATION, "m", months(2), 1, Route.INTRAVENOUS, Threshold(GE, Decimal(250), "mg")
        ),
    ),
    (
        "medication in [m] with daily dose > 5 mg from enrolment to 2020-01-01",
        Recorded(
            Kind.MEDICATION, "m", Between(Anchor.INDEX, date(2020, 1, 1)), dose=over("5", "mg")
        ),
    ),
    ("no condition in [c] active", Not(Recorded(Kind.CONDITION, "c", Active()))),
    # measurements
    (
        "latest [platelets] within 30 days < 80000 /mm3",
        latest("platelets", Threshold(LT, Decimal(80000), "/mm3"), days(30)),
    ),
    ("first [x] = 1", Measured(Selector.FIRST, ("x",), Threshold(EQ, Decimal(1)))),
    ("any [x] is abnormal", Measured(Selector.ANY, ("x",), Is(Quality.ABNORMAL))),
    ("every [x] is negative", Measured(Selector.EVERY, ("x",), Is(Quality.NEGATIVE))),
    (
        "lowest [x] from 2020-01-01 to enrolment from 2 to 5 mg",
        Measured(
            Selector.LOWEST,
            ("x",),
            Range(Decimal(2), Decimal(5), "mg"),
            Between(date(2020, 1, 1), Anchor.INDEX),
        ),
    ),
    (
        "latest any of [alt], [ast] within 30 days > 3 × ULN",
        Measured(
            Selector.LATEST,
            ("alt", "ast"),
            TimesLimit(GT, Decimal(3), Limit.UPPER),
            days(30),
            Spread.ANY,
        ),
    ),
    (
        "highest each of [alt] < 0.5 x lower limit of normal",
        Measured(
            Selector.HIGHEST,
            ("alt",),
            TimesLimit(LT, Decimal("0.5"), Limit.LOWER),
            AtAnyTime(),
            Spread.EACH,
        ),
    ),
    (
        "any any of [a], [b] is normal",
        Measured(Selector.ANY, ("a", "b"), Is(Quality.NORMAL), spread=Spread.ANY),
    ),
    # limits of normal
    ("latest [x] > 3xULN", latest("x", TimesLimit(GT, Decimal(3), Limit.UPPER))),
    (
        "latest [x] > 3 times the upper limit of normal",
        latest("x", TimesLimit(GT, Decimal(3), Limit.UPPER)),
    ),
    ("latest [x] > ULN", latest("x", TimesLimit(GT, Decimal(1), Limit.UPPER))),
    ("latest [x] < 1 LLN", latest("x", TimesLimit(LT, Decimal(1), Limit.LOWER))),
    # derived quantities
    (
        "latest creatinine clearance within 90 days <= 30 mL/min",
        Derived(Formula.CREATININE_CLEARANCE, Threshold(LE, Decimal(30), "mL/min"), days(90)),
    ),
    ("EGFR > 60 mL/min/1.73 m2", Derived(Formula.EGFR, over("60", "mL/min/1.73m2"))),
    (
        "body mass index from 18.5 to 25 kg/m2",
        Derived(Formula.BODY_MASS_INDEX, Range(Decimal("18.5"), Decimal(25), "kg/m2")),
    ),
    ("current prednisone-equivalent dose > 1 mg/kg/d", PrednisoneEquivalent(over("1", "mg/kg/d"))),
    ("prednisone-equivalent dose active > 1 mg/kg/d", PrednisoneEquivalent(over("1", "mg/kg/d"))),
    (
        "highest prednisone-equivalent dose within 2 months > 1 mg/kg/d",
        PrednisoneEquivalent(over("1", "mg/kg/d"), months(2)),
    ),
    # change
    (
        "change in [fvc] from first within 12 months to latest within 30 days <= -10 %",
        Change(
            "fvc",
            Selector.FIRST,
            months(12),
            Selector.LATEST,
            days(30),
            Threshold(LE, Decimal(-10), "%"),
        ),
    ),
    (
        "change in [x] from first from 2020-01-01 to enrolment to latest from −2 to +5",
        Change(
            "x",
            Selector.FIRST,
            Between(date(2020, 1, 1), Anchor.INDEX),
            Selector.LATEST,
            AtAnyTime(),
            Range(Decimal(-2), Decimal(5)),
        ),
    ),
    # what a person says; doses
    ('attested "he said ""no"" to it"', Attested('he said "no" to it')),
    ('attested ""', Attested("")),
    ('attested "fit" at any time', Attested("fit")),
    ('attested "fit" within 30 days', Attested("fit", Within(30, DateUnit.DAYS))),
    ('attested "fit" active', Attested("fit", Active())),
    (
        'attested "fit" from 2020-01-01 to enrolment and sex is female',
        And((Attested("fit", Between(date(2020, 1, 1), Anchor.INDEX)), SexIs("female"))),
    ),
    (
        "dose of [m] unchanged from enrolment to end of followup",
        DoseUnchanged("m", Between(Anchor.INDEX, Anchor.END)),
    ),
    (
        "medications in [pill] covered from enrolment to end of follow-up",
        RecordedThroughout(Kind.MEDICATION, "pill", Between(Anchor.INDEX, Anchor.END)),
    ),
    (
        "allergies to [m] COVERED from 2020-01-01 to enrolment",
        RecordedThroughout(Kind.ALLERGY, "m", Between(date(2020, 1, 1), Anchor.INDEX)),
    ),
    (
        'attested "fit" covered from enrolment to end of followup and sex is female',
        And((AttestedThroughout("fit", Between(Anchor.INDEX, Anchor.END)), SexIs("female"))),
    ),
    (
        'latest [x] < 5 "covered"',
        Measured(Selector.LATEST, ("x",), Threshold(Comparator.LT, Decimal(5), "covered")),
    ),
    # connectives: `and` binds tighter than `or`; brackets are kept
    (f"{A_} and {B_} or {C_}", Or((And((A, B)), C))),
    (f"{A_} and {B_} and {C_}", And((A, B, C))),
    (f"({A_} or {B_}) or {C_}", Or((Or((A, B)), C))),
    (f"{A_} and ({B_} or {C_})", And((A, Or((B, C))))),
    (f"not {A_} and {B_}", And((Not(A), B))),
    (f"not ({A_} and {B_})", Not(And((A, B)))),
    (f"not not {A_}", Not(Not(A))),
    (f"((({A_})))", A),
    (f"if {A_} or {B_} then {C_} and {B_}", IfThen(Or((A, B)), And((C, B)))),
    (f"if {A_} then if {B_} then {C_}", IfThen(A, IfThen(B, C))),
    (f"(if {A_} then {B_}) or {C_}", Or((IfThen(A, B), C))),
    (f"at least 2 of ({A_}, {B_} or {C_}, {C_})", AtLeast(2, (A, Or((B, C)), C))),
    (f"at least 1 of (latest [x] > 5 mg, {A_})", AtLeast(1, (latest("x", over("5", "mg")), A))),
    (f"latest [x] > 5 mg\n  or\n  {B_}", Or((latest("x", over("5", "mg")), B))),
    (f"latest [x] > 5 and {B_}", And((latest("x", over("5")), B))),
    (f"if latest [x] > 5 then {B_}", IfThen(latest("x", over("5")), B)),
]


@pytest.mark.parametrize(("text", "expression"), STATEMENTS, ids=[text for text, _ in STATEMENTS])
def test_a_line_says(text: str, expression: Expression) -> None:
    assert parse(text) == expression
    assert parse(render(expression)) == expression


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("> 5 /mm3", "/mm3"),
        ("> 5 10*9/L", "10*9/L"),
        ("> 5 ×10⁹/L", "×10⁹/L"),
        ("> 5×10⁹/L", "×10⁹/L"),
        ("> 5 x 10^9/L", "x10^9/L"),
        ("> 5 mL/min/1.73m2", "mL/min/1.73m2"),
        ("> 5 mL/min/1.73 m²", "mL/min/1.73m²"),
        ("> 5%", "%"),
        ("> 5 {score}", "{score}"),
        ("> 5 [degF]", "[degF]"),
        ("> 5 m[IU]/mL", "m[IU]/mL"),
        ("> 5 mg/(kg.d)", "mg/(kg.d)"),
        ("> 5 a", "a"),
        ('> 5 "K/uL (auto), x"', "K/uL (auto), x"),
    ],
)
def test_units(written: str, unit: str) -> None:
    assert parse(f"(latest [x] {written})") == latest("x", over("5", unit))


@given(units())
@example("xULN")
@example("x 10^9/L")
@example("1.73 m2")
@example("within")
def test_every_unit_survives(unit: str) -> None:
    expression = And((latest("x", over("5", unit)), A))
    assert parse(render(expression)) == expression


@settings(max_examples=400)
@given(expressions())
def test_every_expression_survives(expression: Expression) -> None:
    assert parse(render(expression)) == expression


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(" ".join(t for t, _ in STATEMENTS).split())).map(" ".join)
)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    error = refusal(text)
    if error is not None:
        assert error.message
        assert error.remedy
        assert "_" not in " ".join(error.expected)
        assert 1 <= error.line <= text.count("\n") + 1
        assert 1 <= error.column <= len(text.split("\n")[error.line - 1]) + 1


def refusal(text: str) -> LanguageError | None:
    try:
        parse(text)
    except LanguageError as error:
        return error
    return None


@pytest.mark.parametrize(
    "nest", ["not " * MAX_DEPTH + A_, "not " * 50_000 + A_, f"if {A_} then " * 200 + A_]
)
def test_deep_nesting_is_refused(nest: str) -> None:
    with pytest.raises(LanguageError, match=f"more than {MAX_DEPTH} deep"):
        parse(nest)


def test_nesting_within_the_limit_can_be_read_back() -> None:
    nested = parse("not " * (MAX_DEPTH - 1) + A_)
    assert parse(render(nested)) == nested


@pytest.mark.parametrize("joined", [" or ", " and "])
def test_a_line_joins_no_more_than_can_be_asked(joined: str) -> None:
    parse(joined.join([A_] * MOST_STATEMENTS))
    with pytest.raises(LanguageError, match=f"more than {MOST_STATEMENTS} statements"):
        parse(joined.join([A_] * (MOST_STATEMENTS + 1)))


def test_brackets_alone_are_no_nesting() -> None:
    assert parse("(" * 5_000 + A_ + ")" * 5_000) == A
