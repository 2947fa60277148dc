"""The unit of an estimate, and which side of its null value is the better one."""

from __future__ import annotations

import pytest
from tests.evaluation.made import six
from tests.evaluation.pilot_study import pilot

from trialrun.evaluation.efficacy.scale import scale_of
from trialrun.evaluation.study import Study
from trialrun.report.evaluation.voice import EvaluationVoice


def scales(study: Study, name: str, null: float | None = 0.0) -> tuple[str, str]:
    analysis = next(one for one in study.plan.analyses if one.id == name)
    scale = scale_of(study, analysis, null)
    return EvaluationVoice("en").words(scale), EvaluationVoice("zh").words(scale)


@pytest.mark.parametrize(
    ("analysis", "english", "chinese"),
    [
        ("primary-points", "points per month; better above 0", "分/月；大于0为优"),
        ("primary-model", "points per month; better above 0", "分/月；大于0为优"),
        ("primary-imputed", "points per month; better above 0", "分/月；大于0为优"),
        # A lower index of ALSAQ-40 is a better quality of life.
        ("alsaq-40-points", "points per month; better below 0", "分/月；小于0为优"),
        ("fvc-model", "% per month; better above 0", "%/月；大于0为优"),
        # The plan does not say of what count of T cells one is better off.
        ("cd4-by-visit", "10⁹/L", "10⁹/L"),
        ("nfl-by-visit", "pg/mL; better below 0", "pg/mL；小于0为优"),
    ],
)
def test_units_and_directions_are_those_of_the_variable(
    analysis: str, english: str, chinese: str
) -> None:
    assert scales(six(), analysis) == (english, chinese)


def test_a_share_alone_has_no_better_side_and_ratios_have_theirs() -> None:
    assert scales(six(), "function-kept-24", None)[0] == "share, from 0 to 1"
    assert scales(six(), "function-kept-24")[0] == "difference of shares; better above 0"
    assert scales(pilot(), "skin-free")[0] == "hazard ratio; below 1: later events"
    # An imputed comparison of arms is on the scale of the change itself.
    assert scales(pilot(), "adas-cog-imputed")[0] == "points; better below 0"
