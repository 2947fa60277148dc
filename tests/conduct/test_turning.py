"""Asking on the days on which an answer may turn finds what asking on every day finds."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conduct.participant import ENROLLED, day, told

from trialrun.conduct.turning import turns_of_index, turns_of_window_end
from trialrun.criteria.interpreter import interpret
from trialrun.criteria.parse import parse
from trialrun.criteria.setting import Setting
from trialrun.criteria.truth import Truth
from trialrun.protocol.file import common_value_sets, read_protocol

VALUE_SETS = {**common_value_sets(), **read_protocol("ld-il2-immune-als").value_sets}
LAST = 130
RECORDS = (
    "hospital: covers conditions since day 50; hospital: covers immunisations since day 50",
    "hospital: sepsis from day 30 to day 37; hospital: covers conditions",
    "hospital: sepsis from 2022-02 to 2022-03; hospital: covers conditions since day 20",
    "hospital: vaccinated on 2022-02; vaccinated on day 90; asked until day 100",
    "riluzole 100 mg from day -9 to day 20; riluzole 100 mg from day 30 to 2022-03",
    "riluzole 100 mg from 2021 to day 20; asked until day 100",
    "pregnant yes on day 28; pregnant no on 2022-03; pregnancy test positive on day 60",
)
OF_EACH_DAY = (
    "condition in [sepsis] active",
    "condition in [sepsis] within 30 days",
    "condition in [sepsis] within 1 month",
    "condition in [sepsis]",
    "condition in [sepsis] within 2 weeks after enrolment",
    "no condition in [sepsis] within 1 month",
    "no immunisation in [any-vaccine] within 30 days",
    "medication in [concomitant-medication] active",
    'attested "is pregnant or breast-feeding" within 7 days',
    "latest [hcg-urine] within 2 months is positive",
    "age at most 49 years",
)
UP_TO_A_DAY = (
    "no condition in [sepsis] from enrolment to end of follow-up",
    "no immunisation in [any-vaccine] from enrolment to end of follow-up",
    "dose of [concomitant-medication] unchanged from enrolment to end of follow-up",
    "medication in [concomitant-medication] covered from enrolment to end of follow-up",
    'attested "is pregnant or breast-feeding" covered from enrolment to end of follow-up',
    "every [hcg-urine] from enrolment to end of follow-up is negative",
)


@pytest.mark.parametrize("statement", OF_EACH_DAY)
@pytest.mark.parametrize("text", RECORDS)
def test_asked_of_each_day(text: str, statement: str) -> None:
    record, expression = told(text, born="1972-04-01"), parse(statement)
    truths = [
        interpret(expression, record, Setting(day(n), VALUE_SETS, day(336)), Truth.TRUE)
        for n in range(LAST)
    ]
    start = Setting(ENROLLED, VALUE_SETS, day(336))
    assert _turned(truths) <= set(turns_of_index(expression, record, start, day(LAST)))


@pytest.mark.parametrize("statement", UP_TO_A_DAY)
@pytest.mark.parametrize("text", RECORDS)
def test_asked_up_to_a_day(text: str, statement: str) -> None:
    record, expression = told(text), parse(statement)
    truths = [
        interpret(expression, record, Setting(ENROLLED, VALUE_SETS, day(n)), Truth.FALSE)
        for n in range(LAST)
    ]
    assert _turned(truths) <= set(turns_of_window_end(expression, record, ENROLLED, day(LAST)))


def test_few_days_are_asked_and_enrolment_is_always_one() -> None:
    expression = parse("condition in [sepsis] active")
    start = Setting(ENROLLED, VALUE_SETS, day(336))
    record = told("hospital: sepsis from day 30 to day 37", born="1972-07-01")
    found = turns_of_index(expression, record, start, day(LAST))
    assert {day(0), day(30), day(38)} <= set(found)
    assert len(found) < 10
    unread = told("vaccinated on day 30", born="1972-07-01")
    assert turns_of_window_end(expression, unread, ENROLLED, day(LAST)) == [ENROLLED]


def _turned(truths: list[Truth]) -> set[date]:
    return {day(n) for n in range(1, len(truths)) if truths[n] is not truths[n - 1]}
