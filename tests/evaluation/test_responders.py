"""Responders: who is one, by hand; and the arms compared, by published numbers and R."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.evaluation.made import SCORES, six, subject
from tests.evaluation.made_arms import in_arm, made
from tests.evaluation.spoken import everything_said, lines, notes, said

from trialrun.evaluation.efficacy.outcome import Outcome
from trialrun.evaluation.efficacy.responders import responders
from trialrun.evaluation.efficacy.responses import is_good_enough
from trialrun.evaluation.results import Table
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Better, Strategy
from trialrun.protocol.analysis_methods import Missing, Responders
from trialrun.records.analysis_data import Observation, Standing, TrialSubject


def planned(**known: Any) -> Responders:
    standard: dict[str, Any] = {
        "id": "kept",
        "estimand": "function-kept",
        "method": "responders",
        "visit": "V7",
        "change": Decimal(-2),
    }
    return Responders(**(standard | known))


GONE = subject("006", standing=Standing.DISCONTINUED, last_day=20, discontinued_because="other")


def everybody(*subjects: TrialSubject) -> Study:
    """The six, of whom the last left before a later value."""
    return six((GONE, *subjects))


def shares(study: Study, **known: Any) -> dict[str, str]:
    """The rows of the one arm, by their labels."""
    outcome = responders(study, planned(**known))
    everything_said([outcome])
    return {row[0]: row[1] for row in lines(outcome.tables[0])}


TOO_LITTLE = "no response: the change is not good enough"
EVENT = "no response: an event before the visit"
MISSING = "no response: the change is missing"


def test_a_missing_change_is_no_response() -> None:
    """Changes at V7: -2, -1, -3, -3, -5 and none; the interval is that of R's binom.test(2, 6)."""
    assert shares(everybody()) == {
        "Analysed": "6",
        "Response": "2 (33.3%)",
        "Clopper-Pearson interval, %": "4.3 to 77.7",
        TOO_LITTLE: "3 (50.0%)",
        MISSING: "1 (16.7%)",
    }


def test_who_is_still_on_the_way_to_the_visit_is_no_non_responder() -> None:
    """The sixth is in the trial, and was last seen on day 20: week 24 may yet come."""
    outcome = responders(six(), planned())
    everything_said([outcome])
    found = {row[0]: row[1] for row in lines(outcome.tables[0])}
    assert (found["Analysed"], MISSING in found) == ("5", False)
    waiting = "Left out: still in the trial, and not yet at the visit (n = 1)."
    assert waiting in notes(outcome.tables[0])
    late = subject("006", standing=Standing.ONGOING, last_day=200)
    assert shares(six([late]))[MISSING] == "1 (16.7%)"


def test_a_missing_change_is_left_out() -> None:
    found = shares(everybody(), missing=Missing.LEFT_OUT)
    assert found["Analysed"] == "5"
    assert found["Response"] == "2 (40.0%)"
    assert MISSING not in found
    outcome = responders(everybody(), planned(missing=Missing.LEFT_OUT))
    assert "Left out: no change (n = 1)." in notes(outcome.tables[0])


def test_a_missing_value_is_carried_forward() -> None:
    # At V13 the fifth has the value of V7 (-5), and the sixth none.
    found = shares(everybody(), visit="V13", change=Decimal(-6), missing=Missing.CARRIED_FORWARD)
    assert (found["Analysed"], found["Response"]) == ("5", "4 (80.0%)")


@pytest.mark.parametrize(("day", "analysed"), [(60, "6"), (300, "5")])
def test_a_visit_outside_the_schedule_counts_by_its_own_day(day: int, analysed: str) -> None:
    """The sixth leaves with a last value: before week 24 (day 168) it is carried forward."""
    study = everybody()
    last = Observation(
        subject="006", parameter="alsfrs-r.total", day=day, value=44, visit="leaves-early"
    )
    observed = (*study.data.observations, last)
    study = replace(study, data=replace(study.data, observations=observed))
    assert shares(study, missing=Missing.CARRIED_FORWARD)["Analysed"] == analysed


