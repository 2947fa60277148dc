"""A conducted trial comes into the evaluation as it stands, and what stays out is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conduct.clinic import ZONE
from tests.exchange.conftest import data, held
from tests.exchange.world import FIRST, LAST, PROTOCOL

from trialrun.evaluation.compliance import compliance_of
from trialrun.evaluation.from_conduct import from_conduct
from trialrun.evaluation.study import Study
from trialrun.records.analysis_data import AnalysisData, Observation, Standing
from trialrun.records.trial_data import TrialData

__all__ = ["data", "held"]
ON = LAST.astimezone(ZONE).date()


@pytest.fixture(scope="module")
def read(data: TrialData) -> AnalysisData:
    return from_conduct(data, PROTOCOL, ON, screened=4)


def of(read: AnalysisData, parameter: str) -> list[Observation]:
    return [row for row in read.observations if row.parameter == parameter]


def test_everybody_who_consented_is_a_subject(read: AnalysisData) -> None:
    one, two, failed = read.subjects
    assert [s.id for s in read.subjects] == ["001", "002", "S3"]
    assert [s.enrolled for s in read.subjects] == [True, True, False]
    assert [s.standing for s in read.subjects] == [
        Standing.ONGOING,
        Standing.DISCONTINUED,
        Standing.SCREEN_FAILURE,
    ]
    assert (one.arm, one.treated_as, two.arm, two.treated_as) == ("IL-2", "IL-2", "IL-2", None)
    assert (one.first_dose_day, one.last_dose_day) == (0, 12)
    assert one.last_day == (ON - FIRST).days
    assert (two.last_day, two.discontinued_because) == (30, "withdrawal by participant")
    assert failed.discontinued_because == "E4, I3"
    assert read.screened == 4


def test_a_derived_item_is_a_parameter(read: AnalysisData) -> None:
    totals = of(read, "alsfrs-r.total")
    assert [(row.visit, row.day) for row in totals] == [("V1", 0), ("V4", 85), ("V7", 168)]
    # The 12 items of the form are 4 less the days divided by 40 (see `world._number`).
    assert [row.value for row in totals] == [48, 24, 0]


def test_a_value_that_is_no_number_stays_a_word(read: AnalysisData) -> None:
    below, *_ = of(read, "inflammatory-factors.il-6")
    missing, *_ = of(read, "inflammatory-factors.tnf-alpha")
    assert (below.value, below.text) == (None, "<1.5")
    assert (missing.value, missing.text) == (None, "")


def test_the_grade_that_a_person_gave_comes_along(read: AnalysisData) -> None:
    graded = [row for row in of(read, "laboratory.wbc") if row.grades]
    assert [row.grades for row in graded] == [{"White blood cell decreased": 2}]
    assert (graded[0].value, graded[0].normal_low, graded[0].normal_high) == (1.95, 3.5, 9.5)
    assert [name.partition("/")[0] for name in graded[0].rows] == ["form_value", "grade_decision"]


def test_doses_are_given_or_not(read: AnalysisData) -> None:
    # The third dose was held, the fifth was half: see `world._doses`.
    assert [dose.given for dose in read.doses] == [1e6, 1e6, 1e6, None, 1e6, 5e5, 1e6]
    assert {dose.planned for dose in read.doses} == {1e6}
    assert [dose.first_day for dose in read.doses] == [0, 2, 4, 6, 8, 10, 12]
    assert all(dose.rows[0].startswith("dose/") for dose in read.doses)


def test_an_unrecorded_dose_is_not_one_that_was_left_out(read: AnalysisData) -> None:
    assert PROTOCOL.analysis is not None
    study = Study(PROTOCOL, PROTOCOL.analysis, read)
    assert compliance_of(study, read.subjects[0]) == pytest.approx(100 * 5.5 / 7)
    placebo = tuple(replace(dose, planned=0.0, given=dose.given and 0.0) for dose in read.doses)
    of_placebo = replace(study, data=replace(read, doses=placebo))
    assert compliance_of(of_placebo, read.subjects[0]) == pytest.approx(100 * 6 / 7)
    none = replace(study, data=replace(read, doses=()))
    assert compliance_of(none, read.subjects[0]) is None
    # 001: 42 planned, 7 recorded; 002 left on day 30: days 0 to 12 and 28, 30 had come.
    counts = {one.what: one.count for one in read.left_out}
    assert counts["planned dose without record"] == 35 + 9


def test_a_dose_whose_day_has_not_come_is_not_missed(data: TrialData) -> None:
    early = from_conduct(data, PROTOCOL, FIRST + timedelta(days=14))
    counts = {one.what: one.count for one in early.left_out}
    assert counts["planned dose without record"] == 7


def test_events_keep_what_was_judged(read: AnalysisData) -> None:
    fever, sepsis = read.events
    assert (fever.onset_day, fever.end_day, fever.grade, fever.serious) == (6, None, 2, False)
    assert (fever.related, fever.causality, fever.emergent) == (True, "possible", True)
    assert (sepsis.onset_day, sepsis.serious) == (None, True)
    assert sepsis.criteria == {"hospitalisation", "life_threatening"}


def test_only_confirmed_deviations_count(read: AnalysisData) -> None:
    (departure,) = read.departures
    assert (departure.kind, departure.important, departure.day) == ("missed visit", True, None)
    counts = {one.what: one.count for one in read.left_out}
    assert counts["deviation dismissed"] == 1
    # The onset of the sepsis and the day of the deviation are known to the month.
    assert counts["day known in part"] == 2


def test_death_is_the_end_of_participation_or_of_a_fatal_event(data: TrialData) -> None:
    one, two, failed = data.subjects
    assert two.participation is not None
    fever, sepsis = one.adverse_events
    ended = replace(fever, outcome="fatal", ended=fever.onset)
    fatal = replace(one, adverse_events=(ended, sepsis))
    dead = replace(two, participation=replace(two.participation, ended_why="death"))
    unknown = replace(one, adverse_events=(replace(sepsis, outcome="fatal"),))
    read = from_conduct(replace(data, subjects=(fatal, dead, failed)), PROTOCOL, ON)
    assert [subject.death_day for subject in read.subjects] == [6, 30, None]
    read = from_conduct(replace(data, subjects=(unknown,)), PROTOCOL, ON)
    assert read.subjects[0].death_day is None
    assert {one.what: one.count for one in read.left_out}["fatal event without a day"] == 1


def test_nobody_not_enrolled_has_a_day(read: AnalysisData) -> None:
    failed = read.subjects[2]
    assert (failed.last_day, failed.reference_date) == (None, None)
    assert date(2022, 1, 17) == read.subjects[0].reference_date


def test_nothing_is_due_after_the_end_of_participation_or_a_withdrawal(data: TrialData) -> None:
    two = data.subjects[1]
    assert two.participation is not None
    stayed = replace(two.participation, ended_on=None, ended_why=None)
    for one in (replace(two, withdrawals=()), replace(two, participation=stayed)):
        read = from_conduct(replace(data, subjects=(one,)), PROTOCOL, ON)
        counts = {left.what: left.count for left in read.left_out}
        # Both were on day 30: 7 doses of the first course, and days 28 and 30.
        assert counts["planned dose without record"] == 9
