"""A finished simulation as a part of a report: what was put in, a table, and power curves."""

from __future__ import annotations

from dataclasses import fields

from trialrun.evaluation.figure_data import PowerCurves
from trialrun.evaluation.numbers import as_stated, number, percent, reason_words
from trialrun.evaluation.results import (
    Cell,
    Evaluation,
    Listed,
    Row,
    Section,
    Table,
    Words,
    phrase,
    wording,
)
from trialrun.evaluation.simulation import GridPoint, Simulated
from trialrun.statistics.errors import Reason

_DECIMALS = 3
"""Of a bias and a spread; shares are in percent with one decimal."""


def simulation_report(simulated: Simulated) -> Evaluation:
    """Return a simulation as a report of one section."""
    return Evaluation((_section(simulated),))


def _section(simulated: Simulated) -> Section:
    said = (
        phrase(
            "simulation_of",
            trials=f"{simulated.trials:,}",
            participants=str(simulated.participants),
            analysis=_title(simulated),
            seed=str(simulated.seed),
        ),
        phrase(f"truth_{simulated.simulation.truth.model.replace(' ', '_')}"),
        Listed(tuple(_put_in(simulated))),
        *((simulated.simulation.source,) if simulated.simulation.source else ()),
        phrase("simulation_means"),
    )
    return Section(
        "simulation", phrase("simulation"), said, (_table(simulated),), (_figure(simulated),)
    )


def _title(simulated: Simulated) -> Words:
    estimands = {one.id: one for one in simulated.plan.estimands}
    estimand = estimands[simulated.analysis.estimand]
    return wording(estimand.title, estimand.title_zh)


def _put_in(simulated: Simulated) -> list[Words]:
    truth = simulated.simulation.truth
    return [
        phrase(f"put_in_{one.name}", value=as_stated(getattr(truth, one.name)))
        for one in fields(truth)
        if one.name != "model"
    ]


def _table(simulated: Simulated) -> Table:
    columns = ("dropout", "in_analysis", "rejects", "bias", "spread", "coverage", "no_estimate")
    return Table(
        "simulation",
        phrase("operating_characteristics"),
        tuple(phrase(f"simulated_{name}") for name in columns),
        tuple(Row(number(point.effect, 2), _cells(point)) for point in simulated.points),
        corner=phrase("true_effect"),
    )


def _cells(point: GridPoint) -> tuple[Cell, ...]:
    found = point.found
    without = found.trials - found.estimable
    return (
        Cell(percent_of(point.dropout), point.dropout),
        Cell(number(found.mean_participants, 1), found.mean_participants),
        Cell(
            f"{percent_of(found.rejected)} ({number(100 * found.rejected_error, 1)})",
            found.rejected,
        ),
        *_estimated(point),
        Cell(percent(without, found.trials) + "%", without / found.trials),
    )


def _estimated(point: GridPoint) -> tuple[Cell, ...]:
    """Return what there is only if some trials have an estimate."""
    found = point.found
    if found.estimable < 2:
        reason = reason_words(Reason.TOO_FEW)
        return (Cell(phrase("not_estimable", reason=reason)),) * 3
    bias = f"{number(found.bias, _DECIMALS)} ({number(found.bias_error, _DECIMALS)})"
    return (
        Cell(bias, found.bias),
        Cell(number(found.spread, _DECIMALS), found.spread),
        Cell(percent_of(found.coverage), found.coverage),
    )


def percent_of(share: float) -> str:
    """Write a share in percent with one decimal."""
    return f"{number(100 * share, 1)}%"


def _figure(simulated: Simulated) -> PowerCurves:
    curves = tuple(
        (
            phrase("dropout_of", percent=percent_of(float(dropout))),
            tuple(
                (point.effect, point.found.rejected)
                for point in simulated.points
                if point.dropout == float(dropout)
            ),
        )
        for dropout in simulated.simulation.dropout
    )
    significance = 1 - float(simulated.plan.level) / 100
    return PowerCurves("power", phrase("power"), curves, phrase("true_effect"), significance)
