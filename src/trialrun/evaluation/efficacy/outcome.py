"""What one analysis yields, and who goes into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from trialrun.evaluation.results import Figure, Phrase, Table, Words, phrase, wording
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Group, Study
from trialrun.evaluation.values import Series
from trialrun.protocol.analysis_methods import Analysis
from trialrun.statistics.estimates import Interval


@dataclass(frozen=True)
class Headline:
    """The one estimate of an analysis that a reader asks for first, and its null value.

    A share alone has no null value.
    """

    label: Words
    value: float
    interval: Interval
    p_value: float | None
    null: float | None
    decimals: int


@dataclass(frozen=True)
class Outcome:
    """What an analysis yields; `headlines` is empty where the data hold no estimate.

    `p_value` is that of an analysis which tests, and estimates nothing. `used` is how many
    participants the estimates are of, and of how many of the set.
    """

    analysis: Analysis
    said: tuple[Words, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...] = ()
    headlines: tuple[Headline, ...] = ()
    used: tuple[int, int] | None = None
    p_value: float | None = None


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


def unused_values(study: Study, series: Iterable[Series]) -> tuple[Phrase, ...]:
    """Say how many values are not used, and why."""
    counted: Counter[str] = Counter()
    impossible = beside = 0
    for one in series:
        counted.update(dict(one.unused))
        impossible += one.impossible
        beside += one.beside
    return (
        *((phrase("impossible_values", n=str(impossible)),) if impossible else ()),
        *((phrase("values_beside", n=str(beside)),) if beside else ()),
        *(
            phrase("unused_values", n=str(n), event=_event_title(study, event))
            for event, n in counted.items()
        ),
    )


def _event_title(study: Study, event: str) -> Words:
    found = study.trial_events[event]
    return wording(found.title, found.title_zh)
