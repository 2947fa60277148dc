"""What a linear model of changes is adjusted for, and how its estimates are shown.

Observations are in any order; every function takes the subject of each. Levels of the arm are in
the order of the design, so that differences are later arm less earlier arm: active less control.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from trialrun.evaluation.characteristics import (
    characteristic,
    in_order,
    label_of,
    title_of_characteristic,
)
from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.changes import Change, Changes
from trialrun.evaluation.efficacy.outcome import Headline
from trialrun.evaluation.numbers import interval, not_estimable, number, p_value
from trialrun.evaluation.results import NOTHING, Cell, Phrase, Words, phrase
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis_methods import Ancova, RepeatedMeasures
from trialrun.records.analysis_data import TrialSubject
from trialrun.statistics.design_matrix import Factor, Variable
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.estimates import Estimate

_Arm = TypeVar("_Arm")
Adjusted = Ancova | RepeatedMeasures
Estimated = Callable[[], Estimate]


def everybody(changes: Sequence[Changes]) -> tuple[tuple[Group, Change], ...]:
    """Return every change with its arm."""
    return tuple((one.group, change) for one in changes for change in one.known)


def variables_of(
    case: Case, analysis: Ancova, observed: Sequence[tuple[Group, Change]]
) -> dict[str, Variable]:
    """Return arm, baseline, and the factors and covariates of the plan."""
    subjects = [change.subject for _, change in observed]
    arms = tuple(group.arm.id for group in case.groups)
    variables: dict[str, Variable] = {
        "arm": factor_of([group.arm.id for group, _ in observed], arms),
        **adjusters(case, analysis, subjects),
    }
    variables["baseline"] = np.array([change.baseline.number for _, change in observed])
    return variables


def adjusters(
    case: Case, analysis: Adjusted, subjects: Sequence[TrialSubject]
) -> dict[str, Variable]:
    """Return factors and covariates; what is not known of a subject is missing."""
    variables: dict[str, Variable] = {}
    for name in analysis.factors:
        known = [characteristic(case.study, name, subject).value for subject in subjects]
        labels = [None if value is None else label_of(value) for value in known]
        variables[name] = factor_of(labels, in_order(one for one in labels if one is not None))
    for name in analysis.covariates:
        known = [characteristic(case.study, name, subject).value for subject in subjects]
        variables[name] = np.array([v if isinstance(v, float | int) else math.nan for v in known])
    return variables


def factor_of(labels: Sequence[str | None], levels: Sequence[str]) -> Factor:
    """Return a factor whose levels are in a stated order, the reference first."""
    code = {level: index for index, level in enumerate(levels)}
    codes = [-1 if label is None else code[label] for label in labels]
    return Factor(np.array(codes, dtype=np.int64), tuple(levels))


def titles_of_adjusters(case: Case, analysis: Adjusted) -> Iterator[Words]:
    """Yield what the factors and covariates of the plan are called."""
    for name in (*analysis.factors, *analysis.covariates):
        yield title_of_characteristic(case.study, name)


def later_with_earlier(arms: Sequence[_Arm]) -> Iterator[tuple[_Arm, _Arm]]:
    """Yield the arms that are compared: every later one with every earlier one of the design."""
    for earlier, later in itertools.combinations(arms, 2):
        yield later, earlier


def difference_of(later: Group, earlier: Group) -> Phrase:
    """Return what a comparison of two arms is called."""
    return phrase("difference_of_arms", later=later.title, earlier=earlier.title)


def estimate_cells(estimated: Estimated, decimals: int) -> tuple[Cell, Cell, Cell]:
    """Return estimate, standard error and interval; in their place the reason why there is none."""
    try:
        found = estimated()
    except NotEstimableError as error:
        return not_estimable(error), NOTHING, NOTHING
    return (
        Cell(number(found.value, decimals), found.value),
        Cell(number(found.standard_error, decimals + 1), found.standard_error),
        Cell(interval(found.interval, decimals)),
    )


def tested_cells(estimated: Estimated) -> tuple[Cell, Cell]:
    """Return the degrees of freedom and the p-value of a test."""
    try:
        found = estimated()
    except NotEstimableError:
        return NOTHING, NOTHING
    return Cell(number(found.df, 1), found.df), Cell(p_value(found.p_value), found.p_value)


def headline_of(label: Words, estimated: Estimated, decimals: int) -> Iterator[Headline]:
    """Yield the headline of a comparison; nothing if it cannot be estimated."""
    try:
        found = estimated()
    except NotEstimableError:
        return
    yield Headline(label, found.value, found.interval, found.p_value, 0.0, decimals)
