"""The mixed model for repeated measures: arm by visit, and baseline by visit where it is asked for.

Values that are missing at random need no imputation (Mallinckrodt et al., Drug Information Journal
2008;42:303-319). The numbers are those of `statistics.mixed_models` and `mixed_inference`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from trialrun.evaluation.efficacy import adjustment
from trialrun.evaluation.efficacy.adjustment import (
    difference_of,
    later_with_earlier,
    titles_of_adjusters,
)
from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.efficacy.repeated_values import (
    ByVisit,
    Response,
    observed_in,
    responses,
    variables_of,
)
from trialrun.evaluation.efficacy.trajectories import mean_paths, trajectories
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
from trialrun.protocol.analysis_methods import Covariance, RepeatedMeasures
from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.covariances import Correlation, VisitCovariance
from trialrun.statistics.design_matrix import Term, mean_row
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.estimates import Estimate
from trialrun.statistics.mixed_inference import DegreesOfFreedom, contrast
from trialrun.statistics.mixed_models import MixedFit, fit_repeated_measures

_HETEROGENEOUS = "heterogeneous "


def repeated_measures(study: Study, analysis: RepeatedMeasures) -> Outcome:
    """Carry out the analysis."""
    case = case_of(study, analysis)
    by_visit = responses(case, analysis)
    figures = (trajectories(case, mean_paths(case, analysis.visits), None),)
    try:
        fit = _fitted(case, analysis, by_visit)
    except NotEstimableError as error:
        failed = phrase("analysis_failed", what=case.title, why=why_not(error))
        return Outcome(analysis, (failed,), (), figures)
    model = _Model(case, analysis, by_visit, fit)
    return Outcome(
        analysis, (), (_means(model), *_contrasts(model)), figures, tuple(_headlines(model))
    )


def covariance_of(name: Covariance) -> VisitCovariance:
    """Return the covariance by its name in a plan."""
    heterogeneous = name.startswith(_HETEROGENEOUS)
    return VisitCovariance(Correlation(name.removeprefix(_HETEROGENEOUS)), heterogeneous)


def _fitted(case: Case, analysis: RepeatedMeasures, by_visit: ByVisit) -> MixedFit:
    observed = observed_in(by_visit)
    variables = variables_of(case, analysis, observed)
    by_visits: list[Term] = [("arm", "visit")]
    if analysis.adjusted_for_baseline:
        by_visits.append(("visit", "baseline"))
    return fit_repeated_measures(
        np.array([one.number for _, _, one in observed]),
        variables,
        [*((name,) for name in variables), *by_visits],
        subjects=[one.subject.id for _, _, one in observed],
        times=np.array([float(case.study.visit_days[visit]) for visit, _, _ in observed]),
        covariance=covariance_of(analysis.covariance),
    )


@dataclass(frozen=True)
class _Model:
    """A fitted model, and what its tables say of it."""

    case: Case
    analysis: RepeatedMeasures
    by_visit: ByVisit
    fit: MixedFit

    def mean(self, group: Group, visit: str) -> Estimate:
        """Return the least-squares mean of an arm at a visit."""
        return self._estimate(self._row(group, visit))

    def difference(self, later: Group, earlier: Group, visit: str) -> Estimate:
        """Return the difference of two arms at a visit."""
        return self._estimate(self._row(later, visit) - self._row(earlier, visit))

    @property
    def decimals(self) -> int:
        """The decimals of a mean."""
        return self.case.variable.decimals + 1

    def _row(self, group: Group, visit: str) -> FloatArray:
        return mean_row(self.fit.design, {"arm": group.arm.id, "visit": visit}, "equal")

    def _estimate(self, row: FloatArray) -> Estimate:
        return contrast(self.fit, row, DegreesOfFreedom(self.analysis.df), self.case.study.level)


def _means(model: _Model) -> Table:
    """Return the least-squares mean of each arm at each visit."""
    names = ("n", "mean_equal", "error_equal", "interval_equal")
    rows: list[Row] = []
    for visit, at_visit in model.by_visit.items():
        rows.append(_head(model.case, visit, len(names)))
        for group, those in at_visit.by_arm:
            mean = partial(model.mean, group, visit)
            cells = (_counted(those), *adjustment.estimate_cells(mean, model.decimals))
            rows.append(Row(group.title, cells, depth=1))
    columns = column_heads(*names)
    title = phrase("means_of", what=model.case.title)
    return Table(f"{model.analysis.id}-means", title, columns, tuple(rows), tuple(_notes(model)))


def _counted(those: Sequence[Response]) -> Cell:
    return Cell(str(len(those)), len(those), tuple(row for one in those for row in one.rows))


def _head(case: Case, visit: str, cells: int) -> Row:
    return head_row(case.study.visit_title(visit), cells)


def _notes(model: _Model) -> Iterator[Words]:
    analysis, fit = model.analysis, model.fit
    yield _formula(model.case, analysis)
    yield phrase(
        "mmrm_covariance",
        covariance=phrase(f"covariance_{analysis.covariance.name.lower()}"),
        df=analysis.df,
        subjects=str(fit.n_subjects),
        values=str(fit.n_observed),
    )
    if fit.n_left_out:
        yield phrase("covariate_missing", n=str(fit.n_left_out))
    for visit, at_visit in model.by_visit.items():
        title = model.case.study.visit_title(visit)
        for note in at_visit.notes:
            yield phrase("at_visit", visit=title, what=note)
    yield from unused_values(model.case.study, model.case.everybody)


def _formula(case: Case, analysis: RepeatedMeasures) -> Words:
    """Say what the model holds."""
    baseline = (phrase("mmrm_baseline_by_visit"),) if analysis.adjusted_for_baseline else ()
    held = (phrase("mmrm_arm_by_visit"), *baseline, *titles_of_adjusters(case, analysis))
    return phrase(f"mmrm_model_of_{analysis.response}", terms=Listed(held))


def _contrasts(model: _Model) -> Iterator[Table]:
    """Yield the table of comparisons at each visit; nothing where there is but one arm."""
    compared = tuple(later_with_earlier(model.case.groups))
    if not compared:
        return
    names = ("estimate", "error", "interval", "df", "p")
    rows: list[Row] = []
    for visit in model.by_visit:
        rows.append(_head(model.case, visit, len(names)))
        for later, earlier in compared:
            one = partial(model.difference, later, earlier, visit)
            cells = adjustment.estimate_cells(one, model.decimals)
            tested = adjustment.tested_cells(one)
            rows.append(Row(difference_of(later, earlier), (*cells, *tested), depth=1))
    columns = column_heads(*names)
    title = phrase("contrasts_of", what=model.case.title)
    notes = (phrase("unadjusted_p"),)
    yield Table(f"{model.analysis.id}-contrasts", title, columns, tuple(rows), notes)


def _headlines(model: _Model) -> Iterator[Headline]:
    """Yield the comparisons at the last visit; of one arm, its mean there."""
    last = model.analysis.visits[-1]
    at_last = phrase("at_visit", visit=model.case.study.visit_title(last), what=model.case.title)
    if len(model.case.groups) == 1:
        mean = partial(model.mean, model.case.groups[0], last)
        yield from adjustment.headline_of(at_last, mean, model.decimals)
    for later, earlier in later_with_earlier(model.case.groups):
        label = phrase("in_arm", arm=at_last, what=difference_of(later, earlier))
        one = partial(model.difference, later, earlier, last)
        yield from adjustment.headline_of(label, one, model.decimals)
