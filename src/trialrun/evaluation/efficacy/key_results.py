"""What a reader asks for first: the primary estimates as sentences, then all estimates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trialrun.evaluation.efficacy.outcome import Headline, Outcome, title_of
from trialrun.evaluation.efficacy.scale import scale_of, unit_of
from trialrun.evaluation.efficacy.tracing import rows_of
from trialrun.evaluation.figure_data import Forest, ForestRow
from trialrun.evaluation.numbers import interval, number, p_value
from trialrun.evaluation.results import (
    NOTHING,
    Cell,
    Row,
    Section,
    Table,
    Words,
    column_heads,
    phrase,
    wording,
)
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Estimand
from trialrun.protocol.analysis_methods import Analysis, Role
from trialrun.records.analysis_data import Standing


@dataclass(frozen=True)
class _Named:
    """A headline of an analysis, None where it has none, by a label that no other one has.

    `p_value` is that of an analysis without a headline that tests; `rows` are those of its tables.
    """

    label: Words
    analysis: Analysis
    headline: Headline | None
    p_value: float | None
    rows: tuple[str, ...]


def key_results(study: Study, outcomes: Sequence[Outcome]) -> Section:
    """Return what the primary analyses say, and every headline in the order of the plan."""
    primary = study.primary_estimands
    named = _named(study, outcomes)
    columns = column_heads("estimate", "interval", "p", "scale")
    rows = tuple(Row(one.label, _cells(study, one)) for one in named)
    return Section(
        "key-results",
        phrase("key_results"),
        (*_primary(study, outcomes, primary), *_interim(study)),
        (Table("estimates", phrase("estimates"), columns, rows),),
        tuple(_forests(named, primary)),
    )


def _named(study: Study, outcomes: Sequence[Outcome]) -> list[_Named]:
    """Return every headline; labels that are alike are told apart by the ids of the analyses."""
    found = [
        _Named(
            one.label if one else title_of(study, outcome.analysis),
            outcome.analysis,
            one,
            outcome.p_value,
            rows_of(outcome.tables),
        )
        for outcome in outcomes
        for one in (outcome.headlines or (None,))
    ]
    counted = Counter(one.label for one in found)
    return [
        replace(one, label=phrase("of_analysis", what=one.label, id=one.analysis.id))
        if counted[one.label] > 1
        else one
        for one in found
    ]


def _primary(
    study: Study, outcomes: Sequence[Outcome], primary: Sequence[Estimand]
) -> Iterator[Words]:
    """Yield a sentence for each estimate of a primary analysis, or that it has none."""
    ids = {one.id for one in primary}
    for outcome in outcomes:
        of = outcome.analysis
        if of.estimand not in ids or of.role is not Role.MAIN:
            continue
        if not outcome.headlines:
            yield _without_estimate(title_of(study, of), outcome.p_value)
        yield from (_sentence(study, outcome, one) for one in outcome.headlines)


def _interim(study: Study) -> Iterator[Words]:
    """Yield that the trial is going on, where it is: whoever tests now will test again."""
    enrolled = [subject for subject in study.data.subjects if subject.enrolled]
    going_on = sum(subject.standing is Standing.ONGOING for subject in enrolled)
    if going_on:
        yield phrase("interim", n=str(going_on), of=str(len(enrolled)))


def _without_estimate(what: Words, p: float | None) -> Words:
    if p is None:
        return phrase("primary_no_estimate", what=what)
    return phrase("primary_tested", what=what, p=_p(p))


def _sentence(study: Study, outcome: Outcome, one: Headline) -> Words:
    value = number(one.value, one.decimals)
    unit = unit_of(study, outcome.analysis)
    said: dict[str, Words] = {
        "what": one.label,
        "value": phrase("value_in_unit", value=value, unit=unit) if unit else value,
        "precision": _precision(one),
    }
    if outcome.used is None:
        return phrase("primary_estimate", **said)
    used, of = outcome.used
    return phrase("primary_estimate_of", **said, n=str(used), of=str(of))


def _precision(one: Headline) -> Words:
    said: dict[str, Words] = {
        "percent": f"{100 * one.interval.level:g}%",
        "interval": interval(one.interval, one.decimals),
    }
    if one.p_value is None:
        return phrase("precision_interval", **said)
    return phrase("precision_interval_p", **said, p=_p(one.p_value))


def _p(value: float) -> str:
    said = p_value(value)
    return f"p {said[0]} {said[1:]}" if said.startswith("<") else f"p = {said}"


def _cells(study: Study, named: _Named) -> tuple[Cell, ...]:
    one = named.headline
    value = named.p_value if one is None else one.p_value
    p = NOTHING if value is None else Cell(p_value(value), value, named.rows)
    if one is None:
        return Cell(phrase("no_estimate")), NOTHING, p, NOTHING
    shown = number(one.value, one.decimals)
    scale = Cell(scale_of(study, named.analysis, one.null))
    return Cell(shown, one.value, named.rows), Cell(interval(one.interval, one.decimals)), p, scale


def _forests(named: Sequence[_Named], primary: Sequence[Estimand]) -> Iterator[Forest]:
    """Yield for each primary estimand its differences by every analysis, which share a scale."""
    for estimand in primary:
        rows = tuple(
            _forest_row(one.label, one.headline)
            for one in named
            if one.analysis.estimand == estimand.id and one.headline and one.headline.null == 0
        )
        if rows:
            title = phrase("by_analysis", what=wording(estimand.title, estimand.title_zh))
            axis = phrase("column_difference")
            yield Forest(f"{estimand.id}-forest", title, axis, rows, 0.0)


def _forest_row(label: Words, one: Headline) -> ForestRow:
    shown = f"{number(one.value, one.decimals)} ({interval(one.interval, one.decimals)})"
    return ForestRow(label, one.value, one.interval.lower, one.interval.upper, shown)
