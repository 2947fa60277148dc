"""The difference of slopes on imputed values: what it agrees with, and what it cannot say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.evaluation.made import il2_protocol, observations, six, subject
from tests.evaluation.spoken import said

from trialrun.evaluation.efficacy.multiple_imputation import multiple_imputation
from trialrun.evaluation.efficacy.slope_difference import slope_difference
from trialrun.evaluation.results import Phrase
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import MultipleImputation, SlopeDifference
from trialrun.records.analysis_data import AnalysisData, Standing


def many(n: int = 12, missing: int = 0, seed: int = 3) -> Study:
    """Return n participants with all visits; the first `missing` have none after week 24."""
    protocol = il2_protocol()
    assert protocol.analysis is not None
    generator = np.random.default_rng(seed)
    visits = {"V1": 0.0, "V4": 84.0, "V7": 168.0, "V10": 252.0, "V13": 336.0}
    scores = {}
    for place in range(n):
        start, slope = generator.normal(38, 4), generator.normal(-0.04, 0.01)
        course = {
            visit: start + slope * day + 0.02 * min(day, 168) + generator.normal(0, 0.8)
            for visit, day in visits.items()
        }
        for visit in ("V10", "V13") if place < missing else ():
            del course[visit]
        scores[f"{place + 1:03d}"] = course
    data = AnalysisData(
        source="by hand",
        subjects=tuple(subject(number) for number in scores),
        observations=tuple(observations(protocol, "alsfrs-r.total", scores)),
    )
    return Study(protocol, protocol.analysis, data)


def planned(study: Study, **changed: object) -> MultipleImputation:
    analysis = next(one for one in study.plan.analyses if one.id == "primary-imputed")
    assert isinstance(analysis, MultipleImputation)
    return replace(analysis, imputations=50, **changed)  # type: ignore[arg-type]


def by_t(study: Study) -> float:
    analysis = study.plan.analyses[0]
    assert isinstance(analysis, SlopeDifference)
    return slope_difference(study, analysis).headlines[0].value


def test_without_gaps_the_answer_is_that_of_the_values_themselves() -> None:
    study = many()
    outcome = multiple_imputation(study, planned(study))
    (headline,) = outcome.headlines
    assert headline.value == pytest.approx(by_t(study), rel=1e-9)
    assert {row.cells[0].value for row in outcome.tables[0].rows[:7]} == {headline.value}


def test_a_shift_moves_the_estimate_against_its_direction_after_the_turn() -> None:
    """Three of twelve lack week 48: two points more there raise the later slopes of three."""
    study = many(missing=3)
    rows = multiple_imputation(study, planned(study)).tables[0].rows
    by_shift = {dict(row.label.gaps)["delta"]: row.cells[0].value for row in rows[:7]}  # type: ignore[union-attr]
    months = 168 / 30.4375
    moved = by_shift["2.0"] - by_shift["0.0"]  # type: ignore[operator]
    assert moved == pytest.approx(-2 * 3 / 12 / months, rel=1e-9)


def test_the_tipping_point_is_where_the_p_value_crosses() -> None:
    study = many(missing=3)
    rows = multiple_imputation(study, planned(study)).tables[0].rows
    *_, down, up = rows
    assert down.cells[0].shown == Phrase("does_not_tip")
    tip = up.cells[0].value
    assert tip is not None
    at_tip = multiple_imputation(study, planned(study, deltas=(tip,))).tables[0].rows[0]
    assert at_tip.cells[3].value == pytest.approx(0.05, abs=1e-6)


def test_the_dead_have_no_values_to_impute() -> None:
    study = many(missing=1)
    dead = subject("001", death_day=170, standing=Standing.DISCONTINUED, last_day=170)
    those = tuple(dead if one.id == "001" else one for one in study.data.subjects)
    of_dead = replace(study, data=replace(study.data, subjects=those))
    alive, gone = (multiple_imputation(one, planned(one)) for one in (study, of_dead))
    # Which analysis imputes is said: it stands among the attributes of the whole estimand.
    title = "Difference of the ALSFRS-R slope between administration and follow-up: multiple "
    assert said(alive.said[0]).startswith(f"{title}imputation: 2 values of 12 participants")
    assert said(gone.said[0]).startswith(f"{title}imputation: 0 values of 12 participants")
    assert gone.headlines[0].value == pytest.approx(by_t(study), rel=1e-9)


def test_too_few_participants_give_a_reason_instead_of_a_number() -> None:
    outcome = multiple_imputation(six(), planned(six()))
    assert outcome.headlines == ()
    (why,) = outcome.said
    assert said(why).endswith(
        "multiple imputation: The model gives no estimate (not estimable: too few observations)."
    )


def test_the_seed_fixes_the_result() -> None:
    study = many(missing=3)
    first, again, other = (
        multiple_imputation(study, planned(study, seed=seed)).headlines[0].value
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other
