"""Survival curves as steps with their bands, ticks where somebody was censored, numbers at risk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from trialrun.evaluation.figure_data import Curve, Survival
from trialrun.report.evaluation.figures.drawing import (
    COLOURS,
    SOFT,
    WIDTH,
    colour_of,
    dash_of,
    empty,
    in_order,
    legend_for,
    months_axis,
    rows_of,
    titled,
)
from trialrun.report.evaluation.voice import EvaluationVoice

_PANEL, _HEIGHT = WIDTH - 60, 320
_BELOW, _ROW = 66, 19
"""Pixels from the axis to the numbers at risk, and from one line of them to the next."""


def survival(figure: Survival, voice: EvaluationVoice) -> str:
    """Draw the curves; each goes on to the last month in which somebody was followed."""
    if not figure.curves:
        return empty(figure, voice)
    groups = in_order(voice.words(curve.group) for curve in figure.curves)
    last = max(_last(curve) for curve in figure.curves)
    month = months_axis(last, voice)
    share = alt.Y(
        "share:Q",
        title=voice.say("figure_survival"),
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    legend = legend_for(groups)
    if legend is not None:
        legend.symbolType, legend.symbolSize, legend.symbolStrokeWidth = "stroke", 500, 2.4
    steps = alt.Chart(
        rows_of(row for curve in figure.curves for row in _steps(curve, voice))
    ).encode(x=month, color=colour_of(groups, legend=legend))
    ticks = alt.Chart(
        rows_of(row for curve in figure.curves for row in _ticks(curve, voice))
    ).encode(x=month, y=share, color=colour_of(groups, legend=legend))
    chart = alt.layer(
        steps.mark_area(interpolate="step-after", opacity=0.16).encode(
            y=alt.Y("lower:Q", scale=alt.Scale(domain=[0, 1])), y2="upper:Q"
        ),
        steps.mark_line(interpolate="step-after", strokeWidth=2.2).encode(
            y=share, strokeDash=dash_of(groups, legend=legend)
        ),
        ticks.mark_tick(orient="vertical", size=11, thickness=1.6),
        *_at_risk(figure.curves, voice),
    )
    band = alt.TitleParams(
        voice.say("figure_band", percent=f"{100 * figure.level:g}%"),
        fontWeight="normal",
        fontSize=12,
        anchor="start",
        color=SOFT,
    )
    return titled(chart.properties(width=_PANEL, height=_HEIGHT, title=band), figure, voice)


def _last(curve: Curve) -> float:
    months = [step[0] for step in curve.steps] + [month for month, _ in curve.censored]
    return max([1.0, *months, *(month for month, _ in curve.at_risk)])


def _steps(curve: Curve, voice: EvaluationVoice) -> Iterator[dict[str, Any]]:
    group = voice.words(curve.group)
    steps = list(curve.steps)
    if not steps or steps[0][0] > 0:
        steps.insert(0, (0.0, 1.0, 1.0, 1.0))
    followed = max([steps[-1][0], *(month for month, _ in curve.censored)])
    for month, share, lower, upper in (*steps, (followed, *steps[-1][1:])):
        yield {"group": group, "month": month, "share": share, "lower": lower, "upper": upper}


def _ticks(curve: Curve, voice: EvaluationVoice) -> Iterator[dict[str, Any]]:
    group = voice.words(curve.group)
    return ({"group": group, "month": month, "share": share} for month, share in curve.censored)


def _at_risk(curves: Sequence[Curve], voice: EvaluationVoice) -> Iterator[Any]:
    """Yield the table below the axis, on the same scale, so that every number is at its month."""
    yield _written(voice.say("figure_at_risk"), _BELOW - 4, bold=True)
    for place, curve in enumerate(curves):
        top = _BELOW + (place + 1) * _ROW
        colour = COLOURS[place % len(COLOURS)]
        numbers = alt.Chart(rows_of({"month": month, "n": str(n)} for month, n in curve.at_risk))
        yield numbers.mark_text(color=colour).encode(
            x="month:Q", y=alt.value(_HEIGHT + top), text="n:N"
        )
        if len(curves) > 1:
            yield _written(voice.words(curve.group), top, colour)


def _written(text: str, below: int, colour: str = "#333", *, bold: bool = False) -> Any:
    """Write what stands left of the table, flush with the axis' labels."""
    said = alt.Chart(rows_of([{"said": text}]))
    return said.mark_text(
        align="left" if bold else "right",
        dx=-8 if bold else -16,
        color=colour,
        fontWeight="bold" if bold else "normal",
    ).encode(x=alt.value(0), y=alt.value(_HEIGHT + below), text="said:N")
