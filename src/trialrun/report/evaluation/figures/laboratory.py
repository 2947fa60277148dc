"""Laboratory values: baseline against the worst later one, and the liver by Hy's law."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import altair as alt

from trialrun.evaluation.figure_data import HysLaw, LaboratoryShift, LiverPoint, ShiftPoint
from trialrun.report.evaluation.figures.drawing import (
    LINE,
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

_ABREAST, _SIDE, _BETWEEN = 4, 170, 34
_MULTIPLES = (1, 2, 3)
_WIDE_RANGE = 10
_TICKS = (0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500)
_LIVER_HEIGHT = 420


def laboratory_shift(figure: LaboratoryShift, voice: EvaluationVoice) -> str:
    """Draw a panel for each parameter, with the line of no change and 1, 2, 3 times normal."""
    panels = [(title, points) for title, points in figure.panels if points]
    if not panels:
        return empty(figure, voice)
    groups = in_order(voice.words(point.group) for _, points in panels for point in points)
    drawn = [
        _panel(points, groups, voice).properties(
            width=_SIDE,
            height=_SIDE,
            title=alt.TitleParams(
                folded(voice.words(title), _SIDE).split("\n"), fontSize=12, anchor="start"
            ),
        )
        for title, points in panels
    ]
    columns = min(_ABREAST, len(drawn))
    chart = alt.concat(*drawn, columns=columns, spacing=_BETWEEN).resolve_scale(
        x="independent", y="independent"
    )
    return titled(chart, figure, voice)


def _panel(points: Sequence[ShiftPoint], groups: Sequence[str], voice: EvaluationVoice) -> Any:
    data = [
        {"group": voice.words(one.group), "baseline": one.baseline, "worst": one.worst}
        for one in points
    ]
    values = [value for one in points for value in (one.baseline, one.worst)]
    scale, axis, ends = _scale_of(values)
    x = alt.X("baseline:Q", title=voice.say("figure_baseline"), scale=scale, axis=axis)
    y = alt.Y("worst:Q", title=voice.say("figure_worst"), scale=scale, axis=axis)
    legend = legend_for(groups)
    dots = alt.Chart(rows_of(data)).mark_point(size=34, strokeWidth=1.5, opacity=0.9)
    seen = [one for one in _MULTIPLES if ends[0] <= one <= ends[1]]
    limits = alt.Chart(rows_of({"worst": one, "baseline": one} for one in seen))
    same = alt.Chart(rows_of({"baseline": end, "worst": end} for end in ends))
    return alt.layer(
        same.mark_line(color=LINE, strokeWidth=1).encode(x=x, y=y),
        limits.mark_rule(color=SOFT, strokeDash=[4, 3], strokeWidth=0.9).encode(y=y),
        limits.transform_filter("datum.baseline == 1")
        .mark_rule(color=SOFT, strokeDash=[4, 3], strokeWidth=0.9)
        .encode(x=x),
        dots.encode(
            x=x,
            y=y,
            color=colour_of(groups, legend=legend),
            shape=shape_of(groups, legend=legend),
        ),
    )


def _scale_of(values: Sequence[float]) -> tuple[alt.Scale, alt.Axis, tuple[float, float]]:
    """Return one scale for both axes: logarithmic where the values span a power of ten."""
    low, high = min(values), max(values)
    if low > 0 and high / low >= _WIDE_RANGE:
        ends = low / 1.2, high * 1.2
        ticks = [tick for tick in _TICKS if ends[0] <= tick <= ends[1]]
        axis = alt.Axis(values=ticks, format="~g", grid=False, domain=True)
        return alt.Scale(type="log", domain=list(ends), nice=False), axis, ends
    margin = 0.06 * (high - low) or 0.1
    ends = low - margin, high + margin
    axis = alt.Axis(tickCount=4, format="~g", grid=False, domain=True)
    return alt.Scale(domain=list(ends), nice=False, zero=False), axis, ends


def hys_law(figure: HysLaw, voice: EvaluationVoice) -> str:
    """Draw the peaks on logarithmic axes; the candidates of Hy's law are named."""
    if not figure.points:
        return empty(figure, voice)
    groups = in_order(voice.words(point.group) for point in figure.points)
    data = [_peaks(point, voice) for point in figure.points]
    right = _edge(max(one["alt"] for one in data), figure.aminotransferase)
    top = _edge(max(one["bilirubin"] for one in data), figure.bilirubin)
    left, bottom = (min(0.1, *(one[of] for one in data)) / 1.1 for of in ("alt", "bilirubin"))
    x = alt.X(
        "alt:Q", title=voice.say("figure_aminotransferase"), scale=_log(left, right), axis=_TIMES
    )
    y = alt.Y(
        "bilirubin:Q", title=voice.say("figure_bilirubin"), scale=_log(bottom, top), axis=_TIMES
    )
    legend = legend_for(groups)
    points = alt.Chart(rows_of(data)).encode(x=x, y=y)
    named = points.transform_filter("datum.candidate")
    chart = alt.layer(
        *_limits(figure, x, y),
        *_quadrants(voice),
        points.mark_point(size=55, strokeWidth=1.7, opacity=1).encode(
            color=colour_of(groups, legend=legend), shape=shape_of(groups, legend=legend)
        ),
        named.mark_text(align="left", dx=8, dy=-7, fontWeight="bold").encode(text="subject:N"),
    )
    return titled(chart.properties(width=WIDTH - 60, height=_LIVER_HEIGHT), figure, voice)


_TIMES = alt.Axis(values=list(_TICKS), format="~g", grid=False, domain=True, ticks=True)


def _peaks(point: LiverPoint, voice: EvaluationVoice) -> dict[str, Any]:
    return {
        "subject": point.subject,
        "group": voice.words(point.group),
        "alt": point.aminotransferase,
        "bilirubin": point.bilirubin,
        "candidate": point.is_candidate,
    }


def _edge(highest: float, limit: float) -> float:
    """Return an end of an axis that leaves room above what is seen, and above the limit."""
    return max(highest * 1.5, limit * math.sqrt(10))


def _log(first: float, last: float) -> alt.Scale:
    return alt.Scale(type="log", domain=[first, last], nice=False)


def _limits(figure: HysLaw, x: alt.X, y: alt.Y) -> Iterator[Any]:
    limits = {"alt": figure.aminotransferase, "bilirubin": figure.bilirubin}
    at = alt.Chart(rows_of([limits]))
    yield at.mark_rule(color=SOFT, strokeDash=[5, 4]).encode(x=x)
    yield at.mark_rule(color=SOFT, strokeDash=[5, 4]).encode(y=y)


def _quadrants(voice: EvaluationVoice) -> Iterator[Any]:
    """Yield the names of the quadrants, each in its outer corner."""
    width, height = WIDTH - 60, _LIVER_HEIGHT
    corners: tuple[tuple[str, int, int, Literal["left", "right"]], ...] = (
        ("figure_cholestasis", 8, 14, "left"),
        ("figure_hys_law", width - 8, 14, "right"),
        ("figure_near_normal", 8, height - 12, "left"),
        ("figure_temple", width - 8, height - 12, "right"),
    )
    for key, left, top, align in corners:
        said = alt.Chart(rows_of([{"said": voice.say(key)}]))
        yield said.mark_text(align=align, color=SOFT, fontStyle="italic").encode(
            x=alt.value(left), y=alt.value(top), text="said:N"
        )
