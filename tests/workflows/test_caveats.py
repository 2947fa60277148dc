"""The caveats of a result: records, and coverage, that do not reach the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from trialrun.records.dates import LATEST
from trialrun.records.schema import Kind
from trialrun.workflows.caveats import STALE, caveats

ON = date(2022, 1, 15)
YESTERDAY = ON - timedelta(days=1)
CURRENT = [(Kind.CONDITION, LATEST)]

# the newest record | what is covered until when | what is said
CASES = {
    "all is well": (ON, CURRENT, []),
    "records are as old as we take for new": (ON - STALE, CURRENT, []),
    "records are a day older": (
        ON - STALE - timedelta(days=1),
        CURRENT,
        ["The newest record is more than 30 days older than 2022-01-15"],
    ),
    "records are of last spring": (
        date(2021, 4, 1),
        CURRENT,
        ["The newest record is more than 270 days older than 2022-01-15"],
    ),
    "no records": (None, CURRENT, ["There is no record that is dated 2022-01-15 or earlier"]),
    "nothing is covered": (ON, [], []),
    "covered to the day": (ON, [(Kind.CONDITION, ON)], []),
    "covered to the day before": (
        ON,
        [(Kind.CONDITION, YESTERDAY)],
        ["Coverage of diagnosis ends on 2022-01-14, before 2022-01-15"],
    ),
    "another source covers the day": (
        ON,
        [(Kind.CONDITION, YESTERDAY), (Kind.CONDITION, LATEST), (Kind.CONDITION, YESTERDAY)],
        [],
    ),
    "kinds that end together": (
        ON,
        [(Kind.MEDICATION, YESTERDAY), (Kind.PARTICIPATION, YESTERDAY), (Kind.ALLERGY, LATEST)],
        ["Coverage of medication, study participation ends on 2022-01-14, before 2022-01-15"],
    ),
    "everything at once": (
        None,
        [(Kind.CONDITION, YESTERDAY), (Kind.ALLERGY, date(2020, 1, 1))],
        [
            "There is no record that is dated",
            "Coverage of allergy ends on 2020-01-01",
            "Coverage of diagnosis ends on 2022-01-14",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_caveats(case: tuple[date | None, list[tuple[Kind, date]], list[str]]) -> None:
    newest, covered, expected = case
    said = caveats(ON, newest, covered, {}, "en")
    assert len(said) == len(expected)
    for sentence, beginning in zip(said, expected, strict=True):
        assert sentence.startswith(beginning)


def test_the_exact_day_of_a_record_is_not_said() -> None:
    newest = date(2021, 4, 1)
    (said,) = caveats(ON, newest, CURRENT, {}, "en")
    assert newest.isoformat() not in said
    assert str((ON - newest).days) not in said


def test_caveats_in_chinese() -> None:
    (old, ends) = caveats(ON, date(2021, 4, 1), [(Kind.CONDITION, YESTERDAY)], {}, "zh")
    assert old.startswith("最新记录早于2022-01-15超过270天")
    assert ends.startswith("诊断的覆盖范围截至2022-01-14")


def test_a_database_without_patients() -> None:
    (said,) = caveats(ON, None, CURRENT, {}, "en", is_empty=True)
    assert said.startswith("The database holds no patients")
    nobody, lost = caveats(ON, None, [], {"Patient": 4}, "zh", is_empty=True)
    assert nobody.startswith("数据库中没有患者")
    assert "（Patient 4 行）" in lost


def test_answers_to_what_is_not_asked() -> None:
    (one,) = caveats(ON, ON, CURRENT, {}, "en", unasked=1)
    assert one.startswith("1 answer of a person is to a question that this protocol does not ask")
    (many,) = caveats(ON, ON, CURRENT, {}, "en", unasked=1200)
    assert many.startswith("1,200 answers of people are to questions")
    (said,) = caveats(ON, ON, CURRENT, {}, "zh", unasked=2)
    assert said.startswith("有2条人工回答")


def test_rejected_rows_of_complete_sources() -> None:
    (said,) = caveats(ON, ON, CURRENT, {"Condition": 1200, "file": 1}, "en")
    assert "(1,200 Condition, 1 file)" in said
    (said,) = caveats(ON, ON, CURRENT, {"measurement": 2, "file": 1}, "zh")
    assert "（检验 2 行、文件 1 行）" in said
    (said,) = caveats(ON, ON, CURRENT, {"Condition": 3}, "zh")
    assert "（Condition 3 行）" in said
