"""What a section of an estimand says of its attributes (ICH E9(R1), A.3.1)."""

from __future__ import annotations

from tests.evaluation.made import six

from trialrun.evaluation.efficacy.methods import carry_out
from trialrun.evaluation.efficacy.sections import efficacy
from trialrun.report.evaluation.voice import EvaluationVoice


def said_of(estimand: str) -> list[str]:
    study = six()
    analyses = [one for one in study.plan.analyses if one.estimand == estimand]
    (section,) = efficacy(study, [carry_out(study, one) for one in analyses])
    return [EvaluationVoice("en").words(words) for words in section.said]


def test_the_variable_of_survival_is_a_time_and_no_score() -> None:
    free = said_of("survival")
    assert "Variable: time to the first of: Death, Tracheostomy or permanent ventilation." in free
    # Overall survival goes on after a tracheostomy: it is no analysis of the estimand above.
    overall = said_of("overall-survival")
    assert "Variable: time to the first of: Death." in overall
    assert any("permanent ventilation: treatment policy" in words for words in overall)


def test_the_variable_of_a_share_is_what_is_measured() -> None:
    assert "Variable: ALSFRS-R total." in said_of("function-kept")
