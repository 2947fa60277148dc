"""What a reader asks for first: the primary estimates as sentences, then all estimates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.evaluation.efficacy.outcome import Headline, Outcome, title_of
from trialrun.evaluation.figure_data import Forest, ForestRow
from trialrun.evaluation.numbers import interval, number, p_value
from trialrun.evaluation.results import Cell, Row, Section, Table, Words, phrase, wording
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Estimand
from trialrun.protocol.analysis_methods import Role
from trialrun.protocol.design import EndpointClass


def key_results(study: Study, outcomes: Sequence[Outcome]) -> Section:
    """Return what the primary analyses say, and every headline in the order of the plan."""
    primary = _primary_estimands(study)
    columns = tuple(phrase(f"column_{name}") for name in ("estimate", "interval", "p"))
    return Section(
        "key-results",
        phrase("key_results"),
        tuple(_primary(study, outcomes, primary)),
        (Table("estimates", phrase("estimates"), columns, tuple(_rows(study, outcomes))),),
        tuple(_forests(outcomes, primary)),
    )


def _primary_estimands(study: Study) -> list[Estimand]:
    """Return the first estimand of the plan for each primary endpoint."""
    first: dict[str, Estimand] = {}
    for estimand in study.plan.estimands:
        if estimand.endpoint is not None:
            first.setdefault(estimand.endpoint, estimand)
    endpoints = study.protocol.design.endpoints
    return [
        first[one.id] for one in endpoints if one.type is EndpointClass.PRIMARY and one.id in first
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
            yield phrase("primary_no_estimate", what=title_of(study, of))
        yield from (_sentence(outcome, one) for one in outcome.headlines)


def _sentence(outcome: Outcome, one: Headline) -> Words:
    said = {
        "what": one.label,
        "value": number(one.value, one.decimals),
        "precision": _precision(one),
    }
    if outcome.used is None:
        return phrase("primary_estimate", **said)
    used, of = outcome.used
    return phrase("primary_estimate_of", **said, n=str(used), of=str(of))


def _precision(one: Headline) -> Words:
    said = {
        "percent": f"{100 * one.interval.level:g}%",
        "interval": interval(one.interval, one.decimals),
    }
    if one.p_value is None:
        return phrase("precision_interval", **said)
    return phrase("precision_interval_p", **said, p=_p(one.p_value))


def _p(value: float) -> str:
    said = p_value(value)
    return f"p {said[0]} {said[1:]}" if said.startswith("<") else f"p = {said}"


def _rows(study: Study, outcomes: Sequence[Outcome]) -> Iterator[Row]:
    """Yield every estimate; an analysis without one has a row that says so."""
    for outcome in outcomes:
        if not outcome.headlines:
            none = Cell(phrase("no_estimate")), Cell("–"), Cell("–")
            yield Row(title_of(study, outcome.analysis), none)
        yield from (Row(one.label, _cells(one)) for one in outcome.headlines)


def _cells(one: Headline) -> tuple[Cell, ...]:
    p = Cell("–") if one.p_value is None else Cell(p_value(one.p_value), one.p_value)
    shown = number(one.value, one.decimals)
    return Cell(shown, one.value), Cell(interval(one.interval, one.decimals)), p


def _forests(outcomes: Sequence[Outcome], primary: Sequence[Estimand]) -> Iterator[Forest]:
    """Yield for each primary estimand its differences by every analysis, which share a scale."""
    for estimand in primary:
        rows = tuple(
            ForestRow(
                one.label,
                one.value,
                one.interval.lower,
                one.interval.upper,
                f"{number(one.value, one.decimals)} ({interval(one.interval, one.decimals)})",
            )
            for outcome in outcomes
            if outcome.analysis.estimand == estimand.id
            for one in outcome.headlines
            if one.null == 0
        )
        if rows:
            title = wording(estimand.title, estimand.title_zh)
            axis = phrase("column_difference")
            yield Forest(
                f"{estimand.id}-forest", phrase("by_analysis", what=title), axis, rows, 0.0
            )
