"""The win ratio: every participant of an arm against every one of another (Pocock et al. 2012).

Events are compared by their times, the weightiest first; what they leave open a change may decide.
Whoever was not followed for a known time neither wins nor loses by an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from trialrun.evaluation.efficacy.adjustment import later_with_earlier
from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.changes import Changes, changes_at
from trialrun.evaluation.efficacy.event_times import followed
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.numbers import count_and_percent, interval, not_estimable, number, p_value
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Row,
    Table,
    Words,
    column_heads,
    head_row,
    phrase,
    wording,
)
from trialrun.evaluation.study import Group, Study
from trialrun.protocol.analysis import Better as BetterValue
from trialrun.protocol.analysis_methods import WinRatio
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.results import RatioEstimate
from trialrun.statistics.win_ratio import (
    Better,
    Comparison,
    compare_event_times,
    compare_values,
    in_order,
    net_benefit,
    pair_counts,
    win_odds,
    win_ratio,
)

_DECIMALS = 2
"""Of a ratio; a net benefit has one more."""

Level = tuple[Words, Comparison]
"""What is compared, and who wins by it alone."""


def wins(study: Study, analysis: WinRatio) -> Outcome:
    """Carry out the analysis; with one arm it says that there is nobody to compare with."""
    case = case_of(study, analysis)
    if len(case.groups) < 2:
        return Outcome(analysis, (phrase("wins_need_two"),), ())
    compared = [
        (later, earlier, list(_levels(case, analysis, later, earlier)))
        for later, earlier in later_with_earlier(case.groups)
        if later.size and earlier.size
    ]
    headlines = (one for pair in compared for one in _headlines(case, *pair))
    tables = (_pairs(case, analysis, compared), _ratios(case, analysis, compared))
    return Outcome(analysis, (), tables, headlines=tuple(headlines))


Compared = Sequence[tuple[Group, Group, list[Level]]]


def _levels(case: Case, analysis: WinRatio, later: Group, earlier: Group) -> Iterator[Level]:
    """Yield the comparisons in their order: the events, then the change."""
    for event in analysis.events:
        found = case.study.trial_events[event]
        own, other = (_times(case, event, group) for group in (later, earlier))
        yield wording(found.title, found.title_zh), compare_event_times(*own, *other)
    if analysis.visit is not None:
        changes = {one.group.arm.id: one for one in changes_at(case, analysis.visit)}
        own_values, other_values = (
            _numbers(group, changes[group.arm.id]) for group in (later, earlier)
        )
        what = phrase("change_at", visit=case.study.visit_title(analysis.visit))
        lower = case.variable.better is BetterValue.LOWER
        yield (
            what,
            compare_values(
                own_values,
                other_values,
                better=Better.LOWER if lower else Better.HIGHER,
                margin=float(analysis.margin),
            ),
        )


def _rows(case: Case, analysis: WinRatio, later: Group, earlier: Group) -> tuple[str, ...]:
    """Return what every pair of two arms is compared by: times to events, and changes."""
    groups = (later, earlier)
    times = (
        followed(case.study, (event,), subject)
        for event in analysis.events
        for group in groups
        for subject in group.subjects
    )
    seen = () if analysis.visit is None else changes_at(case, analysis.visit)
    arms = {group.arm.id for group in groups}
    known = (change for one in seen if one.group.arm.id in arms for change in one.known)
    of_events = (row for one in times if one for row in one.rows)
    of_changes = (row for one in known for row in one.rows)
    return tuple(dict.fromkeys((*of_events, *of_changes)))


def _times(case: Case, event: str, group: Group) -> tuple[list[float], list[bool]]:
    found = [followed(case.study, (event,), subject) for subject in group.subjects]
    return (
        [0.0 if one is None else float(one.days) for one in found],
        [one is not None and one.event is not None for one in found],
    )


def _numbers(group: Group, changes: Changes) -> list[float]:
    known = {change.subject.id: change.number for change in changes.known}
    return [known.get(subject.id, float("nan")) for subject in group.subjects]


def _decided(levels: Sequence[Level]) -> Iterator[Level]:
    """Yield of each level the pairs that it decides: those that all before it leave open."""
    for place, (what, _) in enumerate(levels):
        so_far = in_order(*(one for _, one in levels[: place + 1]))
        before = in_order(*(one for _, one in levels[:place])) if place else so_far * 0
        yield what, (so_far - before).astype(so_far.dtype)


def _whole(levels: Sequence[Level]) -> Comparison:
    return in_order(*(one for _, one in levels))


def _pairs(case: Case, analysis: WinRatio, compared: Compared) -> Table:
    """Return how many pairs each level decides, of all pairs of two arms."""
    rows: list[Row] = []
    for later, earlier, levels in compared:
        rows.append(head_row(phrase("versus", one=later.title, other=earlier.title), 3))
        behind = _rows(case, analysis, later, earlier)
        for what, comparison in (*_decided(levels), (phrase("all_levels"), _whole(levels))):
            counts = pair_counts(comparison)
            cells = [
                count_and_percent(part, comparison.size, behind)
                for part in (counts.wins, counts.losses)
            ]
            is_all = what == phrase("all_levels")
            open_pairs = count_and_percent(counts.ties, comparison.size) if is_all else NOTHING
            rows.append(Row(what, (*cells, open_pairs), depth=1))
    columns = column_heads("wins", "losses", "neither")
    unused = () if analysis.visit is None else unused_values(case.study, case.everybody)
    notes = (phrase("wins_rule"), *unused)
    return Table(f"{analysis.id}-pairs", case.title, columns, tuple(rows), notes)


def _ratios(case: Case, analysis: WinRatio, compared: Compared) -> Table:
    rows = []
    level = case.study.level
    for later, earlier, levels in compared:
        whole, about = _whole(levels), phrase("versus", one=later.title, other=earlier.title)
        rows.append(head_row(about, 3))
        for name, estimated in (("win_ratio", win_ratio), ("win_odds", win_odds)):
            cells = _ratio_cells(partial(estimated, whole, level=level))
            rows.append(Row(phrase(name), cells, depth=1))
        rows.append(Row(phrase("net_benefit"), _benefit_cells(whole, level), depth=1))
    columns = column_heads("estimate", "interval", "p")
    title = phrase("contrasts_of", what=case.title)
    return Table(f"{analysis.id}-contrasts", title, columns, tuple(rows))


def _ratio_cells(estimated: partial[RatioEstimate]) -> tuple[Cell, ...]:
    try:
        found = estimated()
    except NotEstimableError as error:
        return (not_estimable(error), NOTHING, NOTHING)
    return (
        Cell(number(found.value, _DECIMALS), found.value),
        Cell(interval(found.interval, _DECIMALS)),
        Cell(p_value(found.log.p_value), found.log.p_value),
    )


def _benefit_cells(whole: Comparison, level: float) -> tuple[Cell, ...]:
    try:
        found = net_benefit(whole, level=level)
    except NotEstimableError as error:
        return (not_estimable(error), NOTHING, NOTHING)
    return (
        Cell(number(found.value, _DECIMALS + 1), found.value),
        Cell(interval(found.interval, _DECIMALS + 1)),
        Cell(p_value(found.p_value), found.p_value),
    )


def _headlines(case: Case, later: Group, earlier: Group, levels: list[Level]) -> Iterator[Headline]:
    try:
        found = win_ratio(_whole(levels), level=case.study.level)
    except NotEstimableError:
        return
    about = phrase("versus", one=later.title, other=earlier.title)
    label = phrase("in_arm", arm=about, what=case.title)
    yield Headline(label, found.value, found.interval, found.log.p_value, 1.0, _DECIMALS)
