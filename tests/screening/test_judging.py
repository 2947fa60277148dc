"""Opening and lapse dates against brute force: the interpreter asked day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.partial_dates import parse_span
from tests.screening.draws import CRITERIA, dirty_records, records, trials
from tests.screening.trial import read_trial
from tests.spec.record_text import read_record
from tests.spec.world import INDEX

from trialrun.criteria.tree import until
from trialrun.criteria.truth import Truth
from trialrun.records.dates import LATEST
from trialrun.screening.judging import (
    MOST_STEPS,
    Course,
    Judgements,
    as_time_passes,
    is_bound_to_time,
    judge,
    lapses_on,
    opens_on,
)
from trialrun.screening.plan import Asked, plan
from trialrun.screening.verdict import Verdict, verdict

DAYS = 420
"""How far ahead brute force looks."""
END = INDEX + timedelta(days=DAYS - 1)

AGE = "I1 inclusion: age from 18 to 70 years"
VACCINE = "E1 exclusion: immunisation in [vaccines] within 6 months"
STEROID = "E2 exclusion: medication in [glucocorticoids] within 2 months"
PLATELETS = "I2 inclusion: latest [platelets] within 30 days >= 100 10*9/L"

FIT = 'I1 inclusion: attested "fit" within 30 days'
ILL = 'E1 exclusion: attested "ill" within 7 days'
CONFIRMED = "I1 inclusion, confirm-30: age from 18 to 70 years"
CONFIRMATION = 'attestation "I1: a person has confirmed that this criterion permits enrolment"'

BORN = "born 1970-06-15; male; C1 covers immunisations; C2 covers medications; C3 covers conditions"
COUNTED = "#9 measurement platelets on 2022-01-10: 150 10*9/L"


def judged(criteria: str, record: str, on: date = INDEX) -> Course:
    trial = read_trial(criteria)
    return as_time_passes(read_record(record), plan(trial), trial, on)


def verdict_on(judgements: Judgements) -> Verdict:
    return verdict(j.permission for j in judgements)


def brute_opening(judgements_on: Course, on: date, days: int = DAYS) -> date | None:
    coming = (on + timedelta(days=n) for n in range(days))
    refused = Verdict.INELIGIBLE
    return next((d for d in coming if verdict_on(judgements_on(d)) is not refused), None)


def brute_lapse(judgements_on: Course, on: date, days: int = DAYS) -> date | None:
    coming = (on + timedelta(days=n) for n in range(1, days))
    eligible = Verdict.ELIGIBLE
    ends = (d for d in coming if verdict_on(judgements_on(d)) is not eligible)
    return next((day - timedelta(days=1) for day in ends), None)


@pytest.mark.parametrize(
    ("criteria", "record", "opens"),
    [
        # A vaccination of the 20th is within 6 months up to the 20th.
        (VACCINE, "#1 immunisation influenza vaccine on 2021-11-20", "2022-05-21"),
        # Of the last day of August: 28 February and no other day reaches back to it by 6 months.
        (VACCINE, "#1 immunisation influenza vaccine on 2021-08-31", "2022-03-01"),
        (VACCINE, "#1 immunisation influenza vaccine on 2021-08-30", "2022-03-01"),
        (VACCINE, "#1 immunisation influenza vaccine on 2021-08-28", "2022-03-01"),
        # Of the last day of September (30 days): 31 March reaches back to it too.
        (VACCINE, "#1 immunisation influenza vaccine on 2021-09-30", "2022-04-01"),
        (VACCINE, "#1 immunisation influenza vaccine on 2021-09-29", "2022-03-30"),
        # The last of two decides.
        (
            VACCINE,
            "#1 immunisation influenza vaccine on 2021-12-01;"
            "#2 immunisation influenza vaccine on 2021-09-01",
            "2022-06-02",
        ),
        # A wash-out begins when the medicine ends, also if that is still to come.
        (STEROID, "#1 medication prednisone from 2021-10-01 to 2021-12-31", "2022-03-01"),
        (STEROID, "#1 medication prednisone from 2021-10-01 to 2022-02-10", "2022-04-11"),
        # Nobody knows when it will end.
        (STEROID, "#1 medication prednisone from 2021-10-01 to now", None),
        # Two refusals, of which the later one counts.
        (
            f"{VACCINE}\n{STEROID}",
            "#1 immunisation influenza vaccine on 2021-08-01;"
            "#2 medication prednisone from 2021-12-01 to 2022-01-01",
            "2022-03-02",
        ),
        # A refusal that never ends.
        (
            f"{VACCINE}\nE3 exclusion: condition in [malignancy]",
            "#1 immunisation influenza vaccine on 2021-11-20;"
            "#2 condition breast cancer from 2015 to 2016",
            None,
        ),
        # A laboratory value that is too old no longer refuses: it is unknown, and can be asked.
        (PLATELETS, "#1 measurement platelets on 2022-01-10: 80 10*9/L", "2022-02-10"),
        (PLATELETS, "#1 measurement platelets on 2021-12-01: 80 10*9/L", "2022-01-15"),
        # So is what a person said.
        (FIT, '#1 attestation "fit" on 2022-01-10: no', "2022-02-10"),
        (FIT, '#1 attestation "fit" on 2021-12-01: no', "2022-01-15"),
        (ILL, '#1 attestation "ill" on 2022-01-10: yes', "2022-01-18"),
        ("I1 inclusion: attested \"fit\"", '#1 attestation "fit" on 2022-01-10: no', None),
    ],
)  # fmt: skip
def test_a_refusal_ends_on_the_day_after_its_last(
    criteria: str, record: str, opens: str | None
) -> None:
    judgements_on = judged(criteria, f"{BORN}; {record}")
    expected = date.fromisoformat(opens) if opens else None
    assert opens_on(judgements_on, INDEX) == expected
    assert brute_opening(judgements_on, INDEX) == expected


@pytest.mark.parametrize(
    ("criteria", "record", "opens"),
    [
        # Today is the last day of the age of 17.
        (AGE, "born 2004-01-16", "2022-01-16"),
        (AGE, "born 2004-02-29", "2022-02-28"),
        (AGE, "born 2005-01-01", "2023-01-01"),
        # 18 on the birthday, and a wash-out beyond it.
        (
            f"{AGE}\n{VACCINE}",
            "born 2004-02-01; C1 covers immunisations;"
            "#1 immunisation influenza vaccine on 2021-10-10",
            "2022-04-11",
        ),
        # Too old already.
        (AGE, "born 1951-01-15", None),
        # The 71st birthday comes during the wash-out, on its very last day, and just after it.
        *(
            (
                f"{AGE}\n{VACCINE}",
                f"born {born}; C1 covers immunisations;"
                "#1 immunisation influenza vaccine on 2021-11-20",
                opens,
            )
            for born, opens in (
                ("1951-02-01", None),
                ("1951-05-21", None),
                ("1951-05-22", "2022-05-21"),
            )
        ),
        # A birthday known to the year: 70 or 71 when the wash-out ends, so that nothing refuses.
        (
            f"{AGE}\n{VACCINE}",
            "born 1951; C1 covers immunisations; #1 immunisation influenza vaccine on 2021-11-20",
            "2022-05-21",
        ),
        # Another refusal takes over from the first: prednisone is no longer wanting, but recent.
        (
            "I1 inclusion: latest [crp] within 30 days < 5 mg/L\n"
            "I2 inclusion: first [crp] within 2 months < 5 mg/L",
            "#1 measurement CRP on 2021-12-01: 9 mg/L; #2 measurement CRP on 2022-01-10: 9 mg/L",
            "2022-03-11",
        ),
    ],
)  # fmt: skip
def test_age_and_refusals_that_follow_one_another(
    criteria: str, record: str, opens: str | None
) -> None:
    judgements_on = judged(criteria, record)
    expected = date.fromisoformat(opens) if opens else None
    assert opens_on(judgements_on, INDEX) == expected
    assert brute_opening(judgements_on, INDEX) == expected


@pytest.mark.parametrize(
    ("criteria", "record", "lapses"),
    [
        (AGE, "born 1951-01-16", "2022-01-15"),
        (AGE, "born 1951-02-28", "2022-02-27"),
        # Who was born on 29 February is 71 on the 28th.
        (AGE, "born 1952-02-29", "2023-02-27"),
        # The first possible birthday counts.
        (AGE, "born 1951-03", "2022-02-28"),
        # 30 days: the value of the 10th may be used up to the 9th.
        (PLATELETS, f"{BORN}; {COUNTED}", "2022-02-09"),
        (
            f"{AGE}\n{PLATELETS}\n{VACCINE}",
            f"{BORN}; {COUNTED}; #1 immunisation influenza vaccine on 2020-01-01",
            "2022-02-09",
        ),
        # The birthday comes before the value is too old.
        (f"{AGE}\n{PLATELETS}", f"born 1951-02-01; {COUNTED}", "2022-01-31"),
        # What a person said must be asked again.
        (FIT, '#1 attestation "fit" on 2022-01-10: yes', "2022-02-09"),
        (
            f"{FIT}\n{ILL}",
            '#1 attestation "fit" on 2022-01-10: yes; #2 attestation "ill" on 2022-01-12: no',
            "2022-01-19",
        ),
        (CONFIRMED, f"{BORN}; #1 {CONFIRMATION} on 2022-01-10: yes", "2022-02-09"),
        # What needs a vaccination lapses when it is too long ago.
        (
            "I1 inclusion: immunisation in [vaccines] within 6 months",
            "#1 immunisation influenza vaccine on 2021-08-31",
            "2022-02-28",
        ),
    ],
)
def test_an_eligibility_lapses_with_the_first_criterion_that_does(
    criteria: str, record: str, lapses: str
) -> None:
    judgements_on = judged(criteria, record)
    assert lapses_on(judgements_on, INDEX) == date.fromisoformat(lapses)
    assert brute_lapse(judgements_on, INDEX) == date.fromisoformat(lapses)


def test_an_eligibility_without_an_end() -> None:
    judgements_on = judged("E1 exclusion: condition in [malignancy]", "C1 covers conditions")
    assert verdict_on(judgements_on(INDEX)) is Verdict.ELIGIBLE
    assert lapses_on(judgements_on, INDEX) is None


@pytest.mark.parametrize(
    ("dated_later", "opens"),
    [
        # It is in the database already: asked on the day, it refuses.
        ("#2 immunisation influenza vaccine on 2022-01-16", "2022-07-17"),
        ("#2 immunisation influenza vaccine on 2022-02-02", "2022-08-03"),
        # The wash-out ends before, and for some days nothing refuses.
        ("#2 immunisation influenza vaccine on 2022-02-03", "2022-02-02"),
        # In February it may have been given or not.
        ("#2 immunisation influenza vaccine on 2022-02", "2022-02-02"),
        # By the end of January it was, whichever the day: what was unknown refuses by time alone.
        ("#2 immunisation influenza vaccine on 2022-01", "2022-07-02"),
    ],
)
def test_what_the_database_dates_later_counts_from_its_day(dated_later: str, opens: str) -> None:
    record = f"{BORN}; #1 immunisation influenza vaccine on 2021-08-01; {dated_later}"
    course = judged(VACCINE, record)
    assert opens_on(course, INDEX) == date.fromisoformat(opens)
    assert brute_opening(course, INDEX) == date.fromisoformat(opens)


@pytest.mark.parametrize(
    ("criteria", "record", "lapses"),
    [
        (VACCINE, "#1 immunisation influenza vaccine on 2022-03-01", "2022-02-28"),
        (VACCINE, "#1 immunisation influenza vaccine on 2022-03", "2022-02-28"),
        (PLATELETS, f"{COUNTED}; #1 measurement platelets on 2022-02-01: 80 10*9/L", "2022-01-31"),
        # The next value comes before the first is too old.
        (PLATELETS, f"{COUNTED}; #1 measurement platelets on 2022-02-01: 150 10*9/L", "2022-03-03"),
        # A row of which nobody knows what it is takes a presumed absence away.
        (STEROID, "#1 medication a local code from 2022-02-01 to 2022-02-02", "2022-01-31"),
        # A window that reaches ahead meets it earlier.
        (
            "E1 exclusion: immunisation in [vaccines] within 1 month after enrolment",
            "#1 immunisation influenza vaccine on 2022-03-31",
            "2022-02-28",
        ),
    ],
)
def test_what_is_dated_later_may_end_an_eligibility(
    criteria: str, record: str, lapses: str
) -> None:
    course = judged(criteria, f"{BORN}; {record}")
    assert lapses_on(course, INDEX) == date.fromisoformat(lapses)
    assert brute_lapse(course, INDEX) == date.fromisoformat(lapses)


@pytest.mark.parametrize(
    ("death", "opens", "lapses"),
    [
        ("2022-02-02", None, "2022-02-01"),
        ("2022-02-03", "2022-02-02", "2022-02-02"),
        # The first possible day of death counts.
        ("2022-02", None, "2022-01-31"),
    ],
)
def test_the_dead_neither_open_nor_stay_eligible(
    death: str, opens: str | None, lapses: str
) -> None:
    def until_death(criteria: str, record: str) -> Course:
        dead = replace(read_record(f"{BORN}; {record}"), death=parse_span(death))
        trial = read_trial(criteria)
        return as_time_passes(dead, plan(trial), trial, INDEX)

    vaccinated = until_death(VACCINE, "#1 immunisation influenza vaccine on 2021-08-01")
    assert opens_on(vaccinated, INDEX) == (date.fromisoformat(opens) if opens else None)
    counted = until_death(PLATELETS, COUNTED)
    assert lapses_on(counted, INDEX) == date.fromisoformat(lapses)


def test_on_the_day_itself_the_whole_record_is_read() -> None:
    planned = "E1 exclusion: immunisation in [vaccines] within 2 months after enrolment"
    judgements_on = judged(planned, f"{BORN}; #1 immunisation influenza vaccine on 2022-02-01")
    assert verdict_on(judgements_on(INDEX)) is Verdict.INELIGIBLE


def test_a_source_that_covers_the_day_goes_on_covering() -> None:
    needed = "I1 inclusion: not condition in [als] within 1 month\n" + AGE
    record = "born 2004-02-01; C1 covers conditions until 2022-01-15"
    judgements_on = judged(needed, record)
    assert opens_on(judgements_on, INDEX) == date(2022, 2, 1)
    assert verdict_on(judgements_on(date(2022, 2, 1))) is Verdict.ELIGIBLE
    ended = judged(needed, "born 2004-02-01; C1 covers conditions until 2022-01-14")
    assert verdict_on(ended(date(2022, 2, 1))) is Verdict.UNDETERMINED


def test_refusals_without_end_in_sight_give_no_date() -> None:
    asked: list[date] = []

    class AlwaysRefused(Course):
        def __call__(self, day: date) -> Judgements:
            asked.append(day)
            born = (day - timedelta(days=100)).isoformat()
            return judge(read_record(f"born {born}"), self.plan, self.protocol.setting(day))

    trial, record = read_trial(AGE), read_record("male")
    assert opens_on(AlwaysRefused(record, record, plan(trial), trial, INDEX), INDEX) is None
    assert len(asked) == MOST_STEPS


def test_only_criteria_bound_to_time_open() -> None:
    # The diagnosis is dated next week; but no passing of time makes a diagnosis.
    record = f"{BORN}; #1 condition ALS from 2022-01-20 to now"
    assert opens_on(judged("I1 inclusion: condition in [als]", record), INDEX) is None
    assert opens_on(judged("I1 inclusion: condition in [als] active", record), INDEX) == date(
        2022, 1, 20
    )


# --- drawn at random ----------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(trials(), records() | dirty_records())
def test_dates_are_those_of_asking_day_by_day(criteria: str, record: str) -> None:
    course = judged(criteria, record)
    match verdict_on(course(INDEX)):
        case Verdict.INELIGIBLE if all(map(is_bound_to_time, _refusing(course))):
            opens, found = opens_on(course, INDEX), brute_opening(course, INDEX)
            assert (opens or LATEST) == (found or LATEST) or (opens or LATEST) >= END
        case Verdict.ELIGIBLE:
            lapses, found = lapses_on(course, INDEX), brute_lapse(course, INDEX)
            assert (lapses or LATEST) == (found or LATEST) or (lapses or LATEST) >= END


def _refusing(course: Course) -> list[Asked]:
    return [j.asked for j in course(INDEX) if j.permission is Truth.FALSE]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CRITERIA), records() | dirty_records(), st.data())
def test_a_known_truth_never_ends_before_the_day_it_names(
    criterion: str, record: str, data: st.DataObject
) -> None:
    course = judged(f"C1 {criterion}", record)
    (today,) = course(INDEX)
    if today.tree.truth is not Truth.UNKNOWN:
        coming = course.next_coming(INDEX, course.plan) - timedelta(days=1)
        last = min(until(today.tree) or END, coming, END)
        (then,) = course(data.draw(st.just(last) | st.dates(INDEX, last)))
        assert then.tree.truth is today.tree.truth


@pytest.mark.parametrize(
    ("criterion", "record"),
    [
        # The body weight counts for 12 months.
        (
            "inclusion: prednisone-equivalent dose <= 1 mg/kg/d",
            "C1 covers medications; #1 measurement weight on 2022-01-10: 60 kg;"
            "#2 medication prednisone from 2021-12-01 to now, oral, 20 mg a day",
        ),
        # The earlier value leaves its window.
        (
            "inclusion: change in [fvc] from first within 2 months to latest within 1 year <= -1 L",
            "#1 measurement FVC on 2021-11-20: 4 L; #2 measurement FVC on 2022-01-10: 2 L",
        ),
        # 80 mL/min at the age of 60, 79 from the 61st birthday on.
        (
            "inclusion: latest creatinine clearance within 1 year >= 80 mL/min",
            "born 1961-03-01; male; #1 measurement weight on 2022-01-10: 72 kg;"
            "#2 measurement creatinine on 2022-01-10: 1 mg/dL",
        ),
        # The window moves on, and the medicine has ended.
        (
            "inclusion: medication in [glucocorticoids] from enrolment to 2022-12-31",
            "C1 covers medications; #2 medication prednisone from 2021-12-01 to 2022-02-01",
        ),
    ],
)
def test_ends_that_only_the_index_date_brings(criterion: str, record: str) -> None:
    judgements_on = judged(f"C1 {criterion}", record)
    assert verdict_on(judgements_on(INDEX)) is Verdict.ELIGIBLE
    assert lapses_on(judgements_on, INDEX) == brute_lapse(judgements_on, INDEX) is not None
