"""Designs that may stop a trial early, as tables: boundaries, exact errors, expected participants.

The numbers are those of `statistics.group_sequential`, `exact_binomial` and `simon`. Refuses to
know a trial: these are asked before there is a protocol.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from trialrun.evaluation.numbers import number
from trialrun.evaluation.results import Cell, Row, Table, Words, phrase
from trialrun.statistics.exact_binomial import StagedDesign, stopping
from trialrun.statistics.group_sequential import Boundaries
from trialrun.statistics.simon import TwoStageDesign, TwoStageDesigns

_BOUNDARY_DECIMALS = 4
_CHANCE_DECIMALS = 4
_EXPECTED_DECIMALS = 2


def boundaries_table(of: Boundaries) -> Table:
    """Return where each look stops a trial, on the scale of Z and as a one-sided p-value."""
    rows = tuple(
        Row(
            str(look),
            (
                _cell(100 * information, 1),
                _cell(lower, _BOUNDARY_DECIMALS),
                _cell(upper, _BOUNDARY_DECIMALS),
                _cell(p, 5),
            ),
        )
        for look, (information, lower, upper, p) in enumerate(
            zip(of.information, of.lower, of.upper, of.nominal_p_values, strict=True), start=1
        )
    )
    heads = _heads("information", "lower", "upper", "nominal_p")
    title = phrase("design_boundaries")
    return Table("boundaries", title, heads, rows, corner=phrase("design_look"))


def exact_binomial_table(design: StagedDesign, rates: Sequence[float]) -> Table:
    """Return for each true rate the chance that each stage is the first to stop the trial."""
    rows = []
    for rate in rates:
        found = stopping(design, rate)
        chances = [_cell(chance, _CHANCE_DECIMALS) for chance in found.upper]
        rejects = _cell(sum(found.upper), _CHANCE_DECIMALS)
        expected = _cell(found.expected_participants, _EXPECTED_DECIMALS)
        rows.append(Row(f"{rate:g}", (*chances, rejects, expected)))
    stages = tuple(
        phrase("design_stops_at", events=str(events), n=str(n))
        for events, n in zip(design.upper, design.participants, strict=True)
    )
    heads = (*stages, *_heads("stops_at_all", "expected_n"))
    title = phrase("design_exact_binomial")
    return Table("exact-binomial", title, heads, tuple(rows), corner=phrase("design_true_rate"))


def two_stage_table(of: TwoStageDesigns) -> Table:
    """Return the admissible designs, from the minimax one to the optimal one."""
    rows = tuple(Row(_name(design, of), _two_stage_cells(design)) for design in of.admissible)
    heads = _heads("r1", "n1", "r", "n", "alpha", "power", "expected_n", "stops_early")
    title = phrase("design_two_stage")
    notes = (phrase("design_two_stage_means"),)
    return Table("two-stage", title, heads, rows, notes, phrase("design_kind"))


def _name(design: TwoStageDesign, of: TwoStageDesigns) -> Words:
    if of.minimax == of.optimal:
        return phrase("design_minimax_and_optimal")
    if design in (of.minimax, of.optimal):
        return phrase("design_minimax" if design == of.minimax else "design_optimal")
    return phrase("design_admissible")


def _two_stage_cells(of: TwoStageDesign) -> tuple[Cell, ...]:
    return (
        *(_cell(size, 0) for size in (of.r1, of.n1, of.r, of.n)),
        _cell(of.alpha, _CHANCE_DECIMALS),
        _cell(of.power, _CHANCE_DECIMALS),
        _cell(of.expected_participants, _EXPECTED_DECIMALS),
        _cell(of.stops_early, _CHANCE_DECIMALS),
    )


def _heads(*names: str) -> tuple[Words, ...]:
    return tuple(phrase(f"design_{name}") for name in names)


def _cell(value: float, decimals: int) -> Cell:
    """Return a number; what nothing reaches has none."""
    return Cell(number(value, decimals), value if math.isfinite(value) else None)