def died(day: int, number: str = "001") -> TrialSubject:
    return subject(number, death_day=day)


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (100, (EVENT, "1 (16.7%)")),
        # V7 is on day 168, where the value was taken; what happens on that day comes after it.
        (167, (EVENT, "1 (16.7%)")),
        (168, (EVENT, None)),
        (200, (EVENT, None)),
    ],
)
def test_a_composite_event_before_the_visit(day: int, answer: tuple[str, str | None]) -> None:
    found = shares(everybody(died(day)))
    assert found.get(answer[0]) == answer[1]
    assert found["Response"] == ("1 (16.7%)" if answer[1] else "2 (33.3%)")


def test_an_event_without_a_value_counts_up_to_the_planned_day() -> None:
    assert shares(everybody(died(168, "006")))[EVENT] == "1 (16.7%)"
    assert EVENT not in shares(everybody(died(169, "006")))
    left_out = shares(everybody(died(168, "006")), missing=Missing.LEFT_OUT)
    assert left_out["Analysed"] == "6"


@pytest.mark.parametrize(
    ("strategy", "responded"),
    [
        (Strategy.TREATMENT_POLICY, "2 (33.3%)"),
        # The value after it is not used, so that it is missing: no response, yet for that reason.
        (Strategy.HYPOTHETICAL, "1 (16.7%)"),
    ],
)
def test_an_event_under_another_strategy_is_no_answer(strategy: Strategy, responded: str) -> None:
    study = everybody(died(100))
    estimands = tuple(
        replace(one, intercurrent={"death": strategy}) for one in study.plan.estimands
    )
    found = shares(replace(study, plan=replace(study.plan, estimands=estimands)))
    assert found["Response"] == responded
    assert EVENT not in found


def test_which_change_is_good_enough() -> None:
    assert is_good_enough(-2, -2, Better.HIGHER)
    assert not is_good_enough(-3, -2, Better.HIGHER)
    assert is_good_enough(-4, -4, Better.LOWER)
    assert is_good_enough(-5, -4, Better.LOWER)
    assert not is_good_enough(-3, -4, Better.LOWER)
    # 0.3 - 0.2 is less than 0.1 by a rounding error.
    assert is_good_enough(0.3 - 0.2, 0.1, Better.HIGHER)


def test_a_share_alone_has_no_null_value() -> None:
    (one,) = responders(everybody(), planned()).headlines
    assert one.value == pytest.approx(2 / 6)
    assert (one.null, one.p_value) == (None, None)


def test_nobody_is_analysed() -> None:
    study = everybody()
    nobody = replace(study, data=replace(study.data, subjects=()))
    found = shares(nobody)
    assert found["Analysed"] == "0"
    assert found["Clopper-Pearson interval, %"] == "not estimable: no data"
    assert responders(nobody, planned()).headlines == ()


def test_nobody_has_a_baseline() -> None:
    study = everybody()
    later = tuple(row for row in study.data.observations if row.visit != "V1")
    study = replace(study, data=replace(study.data, observations=later))
    assert shares(study)[MISSING] == f"{len(SCORES)} (100.0%)"


# Strata of sex: low dose 30 of 40 and 26 of 30 respond, placebo 20 of 40 and 28 of 40.
GROUPS = (
    ("Xan_Lo", "female", 30, 10),
    ("Pbo", "female", 20, 20),
    ("Xan_Lo", "male", 26, 4),
    ("Pbo", "male", 28, 12),
)


