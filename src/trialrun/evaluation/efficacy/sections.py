"""Efficacy as parts of the report: each estimand with its analyses, and all estimates together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.evaluation.efficacy.outcome import Headline, Outcome
from trialrun.evaluation.figure_data import Forest, ForestRow
from trialrun.evaluation.numbers import interval, number, p_value
from trialrun.evaluation.results import Cell, Listed, Row, Section, Table, Words, phrase, wording
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Estimand


def efficacy(study: Study, outcomes: Sequence[Outcome]) -> Iterator[Section]:
    """Yield the estimates of all analyses, then a section for each estimand."""
    if outcomes:
        yield _overview(outcomes)
    for estimand in study.plan.estimands:
        of = [outcome for outcome in outcomes if outcome.analysis.estimand == estimand.id]
        if of:
            yield _section(study, estimand, of)


def _overview(outcomes: Sequence[Outcome]) -> Section:
    """Return every headline estimate, in the order of the plan."""
    headlines = [headline for outcome in outcomes for headline in outcome.headlines]
    rows = tuple(Row(one.label, _cells(one)) for one in headlines)
    columns = tuple(phrase(f"column_{name}") for name in ("estimate", "interval", "p"))
    table = Table("estimates", phrase("estimates"), columns, rows)
    return Section(
        "efficacy", phrase("efficacy"), tables=(table,), figures=tuple(_forest(headlines))
    )


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


def _section(study: Study, estimand: Estimand, outcomes: Sequence[Outcome]) -> Section:
    said = [*_attributes(study, estimand), *(words for one in outcomes for words in one.said)]
    return Section(
        f"estimand-{estimand.id}",
        wording(estimand.title, estimand.title_zh),
        tuple(said),
        tuple(table for one in outcomes for table in one.tables),
        tuple(figure for one in outcomes for figure in one.figures),
    )


def _attributes(study: Study, estimand: Estimand) -> Iterator[Words]:
    """Yield the attributes of an estimand (ICH E9(R1), A.3.1), each a sentence."""
    if estimand.treatment:
        yield phrase("estimand_treatment", words=wording(estimand.treatment, estimand.treatment_zh))
    of, variable = study.sets[estimand.set], study.variables[estimand.variable]
    yield phrase("estimand_population", words=wording(of.title, of.title_zh))
    yield phrase("estimand_variable", words=wording(variable.title, variable.title_zh))
    if estimand.intercurrent:
        strategies = tuple(
            phrase(
                "event_by_strategy",
                event=wording(study.trial_events[event].title, study.trial_events[event].title_zh),
                strategy=phrase(f"strategy_{strategy.name.lower()}"),
            )
            for event, strategy in estimand.intercurrent.items()
        )
        yield phrase("estimand_intercurrent", words=Listed(strategies))
    if estimand.summary:
        yield phrase("estimand_summary", words=wording(estimand.summary, estimand.summary_zh))
