"""The values of a variable that an analysis may use: at baseline, at visits, up to some event.

A value after an intercurrent event is used, or not, as the strategy of the estimand says. A value
that the plan says does not exist is never used, and of several at one visit only one. What is not
used is counted.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from trialrun.evaluation.happenings import befell
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Estimand
from trialrun.records.analysis_data import Observation, TrialSubject


@dataclass(frozen=True)
class Value:
    """A number of one subject on a day (days after day 0), at a planned visit or (None) another."""

    day: int
    number: float
    visit: str | None
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """One subject's values of one variable, in the order of days.

    `baseline` is among the values, or None. `unused` counts, by the id of an intercurrent event,
    the values after it that are left out; `impossible` those beyond the limits of the variable, and
    `beside` those at a visit of which another value is used.
    """

    subject: str
    baseline: Value | None
    values: tuple[Value, ...]
    unused: tuple[tuple[str, int], ...] = ()
    impossible: int = 0
    beside: int = 0

    @property
    def later(self) -> tuple[Value, ...]:
        """The values after the baseline; without one, those after day 0."""
        start = self.baseline.day if self.baseline else 0
        return tuple(value for value in self.values if value.day > start)

    def at(self, visit: str) -> Value | None:
        """Return the value at a planned visit; None: there is none that may be used."""
        return next((value for value in self.values if value.visit == visit), None)


def series_of(study: Study, estimand: Estimand, subject: TrialSubject) -> Series:
    """Return the values of an estimand's variable that may be used of one subject."""
    whole = measured(study, estimand.variable, subject)
    cut = first_cut(study, estimand, subject)
    if cut is None:
        return whole
    event, day = cut
    kept = tuple(value for value in whole.values if value.day <= day)
    dropped = len(whole.values) - len(kept)
    unused = ((event, dropped),) if dropped else ()
    baseline = whole.baseline if whole.baseline in kept else None
    return replace(whole, baseline=baseline, values=kept, unused=unused)


def first_cut(study: Study, estimand: Estimand, subject: TrialSubject) -> tuple[str, int] | None:
    """Return the first event after which values are not used as they are, and its day."""
    cuts = [
        (found.day, event)
        for event, strategy in estimand.intercurrent.items()
        if not strategy.keeps_later_values
        and (found := befell(study, study.trial_events[event], subject)) is not None
    ]
    if not cuts:
        return None
    day, event = min(cuts)
    return event, day


def measured(study: Study, variable: str, subject: TrialSubject) -> Series:
    """Return every value of a variable of one subject, whatever happened."""
    asked = study.variables[variable]
    observed = study.observations.get((subject.id, asked.parameter), ())
    marked = {row.rows for row in observed if row.baseline}
    known = [value for row in observed for value in _usable(row)]
    possible = [value for value in known if asked.admits(value.number)]
    values = tuple(_one_per_visit(study, possible))
    return Series(
        subject.id,
        _baseline(values, marked),
        values,
        impossible=len(known) - len(possible),
        beside=len(possible) - len(values),
    )


def _usable(row: Observation) -> Iterator[Value]:
    """Yield a value that was measured on a known day; nothing for any other row."""
    if row.value is not None and row.day is not None and not row.imputed:
        yield Value(row.day, row.value, row.visit, row.rows)


def _baseline(values: Sequence[Value], marked: Container[tuple[str, ...]]) -> Value | None:
    """Return what the source marks as baseline; else the last value on or before day 0."""
    named = [value for value in values if value.rows in marked]
    before = named or [value for value in values if value.day <= 0]
    return before[-1] if before else None


def _one_per_visit(study: Study, values: Sequence[Value]) -> Iterator[Value]:
    """Yield the values; of several at one visit, the one nearest to its planned day.

    Of two that are equally near, the earlier; of two on one day, the first in the data. Values at
    no planned visit are all kept.
    """
    nearest: dict[str, Value] = {}
    for value in values:
        if value.visit is not None:
            held = nearest.setdefault(value.visit, value)
            planned = study.visit_days.get(value.visit, 0)
            if abs(value.day - planned) < abs(held.day - planned):
                nearest[value.visit] = value
    yield from (v for v in values if v.visit is None or nearest[v.visit] is v)
