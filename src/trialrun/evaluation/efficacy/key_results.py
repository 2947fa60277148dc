"""What a reader asks for first: the primary estimates as sentences, then all estimates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.evaluation.efficacy.outcome import Headline, Outcome, title_of
from trialrun.evaluation.figure_data import Forest, ForestRow
from trialrun.evaluation.numbers import interval, number, p_value
from trialrun.evaluation.results import Cell, Row, Section, Table, Words, phrase
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis_methods import Analysis, Role
from trialrun.protocol.design import EndpointClass


def key_results(study: Study, outcomes: Sequence[Outcome]) -> Section:
    """Return what the primary analyses say, and every headline in the order of the plan."""
    headlines = [headline for outcome in outcomes for headline in outcome.headlines]
    columns = tuple(phrase(f"column_{name}") for name in ("estimate", "interval", "p"))
    return Section(
        "key-results",
        phrase("key_results"),
        tuple(_primary(study, outcomes)),
        (Table("estimates", phrase("estimates"), columns, tuple(_rows(study, outcomes))),),
        tuple(_forest(headlines)),
    )


def _primary(study: Study, outcomes: Sequence[Outcome]) -> Iterator[Words]:
    """Yield a sentence for each estimate of a primary analysis, or that it has none."""
    for outcome in outcomes:
        if not _is_primary(study, outcome.analysis):
            continue
        if not outcome.headlines:
            yield phrase("primary_no_estimate", what=title_of(study, outcome.analysis))
        yield from (_sentence(outcome, one) for one in outcome.headlines)


def _is_primary(study: Study, analysis: Analysis) -> bool:
    """Whether it is a main analysis of a primary endpoint."""
    kinds = {one.id: one.type for one in study.protocol.design.endpoints}
    endpoint = study.estimands[analysis.estimand].endpoint
    is_primary = endpoint is not None and kinds[endpoint] is EndpointClass.PRIMARY
    return is_primary and analysis.role is Role.MAIN


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


def _forest(headlines: Sequence[Headline]) -> Iterator[Forest]:
    """Yield a figure of the differences: their null value is 0, so that they share an axis."""
    rows = tuple(
        ForestRow(
            one.label,
            one.value,
            one.interval.lower,
            one.interval.upper,
            f"{number(one.value, one.decimals)} ({interval(one.interval, one.decimals)})",
        )
        for one in headlines
        if one.null == 0
    )
    if rows:
        yield Forest("forest", phrase("estimates"), phrase("column_difference"), rows, 0.0)
