"""Opening and lapse dates of all patients at once against those of each by the interpreter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.screening.clinic import database, read_clinic
from tests.screening.draws import (
    BIRTHS,
    COVERED,
    DEATHS,
    DIRTY_BIRTHS,
    DIRTY_COVERED,
    DIRTY_LINES,
    LINES,
    trials,
)
from tests.screening.trial import read_trial
from tests.spec.world import INDEX

from trialrun.engine.duckdb import Question, answer
from trialrun.engine.export import Dates
from trialrun.engine.patients import read_patients
from trialrun.engine.tallies import tally
from trialrun.records.rows import PatientRecord
from trialrun.screening.dates import find_dates
from trialrun.screening.judging import as_time_passes, judge, lapses_on, opens_on
from trialrun.screening.plan import plan
from trialrun.screening.verdict import Verdict, verdict

DAY = timedelta(days=1)
AGE = "I1 inclusion: age from 18 to 70 years"
VACCINE = "E1 exclusion: immunisation in [vaccines] within 6 months"
STEROID = "E2 exclusion: medication in [glucocorticoids] within 2 months"


@cache
def patients() -> tuple[PatientRecord, ...]:
    draw = Random(1)
    numbers = (0, *range(1, 7)) * 12
    clean = [_drawn(draw, number, BIRTHS, LINES, (COVERED,), ("",)) for number in numbers]
    births, lines = (*BIRTHS, *DIRTY_BIRTHS), (*LINES, *DIRTY_LINES)
    dirty = [_drawn(draw, number, births, lines, DIRTY_COVERED, DEATHS) for number in numbers * 2]
    return tuple(read_clinic([*clean, *dirty]))


def _drawn(
    draw: Random,
    number: int,
    births: Sequence[str],
    lines: Sequence[str],
    covered: Sequence[str],
    deaths: Sequence[str],
) -> str:
    rows = [f"#{n} {line}" for n, line in enumerate(draw.sample(lines, number), 1)]
    about = [f"born {draw.choice(births)}", "male", draw.choice(covered)]
    return "; ".join([*about, *rows]) + draw.choice(deaths)


@cache
def loaded() -> duckdb.DuckDBPyConnection:
    return database(patients())


def of_all(connection: duckdb.DuckDBPyConnection, criteria: str) -> Dates:
    trial = read_trial(criteria)
    asked = plan(trial)
    questions = [Question(a.criterion.id, a.expression, a.adverse) for a in asked]
    tallied = tally(answer(connection, questions, trial.setting(INDEX)), INDEX, len(asked))
    found = find_dates(tallied, asked, trial, INDEX)
    connection.execute(f"DROP TABLE {tallied.judgements}; DROP TABLE {tallied.verdicts}")
    tallied.answers.drop()
    return found


def one_by_one(records: tuple[PatientRecord, ...], criteria: str) -> Dates:
    trial = read_trial(criteria)
    opens: dict[int, date | None] = {}
    lapses: dict[int, date | None] = {}
    for number, record in enumerate(records, 1):
        course = as_time_passes(record, plan(trial), trial, INDEX)
        if record.death.lo <= INDEX:
            continue
        found = verdict(j.permission for j in course(INDEX))
        if found is Verdict.INELIGIBLE:
            opens[number] = opens_on(course, INDEX)
        if found is Verdict.ELIGIBLE:
            lapses[number] = lapses_on(course, INDEX)
    return Dates(_known(opens), _known(lapses))


def _known(found: dict[int, date | None]) -> dict[int, date]:
    return {number: day for number, day in found.items() if day is not None}


@settings(max_examples=25, deadline=None)
@given(trials())
def test_dates_of_all_are_those_of_each(criteria: str) -> None:
    assert of_all(loaded(), criteria) == one_by_one(patients(), criteria)


@settings(max_examples=25, deadline=None)
@given(trials(), st.data())
def test_the_interpreter_bears_out_every_date(criteria: str, data: st.DataObject) -> None:
    trial = read_trial(criteria)
    found = of_all(loaded(), criteria)

    def verdict_on(number: int, day: date) -> Verdict:
        """Ask on a day, of the database as it is: not even coverage goes on."""
        record = patients()[number - 1]
        permissions = [j.permission for j in judge(record, plan(trial), trial.setting(day))]
        return Verdict.INELIGIBLE if record.death.lo <= day else verdict(permissions)

    def going_on(number: int, day: date) -> Verdict:
        record = patients()[number - 1]
        course = as_time_passes(record, plan(trial), trial, INDEX)
        return verdict(j.permission for j in course(day))

    for number, opens in found.opens_on.items():
        assert verdict_on(number, opens) is not Verdict.INELIGIBLE
        before = data.draw(st.dates(INDEX, opens - DAY) | st.just(opens - DAY))
        assert going_on(number, before) is Verdict.INELIGIBLE
    for number, last in found.lapses_on.items():
        day = data.draw(st.dates(INDEX, last) | st.just(last))
        assert going_on(number, day) is Verdict.ELIGIBLE
        assert patients()[number - 1].death.lo > day


@pytest.mark.parametrize(
    ("criteria", "record", "opens"),
    [
        (VACCINE, "#1 immunisation influenza vaccine on 2021-11-20", "2022-05-21"),
        (f"{AGE}\n{VACCINE}", "#1 immunisation influenza vaccine on 2021-11-20", None),
        (STEROID, "#1 medication prednisone from 2021-10-01 to now", None),
        # The weight of 12 months is looked for even where no window is written.
        (
            "E1 exclusion: body mass index >= 30 kg/m2",
            "#1 measurement weight on 2021-03-01: 120 kg; #2 measurement height on 2010: 1.8 m",
            "2022-03-02",
        ),
        # First it is too low, and when that value is forgotten, too high.
        (
            "I1 inclusion: lowest [platelets] within 2 months from 50 to 100 10*9/L",
            "#1 measurement platelets on 2021-11-20: 40 10*9/L;"
            "#2 measurement platelets on 2021-12-31: 250 10*9/L",
            "2022-03-01",
        ),
        # By the end of the wash-out he is 60, and the clearance has fallen below the limit.
        (
            f"{VACCINE}\nE2 exclusion: creatinine clearance within 6 months < 67 mL/min",
            "born 1962-03-01; male; #1 immunisation influenza vaccine on 2021-11-20;"
            "#2 measurement creatinine on 2021-12-31: 1 mg/dL;"
            "#3 measurement weight on 2022-01-10: 60 kg",
            "2022-07-01",
        ),
        # What may be low is forgotten first; then it is known that none is.
        (
            f"{VACCINE}\nI1 inclusion: any [platelets] within 3 months < 100 10*9/L",
            "#1 immunisation influenza vaccine on 2021-09-01;"
            "#2 measurement platelets on 2021-11-16: <150 10*9/L;"
            "#3 measurement platelets on 2022-01-10: 150 10*9/L",
            "2022-04-11",
        ),
        # Known to this month only: by its end it surely was.
        (
            VACCINE,
            "#1 immunisation influenza vaccine on 2021-08-01;"
            "#2 immunisation influenza vaccine on 2022-01",
            "2022-07-02",
        ),
    ],
)
def test_near_misses_are_found(criteria: str, record: str, opens: str | None) -> None:
    with database(read_clinic([f"born 1951-03-01; {COVERED}; {record}"])) as connection:
        expected = {1: date.fromisoformat(opens)} if opens else {}
        assert of_all(connection, criteria) == Dates(expected, {})


@pytest.mark.parametrize(
    ("counted", "lapses"),
    [("2022-01-01", "2022-01-31"), ("2022-01-03", "2022-02-02"), ("2022-01-04", "2022-02-03")],
)
def test_what_permits_until_the_day_after_the_first_end_permits_on_it(
    counted: str, lapses: str
) -> None:
    # The first CRP is forgotten on 2 February, and the second permits as well.
    criteria = (
        "I1 inclusion: first [crp] within 2 months < 5 mg/L\n"
        "I2 inclusion: latest [platelets] within 30 days >= 100 10*9/L"
    )
    record = (
        "#1 measurement CRP on 2021-12-01: 1 mg/L; #2 measurement CRP on 2022-01-10: 1 mg/L;"
        f"#3 measurement platelets on {counted}: 150 10*9/L"
    )
    with database(read_clinic([f"{COVERED}; {record}"])) as connection:
        assert of_all(connection, criteria) == Dates({}, {1: date.fromisoformat(lapses)})


def test_the_interpreter_is_asked_only_about_the_unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def reading(
        connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]
    ) -> dict[int, PatientRecord]:
        asked.extend(numbers)
        return read_patients(connection, numbers)

    monkeypatch.setattr("trialrun.screening.dates.read_patients", reading)
    vaccinated = f"{COVERED}; #1 immunisation influenza vaccine on 2021-11-20"
    # The last, of whom it is not known whether he is 71, surely is when the wash-out ends.
    born = ("1970-01-01", "1951-02-01", "1951-05-22", "1951", "1951-01")
    with database(read_clinic(f"born {day}; {vaccinated}" for day in born)) as connection:
        found = of_all(connection, f"{AGE}\n{VACCINE}")
    assert sorted(found.opens_on) == [1, 3, 4]
    assert asked == [2, 5]
