"""One analysis of the plan with what it is about: its estimand, its arms, the values it may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialrun.evaluation.efficacy.outcome import groups_of, title_of
from trialrun.evaluation.results import Words, phrase
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.values import Series, series_of
from trialrun.protocol.analysis import Estimand, Variable
from trialrun.protocol.analysis_methods import Analysis


@dataclass(frozen=True)
class Case:
    """`series` are the values that may be used, by arm and subject in the order of `groups`."""

    study: Study
    analysis: Analysis
    estimand: Estimand
    variable: Variable
    groups: tuple[Group, ...]
    series: tuple[tuple[Series, ...], ...]
    title: Words

    @property
    def heads(self) -> tuple[Words, ...]:
        """The heads of columns that are arms."""
        return tuple(one.head for one in self.groups)

    @property
    def everybody(self) -> tuple[Series, ...]:
        """The values of all arms."""
        return tuple(one for those in self.series for one in those)

    def in_arm(self, group: Group, what: Words) -> Words:
        """Return a label that names the arm, where there are several."""
        return what if len(self.groups) == 1 else phrase("in_arm", arm=group.title, what=what)

    def by_group(self) -> Iterator[tuple[Group, tuple[Series, ...]]]:
        """Yield each arm with the values of its subjects."""
        yield from zip(self.groups, self.series, strict=True)


def case_of(study: Study, analysis: Analysis) -> Case:
    """Return what an analysis is about."""
    estimand = study.estimands[analysis.estimand]
    groups = groups_of(study, analysis)
    return Case(
        study,
        analysis,
        estimand,
        study.variables[estimand.variable],
        groups,
        tuple(tuple(series_of(study, estimand, s) for s in group.subjects) for group in groups),
        title_of(study, analysis),
    )
