"""What a figure of values over time is drawn of: everybody's path, and the lines of a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.figure_data import MEANS, Path, Trajectories
from trialrun.evaluation.results import Words, with_unit
from trialrun.evaluation.values import Series
from trialrun.protocol.analysis import DAYS_PER_MONTH


def trajectories(
    case: Case, fitted: Sequence[Path], turn: str | None, key: Words = MEANS
) -> Trajectories:
    """Return everybody's values, with the means or the lines that were fitted, and the turn."""
    return Trajectories(
        f"{case.analysis.id}-trajectories",
        case.title,
        with_unit(case.variable.title, case.variable.title_zh, case.variable.unit),
        tuple(
            Path(one.subject, group.title, points(one))
            for group, those in case.by_group()
            for one in those
        ),
        tuple(fitted),
        None if turn is None else month_of(case, turn),
        key,
    )


def month_of(case: Case, visit: str) -> float:
    """Return the planned month of a visit."""
    return case.study.visit_days[visit] / DAYS_PER_MONTH


def points(series: Series) -> tuple[tuple[float, float], ...]:
    """Return a subject's values by month."""
    return tuple((value.day / DAYS_PER_MONTH, value.number) for value in series.values)


def mean_paths(case: Case, visits: Sequence[str]) -> list[Path]:
    """Return for each arm the mean of the values that were seen at each visit."""
    return [
        Path("", group.title, tuple(_means(case, visits, those)))
        for group, those in case.by_group()
    ]


def _means(
    case: Case, visits: Sequence[str], series: Sequence[Series]
) -> list[tuple[float, float]]:
    seen = {visit: [value.number for one in series if (value := one.at(visit))] for visit in visits}
    return [
        (month_of(case, visit), float(np.mean(numbers)))
        for visit, numbers in seen.items()
        if numbers
    ]
