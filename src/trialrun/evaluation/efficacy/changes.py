"""Changes from baseline at a visit, by arm; who has none is counted with the reason.

A missing value is left out, or the last value after baseline is carried forward to the visit: only
measured values are carried, never a baseline, and never a value that an event cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.study import Group
from trialrun.evaluation.summaries import Numbers
from trialrun.evaluation.values import Series, Value
from trialrun.protocol.analysis_methods import Missing
from trialrun.records.analysis_data import TrialSubject


@dataclass(frozen=True)
class Change:
    """One subject's value at a visit (or carried to it) beside their baseline."""

    subject: TrialSubject
    baseline: Value
    value: Value
    carried: bool

    @property
    def number(self) -> float:
        """The value less the baseline."""
        return self.value.number - self.baseline.number

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of both values."""
        return (*self.baseline.rows, *self.value.rows)


@dataclass(frozen=True)
class Changes:
    """The changes of an arm at a visit, and how many of the arm have none, and why."""

    group: Group
    known: tuple[Change, ...]
    no_baseline: int
    no_value: int

    @property
    def numbers(self) -> Numbers:
        """The changes, with their rows."""
        rows = tuple(row for one in self.known for row in one.rows)
        return Numbers(tuple(one.number for one in self.known), rows)

    @property
    def baselines(self) -> Numbers:
        """The baselines of whoever has a change."""
        return _numbers([one.baseline for one in self.known])

    @property
    def values(self) -> Numbers:
        """The values at the visit."""
        return _numbers([one.value for one in self.known])


ByVisit = Mapping[str, tuple[Changes, ...]]
"""The changes of every arm, by visit."""


def changes_at(case: Case, visit: str, missing: Missing = Missing.LEFT_OUT) -> tuple[Changes, ...]:
    """Return the changes of every arm at a visit."""
    return tuple(_of_arm(case, group, those, visit, missing) for group, those in case.by_group())


def value_at(case: Case, series: Series, visit: str) -> tuple[Value | None, Value | None]:
    """Return the value after baseline at a visit, and else the last one before it."""
    found = series.at(visit)
    if found in series.later:
        return found, None
    planned = case.study.visit_days
    earlier = [
        value
        for value in series.later
        # A visit that stands in no schedule, such as that of a withdrawal, counts by its own day.
        if planned.get(value.visit or "", value.day) < planned[visit]
    ]
    return None, earlier[-1] if earlier else None


def notes_on(changes: Sequence[Changes]) -> tuple[Words, ...]:
    """Say how many have no change and why, and how many values were carried forward."""
    counted = {
        "no_baseline": sum(one.no_baseline for one in changes),
        "no_value": sum(one.no_value for one in changes),
        "carried": sum(change.carried for one in changes for change in one.known),
    }
    return tuple(phrase(f"changes_{name}", n=str(n)) for name, n in counted.items() if n)


def _of_arm(
    case: Case, group: Group, those: Sequence[Series], visit: str, missing: Missing
) -> Changes:
    known, no_baseline = [], 0
    for subject, series in zip(group.subjects, those, strict=True):
        if series.baseline is None:
            no_baseline += 1
            continue
        found, last = value_at(case, series, visit)
        if missing is Missing.CARRIED_FORWARD:
            found = found or last
        if found is not None:
            known.append(Change(subject, series.baseline, found, found is last))
    return Changes(group, tuple(known), no_baseline, group.size - no_baseline - len(known))


def _numbers(values: Sequence[Value]) -> Numbers:
    rows = tuple(row for value in values for row in value.rows)
    return Numbers(tuple(value.number for value in values), rows)