def two_arms(unknown: int = 0) -> Study:
    """56 of 70 against 48 of 80.

    `unknown` more of each arm are of no known sex: those of the low dose respond.
    """
    subjects: list[TrialSubject] = []
    values = {}
    for arm, sex, yes, no in (*GROUPS, ("Pbo", None, 0, unknown), ("Xan_Lo", None, unknown, 0)):
        for at in range(yes + no):
            number = str(len(subjects))
            subjects.append(in_arm(arm, number, sex=sex))
            values[number] = {"Baseline": 30.0, "Week-24": 26.0 if at < yes else 27.0}
    return made(subjects, values)


OF_ARMS = {"estimand": "primary", "visit": "Week-24", "change": Decimal(-4)}


def compared(outcome: Outcome) -> Table:
    everything_said([outcome])
    return outcome.tables[1]


def test_two_arms() -> None:
    """Newcombe, Statistics in Medicine 1998;17:873-890, table II, example (a), method 10.

    R 4.2.2: fisher.test(matrix(c(56, 14, 48, 32), 2, byrow = TRUE)), whose search for the odds
    ratio ends within 1e-4; binom.test(56, 70).
    """
    outcome = responders(two_arms(), planned(**OF_ARMS))
    first = compared(outcome).rows[0]
    assert said(first.label) == "Xanomeline Low Dose less Placebo"
    assert first.cells[0].value == pytest.approx(20)
    assert said(first.cells[1].shown) == "5.2 to 33.4"
    assert first.cells[2].value == pytest.approx(2.649190271, abs=1e-4)
    assert said(first.cells[3].shown) == "1.21 to 6.04"
    assert first.cells[4].value == pytest.approx(0.01252112975)
    intervals = lines(outcome.tables[0])[2]
    assert intervals[1:3] == ("48.4 to 70.8", "68.7 to 88.6")
    (headline,) = outcome.headlines
    assert headline.value == pytest.approx(0.2)
    assert headline.null == 0
    assert headline.interval.lower == pytest.approx(0.0524, abs=5e-5)
    assert headline.interval.upper == pytest.approx(0.3339, abs=5e-5)


def test_an_arm_of_nobody_is_not_compared() -> None:
    rows = lines(compared(responders(two_arms(), planned(**OF_ARMS))))
    assert rows[1][0] == "Xanomeline High Dose less Placebo"
    assert rows[1][1:] == (
        "not estimable: no data",
        "–",
        "not estimable: no data",
        "–",
        "not estimable: no variation",
    )


def test_by_strata() -> None:
    """R 4.2.2: a <- array(c(30, 20, 10, 20, 26, 28, 4, 12), c(2, 2, 2));

    mantelhaen.test(a, correct = FALSE).
    """
    table = compared(responders(two_arms(), planned(**OF_ARMS, strata=("sex",))))
    by_strata = table.rows[1]
    assert by_strata.cells[2].value == pytest.approx(2.916376307)
    assert said(by_strata.cells[3].shown) == "1.37 to 6.21"
    assert by_strata.cells[4].value == pytest.approx(0.00494034608)
    assert not any("not known" in note for note in notes(table))


def test_who_has_no_stratum_is_counted() -> None:
    table = compared(responders(two_arms(unknown=3), planned(**OF_ARMS, strata=("sex",))))
    assert table.rows[1].cells[2].value == pytest.approx(2.916376307)
    assert table.rows[0].cells[0].value == pytest.approx(100 * (59 / 73 - 48 / 83))
    assert any("the stratum is not known (n = 6)" in note for note in notes(table))


def test_everybody_responds() -> None:
    values = {str(n): {"Baseline": 30.0, "Week-24": 20.0} for n in range(6)}
    study = made([in_arm("Pbo" if int(n) < 3 else "Xan_Lo", n) for n in values], values)
    first = lines(compared(responders(study, planned(**OF_ARMS, strata=("sex",)))))[:2]
    assert first[0][1] == "0.0"
    assert first[0][3:] == ("not estimable: no variation", "–", "not estimable: no variation")
    assert first[1][3:] == ("not estimable: no variation", "–", "not estimable: no variation")
