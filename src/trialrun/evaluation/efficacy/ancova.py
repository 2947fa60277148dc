"""Analysis of covariance of the change at a visit: least-squares means, contrasts, dose response.

Source: ICH E9, 5.7 (covariates); the numbers are those of `statistics.ancova`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from trialrun.evaluation.efficacy import adjustment
from trialrun.evaluation.efficacy.adjustment import (
    Estimated,
    difference_of,
    later_with_earlier,
    titles_of_adjusters,
)
from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.changes import Changes, changes_at, notes_on
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.numbers import why_not
from trialrun.evaluation.results import (
    Cell,
    Listed,
    Row,
    Table,
    Words,
    column_heads,
    head_row,
    phrase,
)
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.summaries import summary_rows
from trialrun.protocol.analysis_methods import Ancova
from trialrun.statistics import ancova as least_squares
from trialrun.statistics.ancova import LinearFit, dose_response
from trialrun.statistics.design_matrix import Weights, mean_row
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.estimates import Estimate
from trialrun.terminology.written_units import written_unit


def ancova(study: Study, analysis: Ancova) -> Outcome:
    """Carry out the analysis."""
    case = case_of(study, analysis)
    changes = changes_at(case, analysis.visit, analysis.missing)
    summary = _summary(case, analysis, changes)
    try:
        fit = _fitted(case, analysis, changes)
    except NotEstimableError as error:
        failed = phrase("analysis_failed", what=case.title, why=why_not(error))
        return Outcome(analysis, (failed,), (summary,))
    compared = list(_compared(case, analysis, changes, fit))
    return Outcome(
        analysis,
        (),
        (summary, _means(case, analysis, changes, fit), *_contrasts(case, analysis, compared)),
        headlines=tuple(_headlines(case, fit)),
    )


def _fitted(case: Case, analysis: Ancova, changes: Sequence[Changes]) -> LinearFit:
    observed = adjustment.everybody(changes)
    variables = adjustment.variables_of(case, analysis, observed)
    outcome = np.array([change.number for _, change in observed])
    return least_squares.fit_linear(outcome, variables, [(name,) for name in variables])


def _summary(case: Case, analysis: Ancova, changes: Sequence[Changes]) -> Table:
    """Return baseline, value and change of whoever has a change, summarised."""
    blocks = {
        phrase("baseline_value"): [one.baselines for one in changes],
        case.study.visit_title(analysis.visit): [one.values for one in changes],
        phrase("change"): [one.numbers for one in changes],
    }
    rows: list[Row] = []
    for head, columns in blocks.items():
        rows.append(head_row(head, len(columns)))
        rows.extend(summary_rows(columns, case.variable.decimals))
    notes = (*notes_on(changes), *unused_values(case.study, case.everybody))
    title = phrase("summary_of", what=case.title)
    return Table(f"{analysis.id}-summary", title, case.heads, tuple(rows), notes)


def _decimals(case: Case) -> int:
    return case.variable.decimals + 1


def _mean(case: Case, fit: LinearFit, group: Group, weights: Weights) -> Estimate:
    at = {"arm": group.arm.id}
    return least_squares.least_squares_mean(fit, at, weights, case.study.level)


def _means(case: Case, analysis: Ancova, changes: Sequence[Changes], fit: LinearFit) -> Table:
    """Return the least-squares mean of each arm, by observed and by equal weights."""
    rows = []
    for one in changes:
        cells = [Cell(str(len(one.known)), len(one.known), one.numbers.rows)]
        for weights in ("observed", "equal"):
            mean = partial(_mean, case, fit, one.group, weights)
            cells.extend(adjustment.estimate_cells(mean, _decimals(case)))
        rows.append(Row(one.group.title, tuple(cells)))
    weighted = [
        phrase(f"column_{name}_{weights}")
        for weights in ("observed", "equal")
        for name in ("mean", "error", "interval")
    ]
    title = phrase("means_of", what=case.title)
    notes = tuple(_model_notes(case, analysis, fit))
    columns = (phrase("column_n"), *weighted)
    return Table(f"{analysis.id}-means", title, columns, tuple(rows), notes)


def _model_notes(case: Case, analysis: Ancova, fit: LinearFit) -> Iterator[Words]:
    terms = (phrase("baseline_value"), *titles_of_adjusters(case, analysis))
    yield phrase("ancova_model", terms=Listed(terms))
    yield phrase("ancova_weights")
    if fit.n_left_out:
        yield phrase("covariate_missing", n=str(fit.n_left_out))


def _difference(case: Case, fit: LinearFit, later: Group, earlier: Group) -> Estimate:
    rows = [mean_row(fit.design, {"arm": one.arm.id}, "observed") for one in (later, earlier)]
    return least_squares.contrast(fit, rows[0] - rows[1], case.study.level)


def _compared(
    case: Case, analysis: Ancova, changes: Sequence[Changes], fit: LinearFit
) -> Iterator[tuple[Words, Estimated, int]]:
    """Yield the differences between arms, then the slope over the dose, if the plan asks for it."""
    for later, earlier in later_with_earlier(case.groups):
        label = difference_of(later, earlier)
        yield label, partial(_difference, case, fit, later, earlier), _decimals(case)
    if analysis.dose_response:
        unit = case.groups[0].arm.regimen.unit
        # A slope is per unit of dose, and many units make the difference between two arms.
        decimals = _decimals(case) + 2
        yield (
            phrase("dose_response", unit=written_unit(unit)),
            partial(_dose_slope, case, analysis, changes),
            decimals,
        )


def _dose_slope(case: Case, analysis: Ancova, changes: Sequence[Changes]) -> Estimate:
    observed = adjustment.everybody(changes)
    others = adjustment.variables_of(case, analysis, observed)
    del others["arm"]
    doses = [float(group.arm.regimen.dose) for group, _ in observed]
    outcome = [change.number for _, change in observed]
    return dose_response(outcome, doses, others, case.study.level)


def _contrasts(
    case: Case, analysis: Ancova, compared: Sequence[tuple[Words, Estimated, int]]
) -> Iterator[Table]:
    """Yield the table of comparisons; nothing where there is but one arm."""
    if not compared:
        return
    rows = tuple(
        Row(label, (*adjustment.estimate_cells(one, decimals), *adjustment.tested_cells(one)))
        for label, one, decimals in compared
    )
    columns = column_heads("estimate", "error", "interval", "df", "p")
    notes = (phrase("unadjusted_p"),)
    title = phrase("contrasts_of", what=case.title)
    yield Table(f"{analysis.id}-contrasts", title, columns, rows, notes)


def _headlines(case: Case, fit: LinearFit) -> Iterator[Headline]:
    for later, earlier in later_with_earlier(case.groups):
        label = phrase("in_arm", arm=case.title, what=difference_of(later, earlier))
        one = partial(_difference, case, fit, later, earlier)
        yield from adjustment.headline_of(label, one, _decimals(case))
