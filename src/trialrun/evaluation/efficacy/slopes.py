"""A participant's slopes before and after a turn, from their values on the days they were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialrun.evaluation.values import Series, Value
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.statistics.change_of_slope import individual_slope
from trialrun.statistics.errors import NotEstimableError

DECIMALS = 2
"""Of one participant's slope per month."""
DECIMALS_OF_MEAN = 3
"""Of a mean of slopes, or a slope of a model."""


@dataclass(frozen=True)
class Slopes:
    """One participant's slopes per month on either side of the turn; None: not two values there."""

    subject: str
    before: float | None
    after: float | None
    rows: tuple[str, ...]

    @property
    def difference(self) -> float | None:
        """The slope before the turn less the one after it."""
        return None if self.before is None or self.after is None else self.before - self.after


def slopes_of(series: Series, visits: Sequence[str], turn: str) -> Slopes:
    """Return the slopes through the values at some visits; the turn belongs to both sides."""
    at = visits.index(turn)
    before = [value for visit in visits[: at + 1] if (value := series.at(visit))]
    after = [value for visit in visits[at:] if (value := series.at(visit))]
    used = dict.fromkeys(row for value in (*before, *after) for row in value.rows)
    return Slopes(series.subject, _slope(before), _slope(after), tuple(used))


def _slope(values: Sequence[Value]) -> float | None:
    """Return the least-squares slope per month; None: fewer than two days."""
    months = np.array([value.day for value in values]) / DAYS_PER_MONTH
    try:
        return individual_slope([value.number for value in values], months)
    except NotEstimableError:
        return None
