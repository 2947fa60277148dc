"""Where a trial stops for toxicity, and how a plan behaves: steps, and curves of power."""

from __future__ import annotations

from typing import Any

import altair as alt

from trialrun.evaluation.figure_data import Boundary, PowerCurves
from trialrun.report.evaluation.figures.drawing import (
    COLOURS,
    SOFT,
    WIDTH,
    colour_of,
    dash_of,
    empty,
    in_order,
    legend_for,
    rows_of,
    shape_of,
    titled,
)
from trialrun.report.evaluation.voice import EvaluationVoice

_HEIGHT = 280
_RED, _BLUE = COLOURS[1], COLOURS[0]


def boundary(figure: Boundary, voice: EvaluationVoice) -> str:
    """Draw the boundary, all that stops the trial shaded, and what was seen."""
    if not figure.steps:
        return empty(figure, voice)
    most = max(n for n, _ in (*figure.steps, *figure.seen))
    top = max(events for _, events in (*figure.steps, *figure.seen)) + 1
    steps = [*figure.steps, (most, figure.steps[-1][1])]
    data = [{"n": n, "events": events, "top": top} for n, events in steps]
    x = alt.X(
        "n:Q",
        title=voice.say("figure_participants"),
        scale=alt.Scale(domain=[0, most], nice=False),
        axis=_WHOLE,
    )
    y = alt.Y(
        "events:Q",
        title=voice.words(figure.axis),
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=_WHOLE,
    )
    stops = alt.Chart(rows_of(data)).encode(x=x, y=y)
    seen = alt.Chart(rows_of({"n": n, "events": events} for n, events in figure.seen))
    chart = alt.layer(
        stops.mark_area(interpolate="step-after", color=_RED, opacity=0.14).encode(y2="top:Q"),
        stops.mark_line(interpolate="step-after", color=_RED, strokeWidth=2, strokeDash=[6, 3]),
        seen.mark_line(color=_BLUE, strokeWidth=2.2, interpolate="step-after").encode(x=x, y=y),
        seen.mark_point(color=_BLUE, filled=True, size=50, opacity=1).encode(x=x, y=y),
        _stop(voice, most, top),
    )
    return titled(chart.properties(width=WIDTH - 60, height=_HEIGHT), figure, voice)


_WHOLE = alt.Axis(tickMinStep=1, format="d", grid=False, domain=True, ticks=True, labelFlush=False)


def _stop(voice: EvaluationVoice, most: int, top: int) -> Any:
    said = alt.Chart(rows_of([{"n": most, "events": top, "said": voice.say("figure_stops")}]))
    return said.mark_text(align="right", dx=-8, dy=14, color=_RED, fontWeight="bold").encode(
        x="n:Q", y="events:Q", text="said:N"
    )


def power_curves(figure: PowerCurves, voice: EvaluationVoice) -> str:
    """Draw a line for each dropout, and the level of significance."""
    data: list[dict[str, Any]] = [
        {"group": voice.words(title), "effect": effect, "power": share}
        for title, points in figure.curves
        for effect, share in points
    ]
    if not data:
        return empty(figure, voice)
    groups = in_order(row["group"] for row in data)
    legend = legend_for(groups)
    if legend is not None:
        legend.symbolStrokeWidth = 0
    x = alt.X(
        "effect:Q",
        title=voice.words(figure.axis),
        axis=alt.Axis(grid=False, domain=True, tickCount=9, format="~g", labelFlush=False),
    )
    y = alt.Y(
        "power:Q",
        title=voice.words(figure.title),
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    lines = alt.Chart(rows_of(data)).encode(x=x, y=y, color=colour_of(groups, legend=legend))
    chart = alt.layer(
        _significance(figure, voice),
        lines.mark_line(strokeWidth=2.2).encode(strokeDash=dash_of(groups, legend=None)),
        lines.mark_point(filled=True, size=48, opacity=1).encode(
            shape=shape_of(groups, legend=legend)
        ),
    )
    return titled(chart.properties(width=WIDTH - 60, height=_HEIGHT), figure, voice)


def _significance(figure: PowerCurves, voice: EvaluationVoice) -> Any:
    level = f"{100 * figure.significance:g}%"
    said = voice.say("figure_significance", level=level)
    at = alt.Chart(rows_of([{"power": figure.significance, "said": said}])).encode(y="power:Q")
    return at.mark_rule(color=SOFT, strokeDash=[5, 4]) + at.mark_text(
        align="right", dx=-4, dy=-8, color=SOFT
    ).encode(x=alt.value(WIDTH - 60), text="said:N")
