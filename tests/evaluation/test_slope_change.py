"""The mixed model with a change of slope, against R on the same values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import six
from tests.evaluation.spoken import said

from trialrun.evaluation.efficacy.slope_change import slope_change
from trialrun.evaluation.results import Phrase
from trialrun.protocol.analysis_methods import SlopeChange


def planned() -> SlopeChange:
    analysis = six().plan.analyses[1]
    assert isinstance(analysis, SlopeChange)
    return analysis


def test_the_slopes_are_those_of_lme4() -> None:
    """R 4.2.2, lme4 1.1-31, on the values of five participants, months from the turn:

    lmer(y ~ s + pmax(s, 0) + (s | id)): intercept 35.0153, s -0.5040, pmax(s, 0) -0.3518,
    standard error of the last by lmerTest 3.1-3 without adjustment for small samples 0.1096.
    """
    outcome = slope_change(six(), planned())
    (table,) = outcome.tables
    before, after, difference = (row.cells for row in table.rows)
    assert before[0].value == pytest.approx(-0.5040, abs=5e-4)
    assert after[0].value == pytest.approx(-0.5040 - 0.3518, abs=5e-4)
    assert difference[0].value == pytest.approx(0.3518, abs=5e-4)
    assert difference[1].value == pytest.approx(0.1096, abs=2e-3)
    (line,) = outcome.figures[0].fitted  # type: ignore[attr-defined]
    assert line.points[1] == pytest.approx((168 / 30.4375, 35.0153), abs=5e-4)
    (headline,) = outcome.headlines
    assert headline.value == difference[0].value
    assert headline.interval.lower < headline.value < headline.interval.upper


def test_of_one_participant_the_model_says_why_there_is_no_number() -> None:
    study = six()
    only = tuple(row for row in study.data.observations if row.subject == "001")
    alone = replace(study, data=replace(study.data, observations=only))
    outcome = slope_change(alone, planned())
    (row,) = outcome.tables[0].rows
    assert isinstance(row.cells[0].shown, Phrase)
    assert outcome.headlines == ()
    (why,) = outcome.said
    assert said(why).startswith(
        "Difference of the ALSFRS-R slope between administration and follow-up: mixed model with a "
        "change of slope: The model gives no estimate"
    )
