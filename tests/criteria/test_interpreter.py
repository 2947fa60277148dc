"""The interpreter beyond the tables of the manual: what it refuses, and what must always hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.spec.cases import cases
from tests.spec.record_text import read_record
from tests.spec.tables import Case
from tests.spec.world import CONCEPTS, INDEX, VALUE_SETS, setting

from trialrun.criteria.answers import Gap
from trialrun.criteria.expressions import Active, AtAnyTime, AtLeast, Recorded, SexIs, Within
from trialrun.criteria.interpreter import answer, explain, interpret
from trialrun.criteria.interpreter.windows import Days, days_of, last_index_holding
from trialrun.criteria.parse import parse
from trialrun.criteria.setting import Setting
from trialrun.criteria.tree import Answered, deciding, gaps, rests_on_absence, until
from trialrun.criteria.truth import Truth
from trialrun.errors import ProtocolError
from trialrun.records.dates import LATEST, DateUnit, Span
from trialrun.records.rows import Row
from trialrun.records.schema import Kind

FIT = 'attested "fit"'
EVER = "immunisation in [vaccines]"
RECORD = read_record("female; #1 immunisation influenza vaccine on 2021-09-01")


def _tree(statement: str) -> Answered:
    return explain(parse(statement), RECORD, setting(INDEX), Truth.FALSE)


# --- what it refuses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "error", "message"),
    [
        ("condition in [alz]", ProtocolError, r"no value set \[alz\]"),
        ("lowest [crp] = 5 mg/L", TypeError, "does not go with"),
        ("highest [crp] is abnormal", TypeError, "need a number"),
        ("change in [fvc] from any to latest < 0 L", TypeError, "choose one day"),
    ],
)
def test_what_the_type_check_refuses_is_never_answered(
    statement: str, error: type[Exception], message: str
) -> None:
    record = read_record(
        "#1 measurement CRP on 2022-01-05: 3 mg/L; #2 measurement FVC on 2022-01-05: 3 L"
    )
    with pytest.raises(error, match=message):
        interpret(parse(statement), record, setting(INDEX), Truth.FALSE)


def test_a_window_without_its_end_is_refused() -> None:
    no_end = Setting(INDEX, VALUE_SETS, end_of_follow_up=None)
    statement = parse("condition in [als] from enrolment to end of follow-up")
    with pytest.raises(ProtocolError, match="end of follow-up"):
        interpret(statement, RECORD, no_end, Truth.FALSE)


def test_unknown_speaks_against_nothing() -> None:
    with pytest.raises(ValueError, match="never UNKNOWN"):
        interpret(SexIs("female"), RECORD, setting(INDEX), Truth.UNKNOWN)


# --- what must always hold --------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", [case for case in cases() if len(case.patient.rows) > 1], ids=lambda case: case.name
)
def test_the_order_of_rows_never_matters(case: Case) -> None:
    trees = [
        explain(case.expression, replace(case.patient, rows=rows), case.setting, case.adverse)
        for rows in permutations(case.patient.rows)
    ]
    assert trees == trees[:1] * len(trees)


def test_an_empty_record_settles_nothing() -> None:
    empty = read_record("")
    settled = {
        case.statement
        for case in cases()
        if interpret(case.expression, empty, case.setting, case.adverse) is not Truth.UNKNOWN
    }
    assert settled == set()


def test_a_period_without_an_end_may_have_ended_on_any_later_day() -> None:
    begun = Span.of(date(2020, 1, 1))
    row = Row(row_id=1, kind=Kind.CONDITION, concept=CONCEPTS["ALS"], start=begun)
    patient = replace(RECORD, rows=(row,))
    found = answer(Recorded(Kind.CONDITION, "als", Active()), patient, setting(INDEX), Truth.FALSE)
    assert (found.truth, found.gap) == (Truth.UNKNOWN, Gap.END_NOT_RECORDED)


def test_leaves_are_answered_alone_as_in_a_tree() -> None:
    leaf = Recorded(Kind.IMMUNISATION, "vaccines")
    alone = answer(leaf, RECORD, setting(INDEX), Truth.FALSE)
    assert alone == explain(leaf, RECORD, setting(INDEX), Truth.FALSE).answer
    assert (alone.truth, alone.rows, alone.presumed) == (Truth.TRUE, (1,), False)


# --- windows ----------------------------------------------------------------------------------

DAYS = st.dates(date(2019, 1, 1), date(2025, 12, 31))
WITHIN = st.builds(Within, st.integers(0, 40), st.sampled_from(DateUnit), st.just(False))


@given(DAYS, st.one_of(WITHIN, st.just(Active())))
def test_the_last_index_date_holds_the_day_and_the_next_does_not(
    day: date, window: Within | Active
) -> None:
    last = last_index_holding(day, window, setting(INDEX))
    assert last is not None
    assert _holds(day, window, last)
    assert not _holds(day, window, last + timedelta(days=1))


def _holds(day: date, window: Within | Active, index: date) -> bool:
    days = days_of(window, setting(index))
    return days.first <= day <= max(days.last, index)


def test_some_windows_hold_a_day_for_ever() -> None:
    assert last_index_holding(INDEX, AtAnyTime(), setting(INDEX)) is None
    assert last_index_holding(LATEST, Active(), setting(INDEX)) is None
    assert last_index_holding(LATEST, Within(2, DateUnit.MONTHS), setting(INDEX)) is None
    assert last_index_holding(date(9999, 6, 1), Within(2, DateUnit.YEARS), setting(INDEX)) is None


def test_a_window_after_enrolment_starts_on_the_index_date() -> None:
    window = Within(2, DateUnit.MONTHS, after=True)
    assert days_of(window, setting(date(2021, 12, 31))) == Days(
        date(2021, 12, 31), date(2022, 2, 28)
    )
    assert last_index_holding(INDEX, window, setting(INDEX)) == INDEX


# --- trees ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "leaves"),
    [
        (f"sex is female and {EVER}", ["sex is female", EVER]),
        ("sex is male and sex is female", ["sex is male"]),
        (f"sex is male and {FIT}", ["sex is male"]),
        (f"sex is female and {FIT}", [FIT]),
        (f"sex is female or {FIT}", ["sex is female"]),
        (f"not (sex is female or {FIT})", ["sex is female"]),
        (f"if sex is male then {FIT}", ["sex is male"]),
        (f"if {FIT} then sex is female", ["sex is female"]),
        ("if sex is female then sex is male", ["sex is female", "sex is male"]),
        (f"at least 2 of (sex is female, {EVER}, sex is male)", ["sex is female", EVER]),
        (f"at least 3 of (sex is female, sex is male, {FIT})", ["sex is male"]),
    ],
)
def test_deciding_leaves(statement: str, leaves: list[str]) -> None:
    found = [leaf.expression for leaf in deciding(_tree(statement))]
    assert found == [parse(leaf) for leaf in leaves]


@pytest.mark.parametrize(
    ("statement", "leaves"),
    [
        (FIT, [FIT]),
        (f"sex is female or {FIT}", []),
        (f"sex is male and {FIT}", []),
        (f'sex is female and ({FIT} or attested "able")', [FIT, 'attested "able"']),
        (f'(sex is male and attested "able") or {FIT}', [FIT]),
        (f'not ({FIT} and (attested "able" or sex is female))', [FIT]),
        (f'if {FIT} then attested "able"', [FIT, 'attested "able"']),
        (f"at least 2 of (sex is female, {FIT}, sex is male)", [FIT]),
    ],
)
def test_only_gaps_that_could_settle_the_whole_are_named(statement: str, leaves: list[str]) -> None:
    found = [leaf.expression for leaf in gaps(_tree(statement))]
    assert found == [parse(leaf) for leaf in leaves]


@pytest.mark.parametrize(
    ("statement", "presumed"),
    [
        ("condition in [als]", True),
        ("not condition in [als]", True),
        ("condition in [als] and sex is male", False),
        ("condition in [als] and condition in [malignancy]", True),
        ("condition in [als] or sex is male", True),
        ("not condition in [als] or sex is female", False),
        ("if condition in [als] then sex is male", True),
        ("if condition in [als] then sex is female", False),
        ("at least 2 of (sex is female, not condition in [als], sex is male)", True),
        ("at least 2 of (sex is female, not condition in [als], not sex is male)", False),
    ],
)
def test_an_answer_rests_on_absence_where_what_is_shown_does_not_suffice(
    statement: str, presumed: bool
) -> None:
    covered = read_record("female; C1 covers conditions")
    tree = explain(parse(statement), covered, setting(INDEX), Truth.FALSE)
    assert rests_on_absence(tree) is presumed


def test_what_needs_no_part_stands_for_ever() -> None:
    part = parse("immunisation in [vaccines] within 6 months")
    none_needed = explain(AtLeast(0, (part,)), RECORD, setting(INDEX), Truth.FALSE)
    too_many = explain(AtLeast(2, (part,)), RECORD, setting(INDEX), Truth.FALSE)
    no_records = explain(
        Recorded(Kind.CONDITION, "als", count=0), RECORD, setting(INDEX), Truth.FALSE
    )
    assert [tree.truth for tree in (none_needed, too_many, no_records)] == [
        Truth.TRUE,
        Truth.FALSE,
        Truth.TRUE,
    ]
    assert [until(tree) for tree in (none_needed, too_many, no_records)] == [None, None, None]
