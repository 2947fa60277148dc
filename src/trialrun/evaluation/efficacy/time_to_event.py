"""The time to the first of some events: curves by Kaplan and Meier, log-rank, Cox between arms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.event_times import TimedGroup, timed
from trialrun.evaluation.efficacy.hazards import comparison, headlines
from trialrun.evaluation.efficacy.outcome import Outcome
from trialrun.evaluation.figure_data import Curve, Survival
from trialrun.evaluation.numbers import in_percent, number, reason_words
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Listed,
    Row,
    Table,
    Words,
    column_heads,
    phrase,
    wording,
)
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import DAYS_PER_MONTH
from trialrun.protocol.analysis_methods import TimeToEvent
from trialrun.statistics.errors import Reason
from trialrun.statistics.kaplan_meier import (
    KaplanMeier,
    SurvivalQuantile,
    kaplan_meier,
    numbers_at_risk,
    survival_at,
    survival_quantile,
)

_EVERY = 3
"""Months between the numbers at risk below a curve, and the times at which survival is told."""


def time_to_event(study: Study, analysis: TimeToEvent) -> Outcome:
    """Carry out the analysis; between arms only where there are several."""
    case = case_of(study, analysis)
    groups = [timed(study, analysis.events, group) for group in case.groups]
    curves = [
        (one, kaplan_meier(one.months, one.events, level=study.level))
        for one in groups
        if one.followed
    ]
    tables = [_summary(case, analysis, groups, {one.group.arm.id: km for one, km in curves})]
    if len(groups) > 1:
        tables.append(comparison(case, groups))
    tables.append(_listing(case, groups))
    figures = (_figure(case, curves),) if curves else ()
    said = tuple(
        case.in_arm(one.group, phrase("time_unknown", n=str(one.unknown)))
        for one in groups
        if one.unknown
    )
    return Outcome(analysis, said, tuple(tables), figures, tuple(headlines(case, groups)))


def _events(case: Case, names: Sequence[str]) -> Words:
    events = [case.study.trial_events[name] for name in names]
    return Listed(tuple(wording(event.title, event.title_zh) for event in events))


def _summary(
    case: Case, analysis: TimeToEvent, groups: Sequence[TimedGroup], curves: dict[str, KaplanMeier]
) -> Table:
    rows = [
        Row(phrase("followed"), tuple(_count(len(one.followed), one.rows) for one in groups)),
        Row(phrase("with_event"), tuple(_with_event(one) for one in groups)),
    ]
    for name in analysis.events:
        label = _events(case, [name])
        rows.append(Row(label, tuple(_with_event(one, name) for one in groups), depth=1))
    of = [curves.get(one.group.arm.id) for one in groups]
    rows.append(Row(phrase("median_months"), tuple(_median(curve) for curve in of)))
    for month in _times(groups):
        label = phrase("free_at", month=str(month))
        rows.append(Row(label, tuple(_free_at(curve, month) for curve in of)))
    notes = (phrase("survival_rule", events=_events(case, analysis.events)),)
    return Table(f"{analysis.id}-survival", case.title, case.heads, tuple(rows), notes)


def _times(groups: Sequence[TimedGroup]) -> range:
    longest = max((month for one in groups for month in one.months), default=0.0)
    return range(_EVERY, int(longest) + 1, _EVERY)


def _count(n: int, rows: tuple[str, ...]) -> Cell:
    return Cell(str(n), n, rows)


def _with_event(of: TimedGroup, name: str | None = None) -> Cell:
    those = [one for one in of.followed if one.event is not None and name in (None, one.event)]
    return _count(len(those), tuple(row for one in those for row in one.rows))


def _median(curve: KaplanMeier | None) -> Cell:
    if curve is None:
        return NOTHING
    found = survival_quantile(curve)
    if isinstance(found.time, Reason):
        return Cell(reason_words(found.time))
    return Cell(f"{number(found.time, 1)} ({_bounds(found)})", found.time)


def _bounds(found: SurvivalQuantile) -> str:
    said = ["–" if isinstance(b, Reason) else number(b, 1) for b in (found.lower, found.upper)]
    return ", ".join(said)


def _free_at(curve: KaplanMeier | None, month: int) -> Cell:
    """Return the share without an event, in percent; nothing once nobody is followed any more."""
    if curve is None or curve.times[-1] < month:
        return NOTHING
    found = survival_at(curve, month)
    share = f"{number(100 * found.survival, 1)}%"
    if isinstance(found.interval, Reason):
        return Cell(share, found.survival)
    return Cell(f"{share} ({in_percent(found.interval)})", found.survival)


def _listing(case: Case, groups: Sequence[TimedGroup]) -> Table:
    rows = [
        Row(
            one.subject,
            (
                Cell(of.group.title),
                Cell(number(one.days / DAYS_PER_MONTH, 1), one.days / DAYS_PER_MONTH, one.rows),
                Cell(phrase("censored") if one.event is None else _events(case, [one.event])),
            ),
        )
        for of in groups
        for one in of.followed
    ]
    columns = column_heads("arm", "months", "ended_by")
    title = phrase("listing_of", what=case.title)
    return Table(f"{case.analysis.id}-listing", title, columns, tuple(rows))


def _figure(case: Case, curves: Sequence[tuple[TimedGroup, KaplanMeier]]) -> Survival:
    return Survival(
        f"{case.analysis.id}-curves",
        case.title,
        tuple(_curve(one, curve) for one, curve in curves),
        case.study.level,
    )


def _curve(of: TimedGroup, curve: KaplanMeier) -> Curve:
    steps = [(0.0, 1.0, 1.0, 1.0), *_steps(curve)]
    censored = [
        (float(time), float(share))
        for time, share, n in zip(curve.times, curve.survival, curve.censored, strict=True)
        if n
    ]
    at = [float(month) for month in range(0, int(max(of.months)) + 1, _EVERY)]
    counted = zip(at, numbers_at_risk(of.months, at), strict=True)
    return Curve(of.group.title, tuple(steps), tuple(censored), tuple(counted))


def _steps(curve: KaplanMeier) -> Iterator[tuple[float, float, float, float]]:
    """Yield the curve at each time; without an interval yet, the band has no width."""
    for time, share, low, high in zip(
        curve.times, curve.survival, curve.lower, curve.upper, strict=True
    ):
        known = math.isfinite(low) and math.isfinite(high)
        yield float(time), float(share), *((float(low), float(high)) if known else (share, share))
