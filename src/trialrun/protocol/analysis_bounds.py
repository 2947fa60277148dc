"""What an id or a number of an analysis plan cannot be, whatever the rest of the plan says.

Ids of the plan become names of files: one that holds a path would be written outside of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal

from trialrun.protocol.analysis import AnalysisPlan, Variable
from trialrun.protocol.analysis_methods import Analysis
from trialrun.protocol.analysis_simulation import Simulation
from trialrun.protocol.findings import Finding, error
from trialrun.protocol.model import TrialProtocol

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}", re.ASCII)
_MOST_DECIMALS = 10
_MOST = {"resamples": 1_000_000, "imputations": 10_000}
"""More of them take days, and change no digit that is shown."""
_GREATEST = Decimal(10) ** 9
"""Of a number that is put into a simulation: squares of what is greater lose what is added."""

Wrong = Iterator[tuple[str, str]]
"""What is wrong, and what to do about it."""


def check_bounds(plan: AnalysisPlan, protocol: TrialProtocol) -> Iterator[Finding]:
    """Yield the ids and numbers of a plan that cannot be."""
    for key in ("sets", "variables", "events", "estimands", "analyses"):
        for i, one in enumerate(getattr(plan, key)):
            where = protocol.places[f"analysis.{key}.{i}"]
            yield from (error(where, *said) for said in _id(one.id))
    for i, variable in enumerate(plan.variables):
        where = protocol.places[f"analysis.variables.{i}"]
        yield from (error(where, *said) for said in _variable(variable))
    for i, analysis in enumerate(plan.analyses):
        where = protocol.places[f"analysis.analyses.{i}"]
        yield from (error(where, *said) for said in _repeated(analysis))
    if plan.simulation is not None:
        where = protocol.places["analysis.simulation"]
        yield from (error(where, *said) for said in _simulation(plan.simulation))


def _id(name: str) -> Wrong:
    if not _ID.fullmatch(name):
        yield f"the id '{name}' is no name of a file", "write letters, digits and hyphens"


def _variable(one: Variable) -> Wrong:
    if one.lowest is not None and one.highest is not None and one.lowest >= one.highest:
        yield f"the lowest value of '{one.id}' is not below the highest", "exchange them"
    if not 0 <= one.decimals <= _MOST_DECIMALS:
        yield (
            f"'{one.id}' cannot have {one.decimals} decimals",
            f"write decimals: 0 to {_MOST_DECIMALS}",
        )


def _repeated(one: Analysis) -> Wrong:
    """Yield what is wrong with how often an analysis repeats something, and by which numbers."""
    for key, most in _MOST.items():
        if not 1 <= getattr(one, key, 1) <= most:
            yield (
                f"'{one.id}' cannot have so many {key}",
                f"write no more than {most}, and no less than 1",
            )
    if getattr(one, "seed", 0) < 0:
        yield f"the seed of '{one.id}' is below 0", "write seed: 0, or more"


def _simulation(of: Simulation) -> Wrong:
    truth = {name: n for name, n in asdict(of.truth).items() if isinstance(n, Decimal)}
    for name, number in truth.items():
        if number < 0 and (name.endswith("_spread") or name == "noise"):
            yield f"the {name} of a simulation is below 0", "write a standard deviation"
    if any(abs(number) > _GREATEST for number in (*truth.values(), *of.effects)):
        yield "a number of the simulation is too great", f"write no more than {_GREATEST:,}"
    yield from _grid(of.effects, of.dropout)


def _grid(effects: Sequence[Decimal], dropout: Sequence[Decimal]) -> Wrong:
    if not effects or not dropout:
        yield "a simulation without effects or dropout has no trials", "write one or more of each"
    if any(not 0 <= share < 1 for share in dropout):
        yield "a share of dropout is not from 0 to below 1", "write shares, like [0, 0.15]"
