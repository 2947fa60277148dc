"""Which function carries out which method of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from trialrun.evaluation.characteristics import characteristic, title_of_characteristic
from trialrun.evaluation.efficacy.ancova import ancova
from trialrun.evaluation.efficacy.categories import categories
from trialrun.evaluation.efficacy.change_from_baseline import change_from_baseline
from trialrun.evaluation.efficacy.joint_rank import joint_rank
from trialrun.evaluation.efficacy.multiple_imputation import multiple_imputation
from trialrun.evaluation.efficacy.outcome import Outcome, title_of
from trialrun.evaluation.efficacy.repeated_measures import repeated_measures
from trialrun.evaluation.efficacy.responders import responders
from trialrun.evaluation.efficacy.scale import computed
from trialrun.evaluation.efficacy.slope_change import slope_change
from trialrun.evaluation.efficacy.slope_difference import slope_difference
from trialrun.evaluation.efficacy.time_to_event import time_to_event
from trialrun.evaluation.efficacy.tracing import traced
from trialrun.evaluation.efficacy.wins import wins
from trialrun.evaluation.results import phrase
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
    characteristics_of,
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
    """Return what an analysis of the plan yields, and what it asks of the data in vain."""
    outcome = METHODS[type(analysis)](study, analysis)
    title = title_of(study, analysis)
    unknown = tuple(
        phrase("known_of_nobody", what=title, name=title_of_characteristic(study, name))
        for name in characteristics_of(computed(study, analysis))
        if _known_of_nobody(study, name)
    )
    return replace(outcome, said=(*unknown, *outcome.said), tables=traced(outcome.tables))


def _known_of_nobody(study: Study, name: str) -> bool:
    enrolled = [subject for subject in study.data.subjects if subject.enrolled]
    return all(characteristic(study, name, subject).value is None for subject in enrolled)
