"""Adverse events as dots: the share of each group, and between two their difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt

from trialrun.evaluation.figure_data import AdverseEventDots
from trialrun.report.boxes import INK
from trialrun.report.evaluation.figures.drawing import (
    FOLDED,
    SOFT,
    WIDTH,
    colour_of,
    empty,
    folded,
    in_order,
    legend_for,
    rows_of,
    shape_of,
    titled,
)
from trialrun.report.evaluation.voice import EvaluationVoice

_LABELS, _ROW = 250, 24


def adverse_event_dots(figure: AdverseEventDots, voice: EvaluationVoice) -> str:
    """Draw the shares, and beside them the differences where there are any."""
    if not figure.rows:
        return empty(figure, voice)
    compares = any(row.difference is not None for row in figure.rows)
    terms = [folded(voice.words(row.term), _LABELS) for row in figure.rows]
    tallest = max(term.count("\n") + 1 for term in terms)
    height = max(_ROW, 16 * tallest + 4) * len(terms)
    room = WIDTH - _LABELS + 140
    width = room // 2 - 10 if compares else room - 140
    chart = _shares(figure, terms, voice).properties(width=width, height=height)
    if compares:
        beside = _differences(figure, terms, voice).properties(width=width, height=height)
        chart = alt.hconcat(chart, beside, spacing=24)
    return titled(chart, figure, voice)


def _terms(terms: list[str], axis: alt.Axis | None) -> alt.Y:
    return alt.Y("term:N", sort=terms, title=None, axis=axis)


def _shares(figure: AdverseEventDots, terms: list[str], voice: EvaluationVoice) -> Any:
    data: list[dict[str, Any]] = [
        {"term": term, "group": voice.words(group), "share": share}
        for term, row in zip(terms, figure.rows, strict=True)
        for group, share in row.shares
    ]
    groups = in_order(row["group"] for row in data)
    legend = legend_for(groups)
    axis = alt.Axis(
        labelExpr=FOLDED,
        labelLimit=0,
        labelPadding=12,
        ticks=False,
        grid=True,
        gridDash=[1, 3],
    )
    share = alt.X(
        "share:Q",
        title=voice.say("figure_share"),
        scale=alt.Scale(domainMin=0, nice=True),
        axis=alt.Axis(tickCount=5, domain=True, ticks=True, grid=False, labelFlush=False),
    )
    return (
        alt.Chart(rows_of(data))
        .mark_point(filled=False, size=70, strokeWidth=2.2, opacity=1)
        .encode(
            x=share,
            y=_terms(terms, axis),
            color=colour_of(groups, legend=legend),
            shape=shape_of(groups, legend=legend),
        )
    )


def _differences(figure: AdverseEventDots, terms: list[str], voice: EvaluationVoice) -> Any:
    base = alt.Chart(rows_of(_compared(figure, terms))).encode(
        y=_terms(terms, alt.Axis(labels=False, ticks=False, grid=True, gridDash=[1, 3]))
    )
    title = voice.say("figure_difference")
    axis = alt.Axis(tickCount=5, domain=True, ticks=True, grid=False, labelFlush=False)
    null = alt.Chart(rows_of([{"value": 0}])).mark_rule(color=SOFT, strokeDash=[5, 4])
    return alt.layer(
        null.encode(x="value:Q"),
        base.mark_rule(strokeWidth=1.8).encode(x=alt.X("lower:Q", title=title), x2="upper:Q"),
        base.mark_point(filled=True, size=60, color=INK, opacity=1).encode(
            x=alt.X("value:Q", title=title, axis=axis)
        ),
    )


def _compared(figure: AdverseEventDots, terms: list[str]) -> Iterator[dict[str, Any]]:
    for term, row in zip(terms, figure.rows, strict=True):
        if row.difference is not None:
            value, lower, upper = row.difference
            yield {"term": term, "value": value, "lower": lower, "upper": upper}
