"""Analysis of covariance: the primary table of the CDISC pilot, and data that hold no estimate.

Table 14-3.01 is that of the pilot's report; what is not quoted from there (medians and ranges) is
in the table as made again by atorus-research/CDISC_pilot_replication (outputs/14-3.01.rtf, R).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.evaluation.made_arms import in_arm, made, without_values
from tests.evaluation.pilot_study import pilot
from tests.evaluation.spoken import block, everything_said, lines, notes, said

from trialrun.evaluation.efficacy.ancova import ancova
from trialrun.evaluation.efficacy.case import case_of
from trialrun.evaluation.efficacy.changes import changes_at
from trialrun.evaluation.efficacy.methods import carry_out
from trialrun.evaluation.efficacy.outcome import Outcome
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import Ancova, Missing

OBSERVED, OBSERVED_ERRORS = [2.4945540, 2.0277717, 1.4885404], [0.58187565, 0.57490509, 0.60334071]
EQUAL, EQUAL_ERRORS = [2.4736756, 2.0068932, 1.4676620], [0.60471574, 0.59352416, 0.62438443]
PLACEBO, LOW, HIGH = "Placebo", "Xanomeline Low Dose", "Xanomeline High Dose"


def planned(**known: Any) -> Ancova:
    analysis = next(one for one in pilot().plan.analyses if one.id == "adas-cog-24")
    assert isinstance(analysis, Ancova)
    return replace(analysis, **known)


@pytest.fixture(scope="module")
def published() -> Outcome:
    return ancova(pilot(), planned())


def test_values_are_those_of_the_report(published: Outcome) -> None:
    """Table 14-3.01."""
    summary = published.tables[0]
    assert block(summary, "Baseline")["mean (SD)"] == (
        "24.1 (12.19)",
        "24.4 (12.92)",
        "21.3 (11.74)",
    )
    assert block(summary, "Baseline")["minimum, maximum"] == ("5, 61", "5, 57", "3, 57")
    week = block(summary, "Week 24")
    assert week["n"] == ("79", "81", "74")
    assert week["mean (SD)"] == ("26.7 (13.79)", "26.4 (13.18)", "22.8 (12.48)")
    assert week["minimum, maximum"] == ("5, 62", "6, 62", "3, 62")
    change = block(summary, "Change from baseline")
    assert change["mean (SD)"] == ("2.5 (5.80)", "2.0 (5.55)", "1.5 (4.26)")
    assert change["minimum, maximum"] == ("−11, 16", "−11, 17", "−7, 13")
    assert [cell.split()[0] for cell in change["median (quartiles)"]] == ["2.0", "2.0", "1.0"]


def test_comparisons_are_those_of_the_report(published: Outcome) -> None:
    """Report of the pilot, table 14-3.01; its model has 220 degrees of freedom left."""
    *contrasts, dose = lines(published.tables[2])
    assert contrasts == [
        (f"{LOW} less {PLACEBO}", "−0.5", "0.82", "−2.1 to 1.1", "220.0", "0.569"),
        (f"{HIGH} less {PLACEBO}", "−1.0", "0.84", "−2.7 to 0.7", "220.0", "0.233"),
        (f"{HIGH} less {LOW}", "−0.5", "0.84", "−2.2 to 1.1", "220.0", "0.520"),
    ]
    assert dose[0] == "Dose response: change per mg"
    assert dose[-1] == "0.245"
    assert [round(one.p_value or 0, 3) for one in published.headlines] == [0.569, 0.233, 0.52]


def test_means_by_both_weights(published: Outcome) -> None:
    """R 4.2.2, emmeans, of the data in the order of ADADAS (EFFFL, week 24, LOCF):

    m <- lm(CHG ~ TRT + BASE + SITEGR1); emmeans(m, ~TRT, weights = "proportional"), and "equal"
    """
    values = [[cell.value for cell in row.cells] for row in published.tables[1].rows]
    assert [row[1] for row in values] == pytest.approx(OBSERVED, abs=5e-8)
    assert [row[2] for row in values] == pytest.approx(OBSERVED_ERRORS, abs=5e-8)
    assert [row[4] for row in values] == pytest.approx(EQUAL, abs=5e-8)
    assert [row[5] for row in values] == pytest.approx(EQUAL_ERRORS, abs=5e-8)


@pytest.mark.parametrize("visit", ["Week-8", "Week-16", "Week-24"])
def test_values_carried_forward_are_those_of_the_pilot(visit: str) -> None:
    """Every row DTYPE=LOCF, but for 19 subjects without any value after baseline.

    Of those the pilot carries the baseline; none of them is in its set of efficacy, and here they
    have no change.
    """
    study = pilot()
    estimands = tuple(
        replace(one, set="intent-to-treat") if one.id == "primary" else one
        for one in study.plan.estimands
    )
    study = replace(study, plan=replace(study.plan, estimands=estimands))
    case = case_of(study, planned(visit=visit))
    found = changes_at(case, visit, Missing.CARRIED_FORWARD)
    ours = {one.subject.id: one.value.number for arm in found for one in arm.known if one.carried}
    theirs = {
        row.subject: row.value
        for row in study.data.observations
        if row.imputed == "LOCF" and row.visit == visit and row.parameter == "ACTOT"
    }
    others = {series.subject for series in case.everybody if not series.later}
    assert len(others) == 19
    assert not any(study.subjects[one].flags["EFFFL"] for one in others)
    assert ours == {one: value for one, value in theirs.items() if one not in others}
    assert sum(arm.no_value for arm in found) == 19
    assert len(ours) == {"Week-8": 0, "Week-16": 104 - 19, "Week-24": 99 - 19}[visit]


def test_left_out_is_not_carried() -> None:
    """Of completers 59, 27 and 30 have a value: table 14-3.07 (notes/divergences.md there)."""
    analysis = next(one for one in pilot().plan.analyses if one.id == "adas-cog-observed")
    assert isinstance(analysis, Ancova)
    summary = ancova(pilot(), analysis).tables[0]
    assert block(summary, "Week 24")["n"] == ("59", "27", "30")
    assert notes(summary) == ["Left out: no value that may be used (n = 2)."]


VALUES = {
    "1": {"Baseline": 20.0, "Week-8": 22.0, "Week-24": 25.0},
    "2": {"Baseline": 30.0, "Week-8": 31.0},
    "3": {"Baseline": 25.0, "Week-24": 24.0},
    "4": {"Baseline": 24.0, "Week-16": 20.0, "Week-24": 21.0},
    "5": {"Baseline": 28.0},
    "6": {"Week-24": 18.0},
    "7": {"Baseline": 26.0, "Week-24": 26.0},
    "8": {"Baseline": 22.0, "Week-24": 25.0},
}


def two_arms() -> Study:
    arms = {"1": "Pbo", "2": "Pbo", "3": "Pbo", "8": "Pbo"}
    return made([in_arm(arms.get(one, "Xan_Hi"), one) for one in VALUES], VALUES)


def test_who_is_left_out_is_counted() -> None:
    summary = ancova(two_arms(), planned()).tables[0]
    # 6 has no baseline, 5 nothing after it, 2 nothing after week 8.
    assert notes(summary) == [
        "Left out: no baseline value (n = 1).",
        "Left out: no value that may be used (n = 1).",
        "Carried forward from the last value after baseline (n = 1).",
    ]
    assert block(summary, "Week 24")["n"] == ("4", "0", "2")


def test_a_value_is_carried_from_before_the_visit_only() -> None:
    case = case_of(two_arms(), planned(visit="Week-16"))
    found = changes_at(case, "Week-16", Missing.CARRIED_FORWARD)
    carried = {one.subject.id: one.value.number for arm in found for one in arm.known}
    assert carried == {"1": 22.0, "2": 31.0, "4": 20.0}


def test_a_baseline_is_no_value_after_it() -> None:
    case = case_of(two_arms(), planned(visit="Baseline"))
    found = changes_at(case, "Baseline", Missing.CARRIED_FORWARD)
    assert [len(arm.known) for arm in found] == [0, 0, 0]


def test_an_arm_of_nobody_has_no_mean() -> None:
    outcome = ancova(two_arms(), planned(factors=(), dose_response=False))
    everything_said([outcome])
    means = {row[0]: row[2] for row in lines(outcome.tables[1])}
    assert means[LOW] == "not estimable: no data"
    assert means[PLACEBO] != means[LOW]
    contrasts = {row[0]: row[1] for row in lines(outcome.tables[2])}
    assert contrasts[f"{LOW} less {PLACEBO}"] == "not estimable: no data"
    assert [said(one.label).rsplit(": ", 1)[1] for one in outcome.headlines] == [
        f"{HIGH} less {PLACEBO}"
    ]


def failure(outcome: Outcome) -> str:
    everything_said([outcome])
    assert outcome.headlines == ()
    assert len(outcome.tables) == 1
    (words,) = outcome.said
    return said(words).rsplit(": ", 1)[1]


def test_nobody_has_a_value() -> None:
    assert failure(
        ancova(without_values(two_arms(), "Week-24"), planned(missing=Missing.LEFT_OUT))
    ) == ("no data.")


def test_nobody_has_a_baseline() -> None:
    outcome = ancova(without_values(two_arms(), "Baseline"), planned())
    assert failure(outcome) == "no data."
    assert notes(outcome.tables[0]) == ["Left out: no baseline value (n = 8)."]


def test_everybody_changes_alike() -> None:
    alike = {
        one: {"Baseline": at, "Week-24": at} for one, at in zip("12345", range(5), strict=True)
    }
    subjects = [in_arm("Pbo" if one in "12" else "Xan_Hi", one) for one in alike]
    assert failure(ancova(made(subjects, alike), planned())) == "no variation."


def test_one_participant_in_each_arm() -> None:
    pair = {"1": {"Baseline": 1.0, "Week-24": 2.0}, "2": {"Baseline": 2.0, "Week-24": 1.0}}
    subjects = [in_arm("Pbo", "1"), in_arm("Xan_Hi", "2")]
    assert failure(ancova(made(subjects, pair), planned())) == "the model has no single solution."


def test_a_covariate_that_is_missing_leaves_its_subject_out() -> None:
    study = two_arms()
    changed = tuple(
        replace(one, age=None if one.id == "4" else 60.0 + int(one.id) ** 2)
        for one in study.data.subjects
    )
    study = replace(study, data=replace(study.data, subjects=changed))
    outcome = ancova(study, planned(covariates=("age",), dose_response=False))
    assert "Left out of the model: a factor or covariate is missing (values: 1)." in notes(
        outcome.tables[1]
    )
    nobody = ancova(study, planned(covariates=("unheard-of",)))
    assert failure(nobody) == "no data."


def test_what_the_plan_asks_for_and_the_data_do_not_say_is_named() -> None:
    """SDTM has no pooled sites (SITEGR1): a bare "no data" would send people to the values."""
    subjects = [
        in_arm(("Pbo", "Xan_Lo", "Xan_Hi")[n % 3], f"{n:03d}", characteristics={}) for n in range(9)
    ]
    values = {one.id: {"Baseline": 20.0 + n, "Week-24": 22.0 + n % 4}
              for n, one in enumerate(subjects)}  # fmt: skip
    first, *_ = carry_out(made(subjects, values), planned()).said
    expected = (
        "analysis of covariance: the plan asks for Pooled site, of which the data say nothing."
    )
    assert said(first).endswith(expected)
    assert not any("asks for" in said(words) for words in carry_out(pilot(), planned()).said)
