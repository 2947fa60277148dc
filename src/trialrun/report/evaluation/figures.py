"""The figures of an evaluation as SVG: one function for each kind of figure data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trialrun.evaluation.results import Figure
from trialrun.report.evaluation.voice import EvaluationVoice

DRAWN: Mapping[type[Figure], Callable[[Any, EvaluationVoice], str]] = {}
"""Which function draws which kind; a test sees that none is forgotten."""


def draw(figure: Figure, voice: EvaluationVoice) -> str:
    """Draw a figure as SVG without a browser and without a network."""
    return DRAWN[type(figure)](figure, voice)
