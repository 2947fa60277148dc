"""Every number of an analysis can be traced to rows of the data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import six
from tests.evaluation.pilot_study import pilot
from tests.evaluation.spoken import said
from tests.evaluation.test_wins import PLAN

from trialrun.evaluation.efficacy.key_results import key_results
from trialrun.evaluation.efficacy.methods import carry_out
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import Analysis


def analysis_of(study: Study, name: str) -> Analysis:
    return next(one for one in study.plan.analyses if one.id == name)


@pytest.mark.parametrize(
    "name", ["adas-cog-24", "adas-cog-repeated", "cibic-24", "skin-free", "win"]
)
def test_no_number_of_the_pilot_is_without_its_rows(name: str) -> None:
    """The comparisons of arms by a model had none: the very numbers that the trial is read for."""
    study = pilot()
    analysis = PLAN if name == "win" else analysis_of(study, name)
    outcome = carry_out(study, replace(analysis, estimand="primary") if name == "win" else analysis)
    untraced = [
        (table.id, said(row.label), cell.shown)
        for table in outcome.tables
        for row in table.rows
        for cell in row.cells
        if cell.value and not cell.rows
    ]
    assert outcome.tables
    assert untraced == []


def test_a_test_comes_from_the_rows_of_its_own_n() -> None:
    """The paired t-test is of the four with both slopes, three scores each."""
    outcome = carry_out(six(), analysis_of(six(), "primary-points"))
    tests = next(table for table in outcome.tables if table.id == "primary-points-tests")
    n, estimate, *_ = tests.rows[0].cells
    assert (n.value, len(n.rows)) == (4, 12)
    assert estimate.rows == n.rows


def test_the_key_results_are_traced_too() -> None:
    study = six()
    outcome = carry_out(study, analysis_of(study, "primary-points"))
    (row,) = key_results(study, [outcome]).tables[0].rows
    # Of the five in the set those with a slope before the turn: the fifth has two scores.
    assert len(row.cells[0].rows) == 4 * 3 + 2
