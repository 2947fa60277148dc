"""Which function carries out which method of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trialrun.evaluation.efficacy.ancova import ancova
from trialrun.evaluation.efficacy.categories import categories
from trialrun.evaluation.efficacy.change_from_baseline import change_from_baseline
from trialrun.evaluation.efficacy.joint_rank import joint_rank
from trialrun.evaluation.efficacy.multiple_imputation import multiple_imputation
from trialrun.evaluation.efficacy.outcome import Outcome
from trialrun.evaluation.efficacy.repeated_measures import repeated_measures
from trialrun.evaluation.efficacy.responders import responders
from trialrun.evaluation.efficacy.slope_change import slope_change
from trialrun.evaluation.efficacy.slope_difference import slope_difference
from trialrun.evaluation.efficacy.time_to_event import time_to_event
from trialrun.evaluation.efficacy.wins import wins
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import (
    Analysis,
    Ancova,
    Categories,
    ChangeFromBaseline,
    JointRank,
    MultipleImputation,
    RepeatedMeasures,
    Responders,
    SlopeChange,
    SlopeDifference,
    TimeToEvent,
    WinRatio,
)

METHODS: Mapping[type[Any], Callable[[Study, Any], Outcome]] = {
    SlopeDifference: slope_difference,
    ChangeFromBaseline: change_from_baseline,
    Ancova: ancova,
    RepeatedMeasures: repeated_measures,
    Responders: responders,
    SlopeChange: slope_change,
    TimeToEvent: time_to_event,
    JointRank: joint_rank,
    Categories: categories,
    WinRatio: wins,
    MultipleImputation: multiple_imputation,
}
"""The functions by the class of an analysis; a test sees that no method was forgotten."""


def carry_out(study: Study, analysis: Analysis) -> Outcome:
    """Return what an analysis of the plan yields."""
    return METHODS[type(analysis)](study, analysis)
