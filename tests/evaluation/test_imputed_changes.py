"""The comparison of arms on imputed values: what it agrees with, and what it cannot say."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.evaluation.made_arms import in_arm, made
from tests.evaluation.pilot_study import pilot
from tests.evaluation.spoken import said

from trialrun.evaluation.efficacy.ancova import ancova
from trialrun.evaluation.efficacy.case import case_of
from trialrun.evaluation.efficacy.gaps import gapped_changes
from trialrun.evaluation.efficacy.imputed import Imputed, completions
from trialrun.evaluation.efficacy.multiple_imputation import multiple_imputation
from trialrun.evaluation.efficacy.outcome import Outcome
from trialrun.evaluation.efficacy.repeated_measures import repeated_measures
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import Ancova, Assumption, MultipleImputation

VISITS = ("Baseline", "Week-8", "Week-16", "Week-24")


def planned(**known: Any) -> MultipleImputation:
    analysis = next(one for one in pilot().plan.analyses if one.id == "adas-cog-imputed")
    assert isinstance(analysis, MultipleImputation)
    return replace(analysis, **known)


@cache
def of_pilot(assumption: Assumption) -> Outcome:
    return multiple_imputation(pilot(), planned(assumption=assumption, deltas=()))


def differences(outcome: Outcome) -> list[float]:
    """Low less placebo, high less placebo, high less low."""
    return [headline.value for headline in outcome.headlines]


def small(n: int = 36, missing: int = 0, early: int = 0) -> Study:
    """Return n subjects in turn of three arms; the last `missing` have no value at week 24.

    The first `early` were also seen at week 2.
    """
    generator = np.random.default_rng(8)
    subjects, values = [], {}
    for place in range(n):
        arm, number = ("Pbo", "Xan_Lo", "Xan_Hi")[place % 3], f"{place:03d}"
        start = generator.normal(25, 6)
        course = start + np.cumsum(generator.normal(1 - place % 3, 2, 4))
        kept = VISITS[:3] if place >= n - missing else VISITS
        values[number] = dict(zip(kept, map(float, course), strict=False))
        if place < early:
            values[number]["Week-2"] = start
        site = {"SITEGR1": ("701", "702")[place // 3 % 2]}
        subjects.append(in_arm(arm, number, characteristics=site))
    return made(subjects, values)


def test_without_gaps_the_answer_is_that_of_the_values_themselves() -> None:
    study = small()
    analysis = next(one for one in study.plan.analyses if one.id == "adas-cog-24")
    assert isinstance(analysis, Ancova)
    imputed = multiple_imputation(study, planned(imputations=2))
    for ours, theirs in zip(imputed.headlines, ancova(study, analysis).headlines, strict=True):
        assert ours.value == pytest.approx(theirs.value, rel=1e-9)
    assert said(imputed.said[0]).startswith(
        "Change of ADAS-Cog(11) at week 24: multiple imputation: 0 values of 36"
    )


def test_at_random_it_is_near_the_likelihood_of_the_observed_values() -> None:
    """MMRM uses the same values under the same assumption; sites enter the two differently."""
    model = next(one for one in pilot().plan.analyses if one.id == "adas-cog-repeated")
    likelihood = repeated_measures(pilot(), model)  # type: ignore[arg-type]
    of_week_24 = [h.value for h in likelihood.headlines if "Week 24" in said(h.label)]
    assert differences(of_pilot(Assumption.AT_RANDOM)) == pytest.approx(of_week_24, abs=0.25)


def test_who_jumps_to_placebo_is_nearer_to_it() -> None:
    at_random = differences(of_pilot(Assumption.AT_RANDOM))
    jumped = differences(of_pilot(Assumption.JUMP_TO_REFERENCE))
    for before, after in zip(at_random[:2], jumped[:2], strict=True):
        assert before < after < 0


@pytest.mark.parametrize("assumption", list(Assumption))
def test_every_assumption_gives_an_answer(assumption: Assumption) -> None:
    outcome = multiple_imputation(small(missing=9), planned(assumption=assumption, imputations=20))
    assert len(outcome.headlines) == 3


def test_everybody_is_shifted_but_the_reference() -> None:
    study = small(missing=9)
    case = case_of(study, planned())
    of = gapped_changes(case, "Week-24")
    imputed = Imputed(case, planned(), of, completions(case, of, planned(imputations=3)))
    moved = imputed.shifted(2.0, {"Xan_Lo", "Xan_Hi"}) - imputed.completed
    arms = np.array(of.arms)
    gaps = np.isnan(of.values)
    expected = np.broadcast_to(2.0 * (gaps & (arms != "Pbo")[:, None]), moved.shape)
    assert moved == pytest.approx(expected)
    assert (gaps & (arms == "Pbo")[:, None]).any()


def test_a_visit_with_too_few_values_is_no_part_of_the_model_and_is_named() -> None:
    # A model of 4 visits with a baseline needs 6 values of every arm at each (2 coefficients).
    without, five, six = (
        multiple_imputation(small(missing=9, early=3 * n), planned(imputations=5))
        for n in (0, 5, 6)
    )
    assert differences(five) == differences(without)
    assert differences(six) != differences(without)
    notes = [" ".join(said(note) for note in of.tables[0].notes) for of in (without, five, six)]
    assert ["too few values in an arm: Week 2" in note for note in notes] == [False, True, False]


def test_the_answer_tips_where_its_p_value_crosses() -> None:
    study = small(n=60, missing=15)
    deltas = {"deltas": (0, 30), "imputations": 20}
    rows = multiple_imputation(study, planned(**deltas)).tables[0].rows
    tips = [row.cells[0].value for row in rows if "Tipping point" in said(row.label)]
    found = [tip for tip in tips if tip is not None]
    assert found
    at_tip = multiple_imputation(study, planned(deltas=(found[0],), imputations=20)).tables[0]
    assert min(abs(row.cells[3].value - 0.05) for row in at_tip.rows if row.cells[3].value) < 1e-6


def test_who_has_no_baseline_is_left_out_and_an_empty_arm_is_said() -> None:
    study = small()
    kept = [row for row in study.data.observations if row.visit != "Baseline"]
    nobody = replace(study, data=replace(study.data, observations=tuple(kept)))
    outcome = multiple_imputation(nobody, planned())
    assert (outcome.headlines, outcome.tables) == ((), ())
    assert "not estimable" in said(outcome.said[0])
    first = [
        row for row in study.data.observations if (row.subject, row.visit) != ("000", VISITS[0])
    ]
    one_less = replace(study, data=replace(study.data, observations=tuple(first)))
    assert "of 35 participants" in said(multiple_imputation(one_less, planned()).said[0])


def test_nobodys_mean_is_carried_who_has_no_value() -> None:
    study = small()
    kept = [r for r in study.data.observations if r.subject != "004" or r.visit == "Baseline"]
    gone = replace(study, data=replace(study.data, observations=tuple(kept)))
    outcome = multiple_imputation(gone, planned(assumption=Assumption.LAST_MEAN))
    assert outcome.headlines == ()
    assert "not estimable" in said(outcome.said[0])
