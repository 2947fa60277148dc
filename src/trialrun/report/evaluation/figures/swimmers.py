"""A lane for each subject: bars of what went on, marks of what happened, an arrow who goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from trialrun.evaluation.figure_data import Lane, Swimmer
from trialrun.report.evaluation.figures.drawing import (
    COLOURS,
    FAINT,
    WIDTH,
    empty,
    in_order,
    months_axis,
    rows_of,
    titled,
)
from trialrun.report.evaluation.voice import EvaluationVoice

_BARS = ("#D3DAE1", COLOURS[0], "#F3D9A4", FAINT)
"""The first is light, so that what lies on it stands out, in grey too."""
_MARKS = {
    "severe event": (COLOURS[1], "triangle-up"),
    "death": (COLOURS[6], "cross"),
    "completed": (COLOURS[2], "circle"),
    "discontinued": (COLOURS[3], "diamond"),
}
_OTHER_MARK = (COLOURS[4], "square")
_MOST_HEIGHT, _LANE, _LEAST_LANE = 1000, 21, 3
_LEAST_WITH_NAMES = 12


def swimmer(figure: Swimmer, voice: EvaluationVoice) -> str:
    """Draw the lanes in their order; where there are too many for names, without them."""
    if not figure.lanes:
        return empty(figure, voice)
    lane = max(_LEAST_LANE, min(_LANE, _MOST_HEIGHT // len(figure.lanes)))
    last = max([1.0, *(_end(one) for one in figure.lanes)])
    month = months_axis(last * 1.02, voice)
    order = [one.subject for one in figure.lanes]
    y = alt.Y(
        "subject:N",
        sort=order,
        title=None,
        axis=alt.Axis(ticks=False, grid=False, labelPadding=12, labels=lane >= _LEAST_WITH_NAMES),
    )
    chart = alt.layer(
        _bars(figure.lanes, y, month, voice, lane),
        _marks(figure.lanes, y, month, voice, lane),
        _ongoing(figure.lanes, y, month),
    ).resolve_scale(color="independent", fill="independent", shape="independent")
    height = lane * len(figure.lanes)
    return titled(chart.properties(width=WIDTH - 40, height=height), figure, voice)


def _end(lane: Lane) -> float:
    return max([0.0, *(end for _, _, end in lane.bars), *(at for _, at in lane.marks)])


def _bars(lanes: Sequence[Lane], y: alt.Y, month: alt.X, voice: EvaluationVoice, lane: int) -> Any:
    data: list[dict[str, Any]] = [
        {"subject": one.subject, "kind": _kind(kind, voice), "month": first, "end": end}
        for one in lanes
        for kind, first, end in one.bars
    ]
    kinds = in_order(row["kind"] for row in data)
    return (
        alt.Chart(rows_of(data))
        .mark_bar(height=lane * 0.66)
        .encode(x=month, x2="end:Q", y=y, color=alt.Color("kind:N", **_looks(kinds, _BARS)))
    )


def _marks(lanes: Sequence[Lane], y: alt.Y, month: alt.X, voice: EvaluationVoice, lane: int) -> Any:
    kinds = in_order(kind for one in lanes for kind, _ in one.marks)
    looks = [_MARKS.get(kind, _OTHER_MARK) for kind in kinds]
    data = [
        {"subject": one.subject, "kind": _kind(kind, voice), "month": at}
        for one in lanes
        for kind, at in one.marks
    ]
    said = [_kind(kind, voice) for kind in kinds]
    return (
        alt.Chart(rows_of(data))
        .mark_point(filled=True, opacity=1, size=max(20, lane * 4), stroke="white", strokeWidth=0.8)
        .encode(
            x=month,
            y=y,
            fill=alt.Fill("kind:N", **_looks(said, [colour for colour, _ in looks])),
            shape=alt.Shape("kind:N", **_looks(said, [shape for _, shape in looks])),
        )
    )


def _ongoing(lanes: Sequence[Lane], y: alt.Y, month: alt.X) -> Any:
    data = [{"subject": one.subject, "month": _end(one)} for one in lanes if one.ongoing]
    return (
        alt.Chart(rows_of(data))
        .mark_text(text="▶", align="left", dx=1, color=COLOURS[0], fontSize=10)
        .encode(x=month, y=y)
    )


def _kind(kind: str, voice: EvaluationVoice) -> str:
    return voice.say(f"lane_{kind.replace(' ', '_').replace('-', '_')}")


def _looks(kinds: Sequence[str], looks: Sequence[str]) -> dict[str, Any]:
    return {
        "scale": alt.Scale(domain=list(kinds), range=[looks[n] for n in range(len(kinds))]),
        "legend": alt.Legend(
            title=None, orient="top", direction="horizontal", labelLimit=0, columns=6
        ),
    }
