"""Shares compared between arms: difference (Newcombe), exact odds ratio, Fisher; strata by CMH."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trialrun.evaluation.characteristics import title_of_characteristic
from trialrun.evaluation.efficacy.adjustment import difference_of, later_with_earlier
from trialrun.evaluation.efficacy.case import Case
from trialrun.evaluation.efficacy.outcome import Headline
from trialrun.evaluation.efficacy.responses import Responses
from trialrun.evaluation.efficacy.strata import counts_by_stratum, without_stratum
from trialrun.evaluation.numbers import in_percent, interval, not_estimable, number, p_value
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Listed,
    Row,
    Table,
    Words,
    column_heads,
    phrase,
)
from trialrun.protocol.analysis_methods import Responders
from trialrun.statistics.contingency import fisher_exact
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.mantel_haenszel import cochran_mantel_haenszel, common_odds_ratio
from trialrun.statistics.proportion_differences import exact_odds_ratio, proportion_difference
from trialrun.statistics.results import IntervalEstimate, RatioEstimate

_RATIO_DECIMALS = 2
Pair = tuple[Responses, Responses]


def compared(case: Case, analysis: Responders, responses: Sequence[Responses]) -> Iterator[Table]:
    """Yield the table of comparisons; nothing where there is but one arm."""
    if len(responses) < 2:
        return
    names = ("difference_percent", "interval", "odds_ratio", "ratio_interval", "p")
    rows: list[Row] = []
    for pair in later_with_earlier(responses):
        label = difference_of(pair[0].group, pair[1].group)
        rows.append(Row(label, _crude(case, pair)))
        if analysis.strata:
            rows.append(Row(phrase("by_strata"), _stratified(case, analysis, pair), depth=1))
    columns = column_heads(*names)
    title = phrase("contrasts_of", what=case.title)
    notes = tuple(_notes(case, analysis, responses))
    yield Table(f"{analysis.id}-contrasts", title, columns, tuple(rows), notes)


def compared_headlines(
    case: Case, responses: Sequence[Responses], decimals: int
) -> Iterator[Headline]:
    """Yield the difference of the shares of each two arms."""
    for pair in later_with_earlier(responses):
        try:
            found, p = _difference(case, pair), _fisher(pair)
        except NotEstimableError:
            continue
        what = difference_of(pair[0].group, pair[1].group)
        label = phrase("in_arm", arm=phrase("share_of", what=case.title), what=what)
        yield Headline(label, found.value, found.interval, p, 0.0, decimals)


def _difference(case: Case, pair: Pair) -> IntervalEstimate:
    later, earlier = pair
    numbers = (later.events, later.total, earlier.events, earlier.total)
    return proportion_difference(*numbers, level=case.study.level)


def _fisher(pair: Pair) -> float:
    return fisher_exact([[one.events, one.total - one.events] for one in pair])


def _crude(case: Case, pair: Pair) -> tuple[Cell, ...]:
    later, earlier = pair
    numbers = (later.events, later.total, earlier.events, earlier.total)
    level = case.study.level
    return (
        *_difference_cells(lambda: _difference(case, pair)),
        *_ratio(lambda: exact_odds_ratio(*numbers, level=level)),
        _p(lambda: _fisher(pair)),
    )


def _stratified(case: Case, analysis: Responders, pair: Pair) -> tuple[Cell, ...]:
    answers = [[(one.subject, int(not one.is_response)) for one in arm.counted] for arm in pair]
    tables = counts_by_stratum(case.study, analysis.strata, answers, 2)
    level = case.study.level
    return (
        NOTHING,
        NOTHING,
        *_ratio(lambda: common_odds_ratio(tables, level=level)),
        _p(lambda: cochran_mantel_haenszel(tables).p_value),
    )


def _notes(case: Case, analysis: Responders, responses: Sequence[Responses]) -> Iterator[Words]:
    yield phrase("shares_tests")
    if not analysis.strata:
        return
    names = tuple(title_of_characteristic(case.study, name) for name in analysis.strata)
    yield phrase("shares_strata", strata=Listed(names))
    counted = (one.subject for arm in responses for one in arm.counted)
    if unknown := without_stratum(case.study, analysis.strata, counted):
        yield phrase("stratum_missing", n=str(unknown))


def _difference_cells(estimated: Callable[[], IntervalEstimate]) -> tuple[Cell, Cell]:
    try:
        found = estimated()
    except NotEstimableError as error:
        return not_estimable(error), NOTHING
    between = Cell(in_percent(found.interval))
    return Cell(number(100 * found.value, 1), 100 * found.value), between


def _ratio(estimated: Callable[[], IntervalEstimate | RatioEstimate]) -> tuple[Cell, Cell]:
    try:
        found = estimated()
    except NotEstimableError as error:
        return not_estimable(error), NOTHING
    between = Cell(interval(found.interval, _RATIO_DECIMALS))
    return Cell(number(found.value, _RATIO_DECIMALS), found.value), between


def _p(tested: Callable[[], float]) -> Cell:
    try:
        found = tested()
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(p_value(found), found)
