"""The safety of a trial: the plan for it, the arms of its set, and the heads of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from trialrun.evaluation.columns import Column, columns_of_set
from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.safety.laboratory_parameters import Parameter
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Group, Study
from trialrun.protocol.analysis import SafetyPlan
from trialrun.records.analysis_data import AdverseEventRecord, TrialSubject


@dataclass(frozen=True)
class Safety:
    """A study with its plan of safety."""

    study: Study
    plan: SafetyPlan

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The arms of the safety set with their members."""
        return membership(self.study, self.plan.set).groups(self.study)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The arms, and a total where there are several."""
        return columns_of_set(self.study, self.plan.set)

    @property
    def arms(self) -> tuple[Column, ...]:
        """The columns that are arms."""
        return self.columns[: len(self.groups)]

    @property
    def heads(self) -> tuple[Words, ...]:
        """The heads of all columns."""
        return tuple(column.head for column in self.columns)

    @cached_property
    def subjects(self) -> tuple[TrialSubject, ...]:
        """The members of the safety set."""
        return tuple(one for group in self.groups for one in group.subjects)

    @cached_property
    def _parameters(self) -> dict[str, Parameter]:
        return {}

    def parameter(self, name: str) -> Parameter:
        """Return the results of the safety set in a laboratory parameter, which are read once."""
        return self._parameters.setdefault(name, Parameter(self.study, self.groups, name))

    def events_of(self, subjects: Iterable[TrialSubject]) -> Iterator[AdverseEventRecord]:
        """Yield the adverse events of some subjects."""
        for subject in subjects:
            yield from self.study.adverse_events.get(subject.id, ())

    def in_arm(self, group: Group, what: Words) -> Words:
        """Return a label that names the arm, where there are several."""
        return what if len(self.groups) == 1 else phrase("in_arm", arm=group.title, what=what)
