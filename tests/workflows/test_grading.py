"""Grades to confirm. Boundaries are those of CTCAE v5.0; limits stand beside each value."""

from __future__ import annotations

import pytest
from tests.conduct.safety_world import World
from tests.workflows.trial_in_progress import (
    TRIAL,
    dose,
    given,
    laboratory,
    noon,
    value,
    visit,
)

from trialrun.conduct.actions.form_entries import EnteredValue
from trialrun.conduct.actions.grades import Decision, decide_grade
from trialrun.conduct.actions.visits import Held, VisitPlan, record_visit
from trialrun.conduct.acts import act
from trialrun.conduct.roles import Verb
from trialrun.conduct.tables.participants import Participant
from trialrun.conduct.tables.visits import Contact
from trialrun.errors import NotFoundError
from trialrun.terminology.ctcae.results import NotGradable
from trialrun.workflows.grading import (
    ToGrade,
    decision_on,
    grade_of,
    grades_to_confirm,
)


def found(trial: World) -> dict[str, ToGrade]:
    with trial.database.reading() as session:
        return {one.term: one for one in grades_to_confirm(session, TRIAL)}


def at_week_12(trial: World, **values: EnteredValue) -> None:
    laboratory(trial, visit(trial, "V4", 84, (77, 91)), 84, values)


def with_baseline(trial: World, **values: EnteredValue) -> None:
    """Results of the day before the first dose, of an unscheduled visit."""
    laboratory(trial, visit(trial, "V1", 0, (0, 0)), 0, values)
    dose(trial, 1, 0, given(1), 1)


# ALT: grade 1 above ULN to 3 x ULN, if the baseline was normal (CTCAE v5.0, Investigations)
ALT = {"low": "9", "high": "50"}


def test_what_is_above_its_limit_is_proposed_and_the_highest_grade_comes_first(
    trial: World,
) -> None:
    with_baseline(trial, alt=value("30", "U/L", **ALT))
    at_week_12(trial, alt=value("100", "U/L", **ALT), haemoglobin=value("75", "g/L", "115", "150"))
    with trial.database.reading() as session:
        listed = grades_to_confirm(session, TRIAL)
    said = [(one.term, one.proposal.grade) for one in listed if one.proposal]
    assert said == [("Anemia", 3), ("Alanine aminotransferase increased", 1)]
    assert listed[1].baseline is not None
    assert listed[1].baseline.value.typed == "30"


def test_without_a_baseline_it_is_not_gradable_and_never_0(trial: World) -> None:
    dose(trial, 1, 0, given(0), 0)
    at_week_12(trial, alt=value("100", "U/L", **ALT))
    (one,) = found(trial).values()
    assert isinstance(one.outcome, NotGradable)
    assert one.proposal is None
    assert one.proposed is None
    assert [why.name for why in one.outcome.reasons] == ["BASELINE"]


def test_a_result_of_the_day_of_the_first_dose_is_no_baseline(trial: World) -> None:
    laboratory(trial, visit(trial, "V1", 0, (0, 0)), 0, {"alt": value("30", "U/L", **ALT)})
    dose(trial, 1, 0, given(0), 0)
    at_week_12(trial, alt=value("100", "U/L", **ALT))
    assert isinstance(found(trial)["Alanine aminotransferase increased"].outcome, NotGradable)


def test_without_its_limit_it_says_so(trial: World) -> None:
    with_baseline(trial, haemoglobin=value("120", "g/L"))
    at_week_12(trial, haemoglobin=value("105", "g/L"))
    outcome = found(trial)["Anemia"].outcome
    assert isinstance(outcome, NotGradable)
    assert outcome.possible == (0, 1)


def test_before_the_first_dose_there_is_nothing_to_grade(trial: World) -> None:
    with act(trial.database, Verb.RECORD_DOSE, trial.coordinator, at=noon(0)) as doing:
        doing.change(doing.session.get_one(Participant, 1), first_dose_on=None)
    at_week_12(trial, haemoglobin=value("75", "g/L", "115", "150"))
    assert found(trial) == {}


def test_what_is_within_its_limits_is_not_asked_about(trial: World) -> None:
    with_baseline(trial, haemoglobin=value("120", "g/L", "115", "150"))
    at_week_12(trial, haemoglobin=value("121", "g/L", "115", "150"))
    assert found(trial) == {}


def test_a_decision_takes_it_off_the_list_until_the_value_changes(trial: World) -> None:
    with_baseline(trial, haemoglobin=value("120", "g/L", "115", "150"))
    at_week_12(trial, haemoglobin=value("75", "g/L", "115", "150"))
    one = found(trial)["Anemia"]
    assert one.proposed is not None
    decide_grade(trial.database, trial.investigator, noon(85), one.proposed, Decision(3))
    assert found(trial) == {}
    with trial.database.reading() as session:
        again = grade_of(session, TRIAL, one.result.value.id, "anemia")
        decision = decision_on(session, again)
    assert decision is not None
    assert (decision.grade, decision.standing) == (3, "confirmed")


def test_what_is_below_the_limit_of_detection_is_read_as_bounds(trial: World) -> None:
    with_baseline(trial, wbc=value("5", "10*9/L", "3.5", "9.5"))
    at_week_12(trial, wbc=value("1.5", "10*9/L", "3.5", "9.5"))
    assert found(trial)["White blood cell decreased"].proposal is not None


def test_a_grade_that_nobody_proposes_is_not_found(trial: World) -> None:
    with_baseline(trial, haemoglobin=value("120", "g/L", "115", "150"))
    with trial.database.reading() as session:
        for value_id, slug in ((1, "fever"), (99, "anemia"), (1, "anemia")):
            with pytest.raises(NotFoundError):
                grade_of(session, TRIAL, value_id, slug)


def test_an_unscheduled_visit_is_graded_too(trial: World) -> None:
    with_baseline(trial, haemoglobin=value("120", "g/L", "115", "150"))
    held = Held(noon(20).date(), Contact.VISIT)
    extra = record_visit(
        trial.database,
        trial.coordinator,
        noon(20),
        1,
        held,
        zone=noon(20).tzinfo,  # type: ignore[arg-type]
        plan=VisitPlan("UV"),
    )
    laboratory(trial, extra, 20, {"haemoglobin": value("90", "g/L", "115", "150")})
    assert found(trial)["Anemia"].proposal is not None
