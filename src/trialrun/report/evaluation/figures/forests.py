"""Estimates below one another: a point, its interval, and both as written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from trialrun.evaluation.figure_data import Forest, ForestRow
from trialrun.report.evaluation.figures.drawing import (
    COLOURS,
    SOFT,
    empty,
    folded,
    rows_of,
    titled,
)
from trialrun.report.evaluation.voice import EvaluationVoice

_LABELS, _PANEL, _LINE = 320, 420, 17
_BLUE = COLOURS[0]
_MARGIN = 0.05


def forest(figure: Forest, voice: EvaluationVoice) -> str:
    """Draw a forest; ratios, whose null value is 1, on a logarithmic axis."""
    if not figure.rows:
        return empty(figure, voice)
    is_ratio = figure.null == 1
    first, last = _ends(figure, is_ratio=is_ratio)
    labels = [folded(voice.words(row.label), _LABELS) for row in figure.rows]
    rows = list(_rows(figure.rows, first, last, voice))
    order = [row["row"] for row in rows]
    label = alt.Axis(
        title=None,
        labelExpr=f"split({_by_row(labels)}[datum.value], '\\n')",
        labelLimit=0,
        labelAlign="left",
        labelPadding=_LABELS + 10,
        labelLineHeight=_LINE - 2,
        ticks=False,
        grid=False,
        domain=False,
    )
    scale = alt.Scale(domain=[first, last], nice=False, type="log" if is_ratio else "linear")
    base = alt.Chart(rows_of(rows)).encode(y=alt.Y("row:O", sort=order, axis=label))
    estimate = alt.X(
        "value:Q",
        title=voice.words(figure.axis),
        scale=scale,
        axis=alt.Axis(tickCount=6, domain=True, ticks=True),
    )
    chart = alt.layer(
        _null(figure, scale),
        *_intervals(base, scale),
        base.mark_point(shape="square", filled=True, size=70, color=_BLUE, opacity=1).encode(
            x=estimate
        ),
        base.mark_text(align="left").encode(x=alt.value(_PANEL + 16), text="shown:N"),
        _head(voice),
    )
    tallest = max(len(label.split("\n")) for label in labels)
    step = max(28, tallest * _LINE + 6)
    return titled(chart.properties(width=_PANEL, height=step * len(rows)), figure, voice)


def _intervals(base: alt.Chart, scale: alt.Scale) -> Iterator[Any]:
    """Yield the intervals, with an arrow at an end that is open."""
    lower = alt.X("lower:Q", scale=scale)
    yield base.mark_rule(color=_BLUE, strokeWidth=2).encode(x=lower, x2="upper:Q")
    for end, shape in (("lower", "triangle-left"), ("upper", "triangle-right")):
        is_open = base.transform_filter(f"datum.{end}_open")
        yield is_open.mark_point(shape=shape, filled=True, size=60, color=_BLUE, opacity=1).encode(
            x=f"{end}:Q"
        )


def _by_row(labels: Sequence[str]) -> str:
    """Return the labels as an expression, by the number of the row."""
    written = ",".join("'" + _quoted(label) + "'" for label in labels)
    return f"[{written}]"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")


def _ends(figure: Forest, *, is_ratio: bool) -> tuple[float, float]:
    """Return the ends of the axis: all that is finite, with the null value and a margin."""
    found = [figure.null]
    for row in figure.rows:
        found += [x for x in (row.value, row.lower, row.upper) if math.isfinite(x)]
    if is_ratio:
        logs = [math.log(x) for x in found if x > 0]
        margin = _MARGIN * (max(logs) - min(logs)) or 1
        return math.exp(min(logs) - margin), math.exp(max(logs) + margin)
    margin = _MARGIN * (max(found) - min(found)) or 1
    return min(found) - margin, max(found) + margin


def _rows(
    rows: Sequence[ForestRow], first: float, last: float, voice: EvaluationVoice
) -> Iterator[dict[str, Any]]:
    """Yield the rows; an interval that goes on beyond the axis ends there, and is open."""
    for place, row in enumerate(rows):
        yield {
            "row": place,
            "value": row.value,
            "lower": max(row.lower, first),
            "upper": min(row.upper, last),
            "lower_open": row.lower < first,
            "upper_open": row.upper > last,
            "shown": voice.words(row.shown),
        }


def _null(figure: Forest, scale: alt.Scale) -> Any:
    at = alt.Chart(rows_of([{"value": figure.null}]))
    return at.mark_rule(color=SOFT, strokeDash=[5, 4]).encode(x=alt.X("value:Q", scale=scale))


def _head(voice: EvaluationVoice) -> Any:
    said = alt.Chart(rows_of([{"said": voice.say("figure_estimate_interval")}]))
    return said.mark_text(align="left", color=SOFT, dy=-10).encode(
        x=alt.value(_PANEL + 16), y=alt.value(0), text="said:N"
    )
