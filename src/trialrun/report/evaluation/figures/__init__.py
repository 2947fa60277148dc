"""The figures of an evaluation as SVG: one function for each kind of figure data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trialrun.evaluation.figure_data import (
    AdverseEventDots,
    Boundary,
    Forest,
    HysLaw,
    LaboratoryShift,
    ParticipantFlow,
    PowerCurves,
    Survival,
    Swimmer,
    Trajectories,
)
from trialrun.evaluation.results import Figure
from trialrun.report.evaluation.figures.adverse_events import adverse_event_dots
from trialrun.report.evaluation.figures.boundaries import boundary, power_curves
from trialrun.report.evaluation.figures.forests import forest
from trialrun.report.evaluation.figures.laboratory import hys_law, laboratory_shift
from trialrun.report.evaluation.figures.participants import participant_flow
from trialrun.report.evaluation.figures.survival import survival
from trialrun.report.evaluation.figures.swimmers import swimmer
from trialrun.report.evaluation.figures.trajectories import trajectories
from trialrun.report.evaluation.voice import EvaluationVoice

DRAWN: Mapping[type[Figure], Callable[[Any, EvaluationVoice], str]] = {
    AdverseEventDots: adverse_event_dots,
    Boundary: boundary,
    Forest: forest,
    HysLaw: hys_law,
    LaboratoryShift: laboratory_shift,
    ParticipantFlow: participant_flow,
    PowerCurves: power_curves,
    Survival: survival,
    Swimmer: swimmer,
    Trajectories: trajectories,
}
"""Which function draws which kind; a test sees that none is forgotten."""


def draw(figure: Figure, voice: EvaluationVoice) -> str:
    """Draw a figure as SVG without a browser and without a network."""
    return DRAWN[type(figure)](figure, voice)
