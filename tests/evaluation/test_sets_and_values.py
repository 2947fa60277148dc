"""Who belongs to which analysis set, and which values may be used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import day, doses, il2_protocol, six, subject
from tests.evaluation.made_arms import in_arm, made
from tests.evaluation.pilot_study import pilot
from tests.evaluation.spoken import notes

from trialrun.evaluation.efficacy.methods import carry_out
from trialrun.evaluation.efficacy.outcome import unused_values
from trialrun.evaluation.happenings import befell
from trialrun.evaluation.results import phrase
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Study
from trialrun.evaluation.values import Series, measured, series_of
from trialrun.protocol.analysis import Strategy
from trialrun.protocol.analysis_methods import MultipleImputation, WinRatio
from trialrun.records.analysis_data import Departure, Observation, Standing
from trialrun.report.evaluation.voice import EvaluationVoice


def members(study: Study, name: str) -> list[str]:
    return [one.id for one in membership(study, name).members]


def test_the_sets_of_six_participants() -> None:
    study = six()
    assert members(study, "enrolled") == ["001", "002", "003", "004", "005", "006"]
    assert members(study, "full") == ["001", "002", "003", "004", "005"]
    assert members(study, "per-protocol") == ["001", "002", "003", "004"]
    left_out = membership(study, "full").left_out
    assert left_out == {"006": (phrase("no_later_value", variable="ALSFRS-R total"),)}


@pytest.mark.parametrize(("important", "belongs"), [(True, False), (None, False), (False, True)])
def test_a_deviation_that_nobody_has_judged_may_be_important(
    important: bool | None, belongs: bool
) -> None:
    study = six()
    departed = Departure(subject="001", kind="dose", description="", important=important)
    study = replace(study, data=replace(study.data, departures=(departed,)))
    assert ("001" in members(study, "per-protocol")) is belongs


def test_the_per_protocol_set_needs_four_fifths_of_the_doses() -> None:
    study = six()
    for until, belongs in ((152, True), (123, True), (90, False)):
        kept = tuple(d for d in study.data.doses if d.subject != "001")
        data = replace(study.data, doses=(*kept, *doses(study.protocol, "001", until)))
        assert ("001" in members(replace(study, data=data), "per-protocol")) is belongs, until


def test_baseline_is_the_last_value_before_day_0_ends_unless_the_source_marks_another() -> None:
    study = six()
    early = Observation(
        subject="001", parameter="alsfrs-r.total", day=-5, value=41, visit="V0", rows=("x/1",)
    )
    data = replace(study.data, observations=(early, *study.data.observations))
    found = measured(replace(study, data=data), "alsfrs-r", subject("001")).baseline
    assert found is not None
    assert (found.number, found.visit) == (40, "V1")
    marked = replace(data, observations=(replace(early, baseline=True), *study.data.observations))
    found = measured(replace(study, data=marked), "alsfrs-r", subject("001")).baseline
    assert found is not None
    assert (found.number, found.visit) == (41, "V0")


def test_of_two_values_at_one_visit_the_nearest_to_its_day_counts() -> None:
    study = six()
    late = Observation(
        subject="001", parameter="alsfrs-r.total", day=170, value=20, visit="V7", rows=("x/1",)
    )
    data = replace(study.data, observations=(*study.data.observations, late))
    found = measured(replace(study, data=data), "alsfrs-r", subject("001")).at("V7")
    assert found is not None
    assert found.number == 38


def of_the_first(*more: Observation) -> tuple[Series, tuple[str, ...]]:
    """Return the primary values of participant 001, who has more, and what is said of them."""
    study = six()
    study = replace(study, data=replace(study.data, observations=(*study.data.observations, *more)))
    series = series_of(study, study.estimands["primary"], study.subjects["001"])
    voice = EvaluationVoice("en")
    return series, tuple(voice.words(words) for words in unused_values(study, [series]))


def at_week_24(value: float, row: str, day: int = 168) -> Observation:
    return Observation(
        subject="001", parameter="alsfrs-r.total", day=day, value=value, visit="V7", rows=(row,)
    )


@pytest.mark.parametrize("number", [-1, 48.5, 480])
def test_a_value_that_the_plan_says_does_not_exist_is_not_used_and_counted(number: float) -> None:
    near = at_week_24(number, "x/1", day=167)
    series, said = of_the_first(near)
    assert (series.impossible, series.beside) == (1, 0)
    assert [value.number for value in series.values] == [40, 39, 38, 36, 34]
    assert said == (
        "Not used: values beyond the limits of the variable, which cannot be right (n = 1).",
    )


def test_the_limits_themselves_exist() -> None:
    series, said = of_the_first(
        replace(at_week_24(0, "x/1"), visit=None), replace(at_week_24(48, "x/2"), visit=None)
    )
    assert [value.number for value in series.values] == [40, 39, 38, 0, 48, 36, 34]
    assert said == ()


def test_further_values_at_a_visit_are_counted_and_the_rule_is_said() -> None:
    series, (said,) = of_the_first(at_week_24(20, "x/1"), at_week_24(21, "x/2", day=190))
    found = series.at("V7")
    assert (series.beside, found and found.number) == (2, 38)
    assert said.startswith("Not used: further values at a visit (n = 2).")
    assert "of two on one day the first in the data" in said


@pytest.mark.parametrize("strategy", Strategy)
def test_values_after_a_death_are_used_by_treatment_policy_only(strategy: Strategy) -> None:
    study = six([subject("001", death_day=170, standing=Standing.DISCONTINUED, last_day=170)])
    estimand = replace(study.estimands["primary"], intercurrent={"death": strategy})
    series = series_of(study, estimand, study.subjects["001"])
    kept = ["V1", "V4", "V7", "V10", "V13"]
    if strategy is not Strategy.TREATMENT_POLICY:
        kept = kept[:3]
        assert series.unused == (("death", 2),)
    assert [value.visit for value in series.values] == kept


def test_treatment_is_stopped_early_if_a_whole_course_is_missing() -> None:
    event = six().trial_events["stopped"]
    for last_dose, standing, stopped in (
        (152, Standing.COMPLETED, False),
        (124, Standing.COMPLETED, False),
        (123, Standing.COMPLETED, True),
        (40, Standing.DISCONTINUED, True),
        (40, Standing.ONGOING, False),
    ):
        last = 60 if standing is Standing.ONGOING else 336
        one = subject("001", last_dose_day=last_dose, standing=standing, last_day=last)
        found = befell(six([one]), event, one)
        assert (found is not None) is stopped, (last_dose, standing)


def test_ventilation_is_marked_on_a_form_with_its_own_day() -> None:
    study = six()
    marked = [
        Observation(subject="001", parameter="survival.event", day=168, visit="V7",
                    text="tracheostomy", rows=("form/1",)),
        Observation(subject="001", parameter="survival.event-date", day=168, visit="V7",
                    text=day(150).isoformat(), rows=("form/2",)),
        Observation(subject="002", parameter="survival.event", day=168, visit="V7",
                    text="none", rows=("form/3",)),
    ]  # fmt: skip
    study = replace(study, data=replace(study.data, observations=tuple(marked)))
    event = study.trial_events["ventilation"]
    found = befell(study, event, study.subjects["001"])
    assert found is not None
    assert (found.day, found.rows) == (150, ("form/1",))
    assert befell(study, event, study.subjects["002"]) is None


@pytest.mark.parametrize("named", ["2022-05", "2022", "in May", "2022-02-30"])
def test_a_day_that_is_not_whole_leaves_the_event_to_its_visit(named: str) -> None:
    study = six()
    marked = [
        Observation(subject="001", parameter="survival.event", day=168, text="tracheostomy"),
        Observation(subject="001", parameter="survival.event-date", day=168, text=named),
    ]
    study = replace(study, data=replace(study.data, observations=tuple(marked)))
    found = befell(study, study.trial_events["ventilation"], study.subjects["001"])
    assert found is not None
    assert found.day == 168


def test_the_shipped_plan_has_words_in_both_languages() -> None:
    plan = il2_protocol().analysis
    assert plan is not None
    assert len(plan.assumptions) == len(plan.assumptions_zh)
    assert len(plan.limits_of_evidence) == len(plan.limits_of_evidence_zh)
    for titled in (plan.sets, plan.variables, plan.events, plan.estimands):
        assert all(one.title_zh for one in titled)


@pytest.mark.parametrize(
    ("flags", "why"),
    [({"EFFFL": True}, None), ({"EFFFL": False}, "not_flagged"), ({}, "flag_unsaid")],
)
def test_a_flag_that_the_data_do_not_say_is_no_no(flags: dict[str, bool], why: str | None) -> None:
    study = made([in_arm("Pbo", "1", flags=flags)], {})
    left_out = membership(study, "efficacy").left_out
    assert left_out == ({"1": (phrase(why, flag="EFFFL"),)} if why else {})


@pytest.mark.parametrize("name", ["function-and-survival", "primary-points", "function-kept-24"])
def test_every_analysis_says_which_values_it_does_not_use(name: str) -> None:
    """One above the limit, and a second one at week 24, further from its day."""
    study = six()
    more = (at_week_24(480, "x/1"), at_week_24(35, "x/2", day=170))
    study = replace(study, data=replace(study.data, observations=(*study.data.observations, *more)))
    analysis = next(one for one in study.plan.analyses if one.id == name)
    said_there = [note for table in carry_out(study, analysis).tables for note in notes(table)]
    for n in ("cannot be right (n = 1).", "further values at a visit (n = 1)."):
        assert any(n in note for note in said_there), (n, said_there)


def test_a_win_by_a_change_says_which_values_it_does_not_use() -> None:
    subjects = [in_arm("Pbo", "001"), in_arm("Xan_Lo", "002")]
    values = {
        "001": {"Baseline": 20.0, "Week-24": 25.0},
        "002": {"Baseline": 20.0, "Week-24": 71.0},
    }
    plan = WinRatio(method="win ratio", id="win", estimand="primary", visit="Week-24")
    pairs, _ = carry_out(made(subjects, values), plan).tables
    assert "cannot be right (n = 1)." in notes(pairs)[-1]
    by_death = replace(plan, visit=None, events=("death",))
    pairs, _ = carry_out(made(subjects, values), by_death).tables
    assert len(notes(pairs)) == 1


def test_imputation_says_which_values_it_does_not_use() -> None:
    study = pilot()
    score = next(one for one in study.data.observations if one.parameter == "ACTOT" and one.visit)
    data = replace(study.data, observations=(*study.data.observations, replace(score, value=480)))
    planned = next(one for one in study.plan.analyses if one.id == "adas-cog-imputed")
    assert isinstance(planned, MultipleImputation)
    plan = replace(planned, imputations=2, deltas=())
    (table,) = carry_out(replace(study, data=data), plan).tables
    assert "cannot be right (n = 1)." in notes(table)[-1]
