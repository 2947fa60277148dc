"""The trial under evaluation: its protocol with a plan, its data, and who belongs where.

Everything that more than one analysis asks for is looked up here, so that it means the same in
every table: above all the number of participants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from trialrun.evaluation.results import Words, phrase, wording
from trialrun.protocol.analysis import (
    AnalysisPlan,
    AnalysisSet,
    Characteristic,
    Estimand,
    TrialEvent,
    Variable,
)
from trialrun.protocol.design import Arm, EndpointClass
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import (
    AdverseEventRecord,
    AnalysisData,
    Departure,
    Dose,
    Observation,
    TrialSubject,
)

_Key = TypeVar("_Key")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Group:
    """An arm within an analysis set; `subjects` are in the order of the data."""

    arm: Arm
    subjects: tuple[TrialSubject, ...]

    @property
    def size(self) -> int:
        """How many belong to it: the N of every table."""
        return len(self.subjects)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of whoever belongs to it."""
        return tuple(subject.id for subject in self.subjects)

    @property
    def title(self) -> Words:
        """What the arm is called."""
        return wording(self.arm.title, self.arm.title_zh)

    @property
    def head(self) -> Words:
        """The head of its column in a table, which says N."""
        return phrase("arm_n", arm=self.title, n=str(self.size))


@dataclass(frozen=True)
class Study:
    """A protocol, the plan that stands in it, and the data."""

    protocol: TrialProtocol
    plan: AnalysisPlan
    data: AnalysisData

    @property
    def level(self) -> float:
        """The level of intervals, as a share."""
        return float(self.plan.level) / 100

    @cached_property
    def sets(self) -> Mapping[str, AnalysisSet]:
        """The analysis sets by their ids."""
        return {one.id: one for one in self.plan.sets}

    @cached_property
    def characteristics(self) -> Mapping[str, Characteristic]:
        """The characteristics that the plan names, by their ids."""
        return {one.id: one for one in self.plan.characteristics}

    @cached_property
    def variables(self) -> Mapping[str, Variable]:
        """The variables by their ids."""
        return {one.id: one for one in self.plan.variables}

    @cached_property
    def estimands(self) -> Mapping[str, Estimand]:
        """The estimands by their ids."""
        return {one.id: one for one in self.plan.estimands}

    @cached_property
    def trial_events(self) -> Mapping[str, TrialEvent]:
        """What may happen to a participant, by its id."""
        return {one.id: one for one in self.plan.events}

    @cached_property
    def subjects(self) -> Mapping[str, TrialSubject]:
        """The subjects by their ids."""
        return {one.id: one for one in self.data.subjects}

    @cached_property
    def enrolled(self) -> tuple[Group, ...]:
        """Whoever was enrolled, by allocated arm, empty arms included."""
        return tuple(
            Group(arm, tuple(s for s in self.data.subjects if s.enrolled and s.arm == arm.id))
            for arm in self.protocol.design.arms
        )

    @cached_property
    def visit_days(self) -> Mapping[str, int]:
        """The planned day of each visit, counted from day 0."""
        return self.protocol.design.visit_days

    @cached_property
    def observations(self) -> Mapping[tuple[str, str], tuple[Observation, ...]]:
        """What was observed, by subject and parameter, in the order of days."""
        found = _by(self.data.observations, lambda row: (row.subject, row.parameter))
        return {key: tuple(sorted(rows, key=_day)) for key, rows in found.items()}

    @cached_property
    def doses(self) -> Mapping[str, tuple[Dose, ...]]:
        """The doses by subject."""
        return _by(self.data.doses, lambda row: row.subject)

    @cached_property
    def adverse_events(self) -> Mapping[str, tuple[AdverseEventRecord, ...]]:
        """The adverse events by subject."""
        return _by(self.data.events, lambda row: row.subject)

    @cached_property
    def departures(self) -> Mapping[str, tuple[Departure, ...]]:
        """The protocol deviations by subject."""
        return _by(self.data.departures, lambda row: row.subject)

    @cached_property
    def primary_estimands(self) -> tuple[Estimand, ...]:
        """The first estimand of the plan for each primary endpoint, in the order of the design."""
        first: dict[str, Estimand] = {}
        for estimand in self.plan.estimands:
            if estimand.endpoint is not None:
                first.setdefault(estimand.endpoint, estimand)
        endpoints = self.protocol.design.endpoints
        primary = [one.id for one in endpoints if one.type is EndpointClass.PRIMARY]
        return tuple(first[name] for name in primary if name in first)

    def arm_title(self, subject: TrialSubject) -> Words:
        """Return the arm of a subject by the treatment given, else by allocation."""
        given = subject.treated_as or subject.arm
        found = next((arm for arm in self.protocol.design.arms if arm.id == given), None)
        return phrase("no_arm") if found is None else wording(found.title, found.title_zh)

    def visit_title(self, visit: str) -> Words:
        """Return what a visit of the design is called."""
        found = next(one for one in self.protocol.design.visits if one.id == visit)
        return wording(found.title, found.title_zh)


def _by(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> dict[_Key, tuple[_Row, ...]]:
    found: dict[_Key, list[_Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return {of: tuple(those) for of, those in found.items()}


def _day(row: Observation) -> float:
    return float("inf") if row.day is None else row.day
