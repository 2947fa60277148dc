"""The key results: what the primary analysis says, in a sentence, and every headline."""

from __future__ import annotations

from dataclasses import replace

from tests.evaluation.made import six
from tests.evaluation.test_categories import of_cibic

from trialrun.evaluation.efficacy.key_results import key_results
from trialrun.evaluation.efficacy.methods import carry_out
from trialrun.evaluation.figure_data import Forest
from trialrun.evaluation.results import Section, phrase
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import SlopeChange, SlopeDifference
from trialrun.records.analysis_data import Standing
from trialrun.report.evaluation.voice import EvaluationVoice


def slopes_only(study: Study) -> Study:
    """Return the study with the analyses of slopes by their planned points and by the model."""
    kept = tuple(
        one for one in study.plan.analyses if isinstance(one, (SlopeDifference, SlopeChange))
    )
    return replace(study, plan=replace(study.plan, analyses=kept))


def key_of(study: Study) -> Section:
    study = slopes_only(study)
    return key_results(study, [carry_out(study, one) for one in study.plan.analyses])


def test_the_primary_estimate_is_a_sentence_in_both_languages() -> None:
    """Of the four with both slopes, of five in the set; test_slope_difference has R's values."""
    said, _ = key_of(six()).said
    assert EvaluationVoice("en").words(said) == (
        "Primary estimate: Difference of the ALSFRS-R slope between administration and follow-up: "
        "difference of slopes: 0.408 points per month (95% CI −0.085 to 0.900; p = 0.078), n = 4 "
        "of N = 5 participants."
    )
    assert EvaluationVoice("zh").words(said) == (
        "主要估计：给药期与随访期ALSFRS-R斜率之差：斜率之差：0.408 分/月（95%置信区间 "
        "−0.085至0.900；p = 0.078），N = 5名受试者中n = 4名。"
    )


def test_without_an_estimate_the_sentence_says_so() -> None:
    study = six()
    nothing = replace(study, data=replace(study.data, observations=()))
    key = key_of(nothing)
    said, _ = key.said
    assert "the data hold no estimate" in EvaluationVoice("en").words(said)
    assert key.figures == ()


def test_the_forest_has_every_analysis_of_the_primary_estimand_and_no_other() -> None:
    """Only ALSFRS-R was measured, so that the table has no other estimate either."""
    key = key_of(six())
    (table,), (forest,) = key.tables, key.figures
    assert isinstance(forest, Forest)
    estimated = [row for row in table.rows if row.cells[0].value is not None]
    assert [row.label for row in estimated] == [row.label for row in forest.rows]
    assert [row.cells[0].value for row in estimated] == [row.value for row in forest.rows]


def test_an_analysis_without_an_estimate_has_a_row_that_says_so() -> None:
    """Of the ten analyses of slopes two are of ALSFRS-R, the only score that was measured."""
    (table,) = key_of(six()).tables
    without = [row for row in table.rows if row.cells[0].value is None]
    assert (len(table.rows), len(without)) == (10, 8)
    assert {row.cells[0].shown for row in without} == {phrase("no_estimate")}


def test_labels_that_are_alike_are_told_apart() -> None:
    """Without one of their own, analyses of survival have the title of estimand and method."""
    study = six()
    kept = tuple(
        replace(one, estimand="survival")
        for one in study.plan.analyses
        if one.id in ("ventilation-free", "overall")
    )
    study = replace(study, plan=replace(study.plan, analyses=kept))
    key = key_results(study, [carry_out(study, one) for one in kept])
    labels = [EvaluationVoice("en").words(row.label) for row in key.tables[0].rows]
    assert labels == [
        "Survival without ventilation: time to event [ventilation-free]",
        "Survival without ventilation: time to event [overall]",
    ]


def test_an_analysis_that_only_tests_says_its_p_value() -> None:
    """CIBIC+ of the CDISC pilot; test_categories has the source of .6180."""
    study = of_cibic()
    analyses = tuple(one for one in study.plan.analyses if one.id == "cibic-24")
    study = replace(study, plan=replace(study.plan, analyses=analyses))
    key = key_results(study, [carry_out(study, one) for one in analyses])
    (said,) = key.said
    assert EvaluationVoice("en").words(said) == (
        "Primary analysis: CIBIC+ at week 24: ordered answers: p = 0.618."
    )
    (row,) = key.tables[0].rows
    assert EvaluationVoice("zh").words(said).endswith("p = 0.618。")
    assert [cell.shown for cell in row.cells[1:]] == ["–", "0.618", "–"]


def test_function_and_survival_ranked_together_says_its_p_value() -> None:
    study = six()
    analyses = tuple(one for one in study.plan.analyses if one.method == "joint rank")
    (outcome,) = (carry_out(study, one) for one in analyses)
    assert outcome.p_value == outcome.tables[0].rows[-1].cells[0].value
    assert outcome.p_value is not None


def test_of_a_trial_that_goes_on_it_is_said() -> None:
    """One of the six is to come to week 24 yet; once they have completed, nothing is interim."""
    study = six()
    _, interim = key_of(study).said
    words = EvaluationVoice("en").words(interim)
    assert words.startswith("Interim: 1 of 6 participants are still in the trial.")
    done = tuple(replace(one, standing=Standing.COMPLETED) for one in study.data.subjects)
    assert len(key_of(replace(study, data=replace(study.data, subjects=done))).said) == 1
