"""On what scale the estimates of an analysis are, and which way is the better one.

A number without its unit and its direction tells a reader nothing: 0.4 may be points or points per
month, and may speak for the drug or against it. Refuses to say what the plan does not.
"""

from __future__ import annotations

from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Better
from trialrun.protocol.analysis_methods import (
    Analysis,
    MultipleImputation,
    Responders,
    SlopeChange,
    SlopeDifference,
    TimeToEvent,
    WinRatio,
)
from trialrun.terminology.written_units import written_unit


def unit_of(study: Study, analysis: Analysis) -> Words | None:
    """Return the unit of a change or a slope; None for shares and ratios, which have none."""
    if isinstance(analysis, Responders | TimeToEvent | WinRatio):
        return None
    if isinstance(computed(study, analysis), SlopeDifference | SlopeChange):
        return per_month(study, analysis)
    return _unit(study, analysis)


def scale_of(study: Study, analysis: Analysis, null: float | None) -> Words:
    """Return the unit of an estimate, and on which side of `null` (None: no side) it is good."""
    if isinstance(analysis, TimeToEvent):
        return phrase("scale_hazard")
    if isinstance(analysis, WinRatio):
        return phrase("scale_wins")
    if isinstance(analysis, Responders):
        return phrase("scale_share") if null is None else phrase("scale_share_difference")
    unit = unit_of(study, analysis)
    assert unit is not None, "only shares and ratios have no unit"
    better = study.variables[study.estimands[analysis.estimand].variable].better
    if better is Better.NEITHER:
        return unit
    return phrase(f"scale_{better.value}", unit=unit)


def per_month(study: Study, analysis: Analysis) -> Words:
    """Return the unit of a slope."""
    return phrase("per_month", unit=_unit(study, analysis))


def _unit(study: Study, analysis: Analysis) -> Words:
    """Return the unit of the variable; what has none is a score."""
    variable = study.variables[study.estimands[analysis.estimand].variable]
    return written_unit(variable.unit) or phrase("points")


def computed(study: Study, analysis: Analysis) -> Analysis:
    """Return what is computed: of an imputation, the analysis that it repeats."""
    if not isinstance(analysis, MultipleImputation):
        return analysis
    return next(one for one in study.plan.analyses if one.id == analysis.analysis)
