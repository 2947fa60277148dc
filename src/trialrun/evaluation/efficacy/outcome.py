"""What one analysis yields, and who goes into it."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evaluation.results import Cell, Figure, Phrase, Table, Words, phrase, wording
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.values import Series, series_of
from trialrun.protocol.analysis import Estimand
from trialrun.protocol.analysis_methods import Analysis
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.estimates import Interval


@dataclass(frozen=True)
class Headline:
    """The one estimate of an analysis that a reader asks for first, and its null value."""

    label: Words
    value: float
    interval: Interval
    p_value: float | None
    null: float
    decimals: int


@dataclass(frozen=True)
class Outcome:
    """What an analysis yields; `headlines` is empty where the data hold no estimate."""

    analysis: Analysis
    said: tuple[Words, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...] = ()
    headlines: tuple[Headline, ...] = ()


def title_of(study: Study, analysis: Analysis) -> Words:
    """Return what an analysis is called: its own title, or its estimand's and its method's."""
    if analysis.title:
        return wording(analysis.title, analysis.title_zh)
    estimand = study.estimands[analysis.estimand]
    return phrase(
        "estimand_by_method",
        estimand=wording(estimand.title, estimand.title_zh),
        method=phrase(f"method_{analysis.method.replace(' ', '_')}"),
    )


def groups_of(study: Study, analysis: Analysis) -> tuple[Group, ...]:
    """Return the arms of an analysis' set, with their members."""
    return membership(study, study.estimands[analysis.estimand].set).groups(study)


def series_in(study: Study, estimand: Estimand, group: Group) -> tuple[Series, ...]:
    """Return the values that may be used of everybody in a group, in the group's order."""
    return tuple(series_of(study, estimand, subject) for subject in group.subjects)


def not_estimable(error: NotEstimableError) -> Cell:
    """Return the cell that stands where the data hold no estimate, with the reason."""
    return Cell(why_not(error))


def why_not(error: NotEstimableError) -> Phrase:
    """Return the reason why there is no estimate."""
    return phrase("not_estimable", reason=phrase(f"reason_{error.reason.name.lower()}"))
