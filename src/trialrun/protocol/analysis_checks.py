"""What the analysis plan says against itself, the design and the forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trialrun.protocol.analysis import AnalysisPlan, Strategy
from trialrun.protocol.analysis_bounds import check_bounds
from trialrun.protocol.analysis_methods import (
    Analysis,
    Ancova,
    Categories,
    JointRank,
    MultipleImputation,
    Responders,
    SlopeChange,
    SlopeDifference,
    TimeToEvent,
    WinRatio,
    characteristics_of,
)
from trialrun.protocol.analysis_stopping_checks import check_stopping
from trialrun.protocol.comparison_checks import check_comparison
from trialrun.protocol.findings import Finding, error
from trialrun.protocol.model import TrialProtocol
from trialrun.terminology.did_you_mean import did_you_mean

_OF_THE_DATA = ("age", "sex", "site")
"""What can be known at baseline beside the variables of the plan."""


def check_analysis(protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield what is wrong with the analysis plan; nothing if there is none."""
    if protocol.analysis is None:
        return
    plan = protocol.analysis
    yield from _level(plan, protocol)
    yield from _twice(plan, protocol)
    yield from check_bounds(plan, protocol)
    yield from _answers(plan, protocol)
    yield from _parameters(plan, protocol)
    yield from _events(plan, protocol)
    yield from _sets(plan, protocol)
    yield from check_stopping(plan, protocol)
    yield from _estimands(plan, protocol)
    if plan.simulation is not None:
        names, known = [plan.simulation.analysis], [one.id for one in plan.analyses]
        yield from _unknown("analysis", names, known, "analysis.simulation", protocol)
    for i, analysis in enumerate(plan.analyses):
        yield from _analysis(analysis, plan, protocol, f"analysis.analyses.{i}")


