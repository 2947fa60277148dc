"""What the comparisons of a plan cannot do with its variables, events, arms and names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trialrun.protocol.analysis import AnalysisPlan, Better, Estimand, Strategy
from trialrun.protocol.analysis_methods import (
    Analysis,
    Ancova,
    Categories,
    ChangeFromBaseline,
    Missing,
    MultipleImputation,
    RepeatedMeasures,
    Responders,
    SlopeDifference,
    WinRatio,
)
from trialrun.protocol.findings import Finding, error
from trialrun.protocol.model import TrialProtocol
from trialrun.terminology.did_you_mean import did_you_mean


def check_comparison(
    analysis: Analysis, plan: AnalysisPlan, protocol: TrialProtocol, where: str
) -> Iterator[Finding]:
    """Yield what an analysis of changes or responders asks for in vain."""
    place = protocol.places[where]
    for found, remedy in (
        *_values(analysis, plan),
        *_direction(analysis, plan),
        *_missing(analysis),
        *_wins(analysis),
        *_imputed(analysis, plan, protocol),
        *_doses(analysis, protocol),
    ):
        yield error(place, found, remedy)


Said = tuple[str, str]
"""What was found, and the remedy."""


def _estimands(analysis: Analysis, plan: AnalysisPlan) -> Iterable[Estimand]:
    return (one for one in plan.estimands if one.id == analysis.estimand)


def _values(analysis: Analysis, plan: AnalysisPlan) -> Iterator[Said]:
    if not isinstance(analysis, Ancova | ChangeFromBaseline | RepeatedMeasures | Categories):
        return
    for estimand in _estimands(analysis, plan):
        for event, strategy in estimand.intercurrent.items():
            if strategy is Strategy.COMPOSITE:
                found = f"a change has no value for '{event}', and the strategy is composite"
                yield found, "choose another strategy, or responders"


def _direction(analysis: Analysis, plan: AnalysisPlan) -> Iterator[Said]:
    if not isinstance(analysis, Responders) and not _decides_by_change(analysis):
        return
    named = {estimand.variable for estimand in _estimands(analysis, plan)}
    for variable in plan.variables:
        if variable.id in named and variable.better is Better.NEITHER:
            found = f"no direction of '{variable.id}' is the better one, and nobody can respond"
            yield found, "write better: higher or better: lower"


def _decides_by_change(analysis: Analysis) -> bool:
    return isinstance(analysis, WinRatio) and analysis.visit is not None


def _wins(analysis: Analysis) -> Iterator[Said]:
    if not isinstance(analysis, WinRatio):
        return
    if not analysis.events and analysis.visit is None:
        yield f"'{analysis.id}' has nothing by which anybody could win", "name events, or a visit"
    if analysis.margin < 0:
        yield f"the margin of '{analysis.id}' is below 0", "write margin: 0, or more"


def _missing(analysis: Analysis) -> Iterator[Said]:
    if isinstance(analysis, Ancova | Categories) and analysis.missing is Missing.NON_RESPONSE:
        found = f"'{analysis.id}' has no responses that a missing value could count as"
        yield found, "write missing: left out, or last observation carried forward"


def _imputed(analysis: Analysis, plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Said]:
    if not isinstance(analysis, MultipleImputation):
        return
    other = next((one for one in plan.analyses if one.id == analysis.analysis), analysis)
    if other is not analysis and not isinstance(other, SlopeDifference | Ancova):
        found = f"'{other.id}' ({other.method}) cannot be carried out on imputed values"
        yield found, "name one whose method is slope difference or ancova"
    arms = [arm.id for arm in protocol.design.arms]
    if analysis.reference is not None and analysis.reference not in arms:
        yield (
            f"there is no arm '{analysis.reference}'",
            did_you_mean(analysis.reference, arms) or (f"known here: {', '.join(arms)}"),
        )
    if analysis.imputations < 2:
        yield "pooling needs two imputations or more", "write imputations: 200"


def _doses(analysis: Analysis, protocol: TrialProtocol) -> Iterator[Said]:
    if not isinstance(analysis, Ancova) or not analysis.dose_response:
        return
    regimens = [arm.regimen for arm in protocol.design.arms]
    if len({regimen.unit for regimen in regimens}) > 1:
        yield "the arms have doses in several units, and no dose response", "leave it out"
    elif len({regimen.dose for regimen in regimens}) < 2:
        yield "all arms have one dose, and there is no dose response", "leave it out"
