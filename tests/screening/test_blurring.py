"""Under pseudonyms no date tells a birthday, and what is said is never too favourable."""

from __future__ import annotations

from datetime import date

import pytest
from tests.screening.trial import read_trial
from tests.spec.record_text import read_record

from trialrun.criteria.tree import until
from trialrun.engine.export import Dates
from trialrun.records.dates import parse_span
from trialrun.records.pseudonyms import OWN_NAMES
from trialrun.screening.blurring import dates_without_birthdays, without_birthdays
from trialrun.screening.judging import judge_patient
from trialrun.screening.plan import plan
from trialrun.screening.result import JudgedPatient

ON = date(2022, 1, 15)
AGE = "I1 inclusion: age from 18 to 70 years"
VACCINE = "E1 exclusion: immunisation in [vaccines] within 6 months"


def opened(record: str) -> JudgedPatient:
    trial = read_trial(f"{AGE}\n{VACCINE}")
    return judge_patient(read_record(record), plan(trial), trial, ON, OWN_NAMES)


# born | eligible until | what is said instead
LAPSES = [
    ("1951-07-21", "2022-07-20", "2022-06-30"),
    ("1951-08-01", "2022-07-31", "2022-06-30"),
    ("1951-01-20", "2022-01-19", "2022-01-15"),  # not before the day asked about
    ("1952-02-29", "2023-02-27", "2023-01-31"),
    ("1951-07", "2022-06-30", "2022-06-30"),  # a month tells no day
]


@pytest.mark.parametrize(("born", "lapses", "said"), LAPSES)
def test_an_eligibility_ends_with_an_earlier_month(born: str, lapses: str, said: str) -> None:
    patient = opened(f"male; born {born}; C1 covers immunisation")
    blurred = without_birthdays(patient, ON)
    assert (str(patient.lapses_on), str(blurred.lapses_on)) == (lapses, said)
    assert until(blurred.judgements[0].tree) == blurred.lapses_on


def test_a_refusal_ends_with_a_later_month() -> None:
    patient = opened("male; born 2004-03-05; C1 covers immunisation")
    blurred = without_birthdays(patient, ON)
    assert (patient.opens_on, blurred.opens_on) == (date(2022, 3, 5), date(2022, 4, 1))
    assert until(blurred.judgements[0].tree) == date(2022, 3, 31)


def test_a_date_that_tells_no_birthday_stays() -> None:
    vaccinated = "male; born 1980-03-05; #1 immunisation influenza vaccine on 2021-10-03"
    patient = opened(vaccinated)
    blurred = without_birthdays(patient, ON)
    assert patient.opens_on == blurred.opens_on == date(2022, 4, 4)
    assert blurred.judgements[1] == patient.judgements[1]


def test_the_dates_of_everybody() -> None:
    births = {1: parse_span("1951-07-21"), 2: parse_span("2004-03-05")}
    dates = Dates({2: date(2022, 3, 5)}, {1: date(2022, 7, 20)})
    blurred = dates_without_birthdays(dates, births, ON)
    assert blurred == Dates({2: date(2022, 4, 1)}, {1: date(2022, 6, 30)})