def _level(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    if not 0 < plan.level < 100:
        found = f"an interval cannot have a level of {plan.level} %"
        yield error(protocol.places["analysis.level"], found, "write percent, like 95")


def _twice(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield the ids that two parts of one list share."""
    for key in ("sets", "variables", "events", "characteristics", "estimands", "analyses"):
        first: dict[str, str] = {}
        names: list[str] = [one.id for one in getattr(plan, key)]
        for i, name in enumerate(names):
            where = protocol.places[f"analysis.{key}.{i}"]
            if name in first:
                yield error(where, f"the id '{name}' is used twice", f"first at {first[name]}")
            first.setdefault(name, where)


def _answers(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield the answers of an ordered scale that are named twice, or do not exist."""
    for i, variable in enumerate(plan.variables):
        where = protocol.places[f"analysis.variables.{i}"]
        values = [one.value for one in variable.answers]
        for value in sorted(value for value in {*values} if values.count(value) > 1):
            yield error(where, f"the answer {value} is named twice", "name each number once")
        low, high = variable.lowest, variable.highest
        for value in values:
            if (low is not None and value < low) or (high is not None and value > high):
                found = f"the answer {value} does not lie between lowest and highest"
                yield error(where, found, "correct the number or the limits")


def _parameters(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield the parameters that are no item of a form, where the trial has forms."""
    if not protocol.forms:
        return
    items = [f"{form.id}.{item.id}" for form in protocol.forms for item in form.items]
    known = {*items, *(f"{form.id}.{one.id}" for form in protocol.forms for one in form.derived)}
    for parameter, where in _named_parameters(plan):
        if parameter not in known:
            found = f"no form has an item '{parameter}'"
            yield error(protocol.places[where], found, did_you_mean(parameter, sorted(known)))


def _named_parameters(plan: AnalysisPlan) -> Iterator[tuple[str, str]]:
    """Yield each parameter that the plan names, and its place."""
    for i, variable in enumerate(plan.variables):
        yield variable.parameter, f"analysis.variables.{i}"
    for i, event in enumerate(plan.events):
        yield from ((one, f"analysis.events.{i}.marked") for one in event.parameters)
    if plan.safety is not None:
        yield from ((one, "analysis.safety") for one in plan.safety.parameters)


def _events(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    for i, event in enumerate(plan.events):
        if (event.marked is None) == (event.known is None):
            found = f"'{event.id}' has to be either known to the trial or marked on a form"
            where = protocol.places[f"analysis.events.{i}"]
            yield error(where, found, "write one of known and marked")


def _unknown(
    kind: str, names: Iterable[str], known: Iterable[str], where: str, protocol: TrialProtocol
) -> Iterator[Finding]:
    those = list(known)
    for name in names:
        if name not in those:
            remedy = did_you_mean(name, those) or f"known here: {', '.join(those)}"
            yield error(protocol.places[where], f"there is no {kind} '{name}'", remedy)


def _sets(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    variables = [one.id for one in plan.variables]
    sets = [one.id for one in plan.sets]
    for i, one in enumerate(plan.sets):
        yield from _unknown("variable", one.measured, variables, f"analysis.sets.{i}", protocol)
    if plan.safety is not None:
        yield from _unknown("set", [plan.safety.set], sets, "analysis.safety.set", protocol)
    if plan.baseline is not None:
        yield from _unknown("set", [plan.baseline.set], sets, "analysis.baseline.set", protocol)
        if protocol.forms:
            known = [*_OF_THE_DATA, *variables]
            rows = plan.baseline.rows
            yield from _unknown("variable", rows, known, "analysis.baseline.rows", protocol)


def _estimands(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    events = [one.id for one in plan.events]
    endpoints = [one.id for one in protocol.design.endpoints]
    for i, one in enumerate(plan.estimands):
        where = f"analysis.estimands.{i}"
        yield from _unknown("set", [one.set], [s.id for s in plan.sets], where, protocol)
        yield from _unknown(
            "variable", [one.variable], [v.id for v in plan.variables], where, protocol
        )
        yield from _unknown("event", one.intercurrent, events, where, protocol)
        named = [] if one.endpoint is None else [one.endpoint]
        yield from _unknown("endpoint", named, endpoints, where, protocol)


def _analysis(
    analysis: Analysis, plan: AnalysisPlan, protocol: TrialProtocol, where: str
) -> Iterator[Finding]:
    yield from _unknown(
        "estimand", [analysis.estimand], [e.id for e in plan.estimands], where, protocol
    )
    visits = [visit.id for visit in protocol.design.visits]
    yield from _unknown("visit", _visits_of(analysis), visits, where, protocol)
    if isinstance(analysis, TimeToEvent | JointRank | WinRatio):
        events = [one.id for one in plan.events]
        yield from _unknown("event", analysis.events, events, where, protocol)
    if isinstance(analysis, MultipleImputation):
        others = [one.id for one in plan.analyses if one.id != analysis.id]
        yield from _unknown("analysis", [analysis.analysis], others, where, protocol)
    if protocol.forms:
        known = [*_OF_THE_DATA, *(variable.id for variable in plan.variables)]
        yield from _unknown("variable", characteristics_of(analysis), known, where, protocol)
    yield from _slopes(analysis, plan, protocol, where)
    yield from check_comparison(analysis, plan, protocol, where)


def _visits_of(analysis: Analysis) -> tuple[str, ...]:
    """Return every visit that an analysis names."""
    if isinstance(analysis, SlopeDifference):
        return (*analysis.visits, analysis.turn)
    if isinstance(analysis, SlopeChange):
        return (analysis.turn,)
    if isinstance(analysis, Ancova | Responders | Categories):
        return (analysis.visit,)
    if isinstance(analysis, WinRatio):
        return () if analysis.visit is None else (analysis.visit,)
    if isinstance(analysis, JointRank):
        return (*analysis.visits, *([analysis.turn] if analysis.turn else []))
    return getattr(analysis, "visits", ())


def _slopes(
    analysis: Analysis, plan: AnalysisPlan, protocol: TrialProtocol, where: str
) -> Iterator[Finding]:
    """Yield what a slope cannot do: end before it turns, or take a death for a value."""
    if not isinstance(analysis, SlopeDifference | SlopeChange):
        return
    if isinstance(analysis, SlopeDifference) and analysis.turn not in analysis.visits[1:-1]:
        found = f"the slope of '{analysis.id}' has no visit on both sides of {analysis.turn}"
        yield error(protocol.places[where], found, "name the visits before, at and after the turn")
    for one in plan.estimands:
        composite = [e for e, how in one.intercurrent.items() if how is Strategy.COMPOSITE]
        if one.id == analysis.estimand and composite:
            found = f"a slope has no value for '{composite[0]}', and the strategy is composite"
            yield error(protocol.places[where], found, "choose another strategy, or a joint rank")
