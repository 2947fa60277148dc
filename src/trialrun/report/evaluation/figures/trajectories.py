"""Values over time: everybody's as grey lines, and what a model or the mean says in bold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from trialrun.evaluation.figure_data import Path, Trajectories
from trialrun.report.evaluation.figures.drawing import (
    COLOURS,
    DASHES,
    FAINT,
    LINE,
    SOFT,
    WIDTH,
    empty,
    in_order,
    months_axis,
    rows_of,
    titled,
)
from trialrun.report.evaluation.voice import EvaluationVoice

_HEIGHT = 300
_MOST_ABREAST = 3
_BETWEEN = 30


def trajectories(figure: Trajectories, voice: EvaluationVoice) -> str:
    """Draw a panel for each group, all on one scale."""
    points = [point for path in (*figure.paths, *figure.fitted) for point in path.points]
    if not points:
        return empty(figure, voice)
    groups = in_order(voice.words(path.group) for path in (*figure.paths, *figure.fitted))
    months = [figure.turn or 0.0, *(month for month, _ in points)]
    month = months_axis(max(months), voice, min(months))
    abreast = min(len(groups), _MOST_ABREAST)
    width = (WIDTH - (abreast - 1) * _BETWEEN) // abreast
    panels = [
        _panel(figure, group, place, month, voice).properties(width=width, height=_HEIGHT)
        for place, group in enumerate(groups)
    ]
    if len(panels) == 1:
        return titled(panels[0].properties(title=_key(figure, voice)), figure, voice)
    titles = [
        panel.properties(title=alt.TitleParams(group, fontSize=13, anchor="start"))
        for group, panel in zip(groups, panels, strict=True)
    ]
    chart = alt.concat(
        *titles, columns=_MOST_ABREAST, spacing=_BETWEEN, title=_key(figure, voice)
    ).resolve_scale(y="shared")
    return titled(chart, figure, voice)


def _key(figure: Trajectories, voice: EvaluationVoice) -> alt.TitleParams:
    """Return the line above that says what is thin and what is bold."""
    return alt.TitleParams(
        voice.words(figure.key), fontWeight="normal", fontSize=12, anchor="start", color=SOFT
    )


def _panel(
    figure: Trajectories, group: str, place: int, month: alt.X, voice: EvaluationVoice
) -> Any:
    colour, dash = COLOURS[place % len(COLOURS)], DASHES[place % len(DASHES)]
    value = alt.Y(
        "value:Q",
        title=None if place % _MOST_ABREAST else voice.words(figure.axis),
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(tickCount=6),
    )
    own = alt.Chart(rows_of(_rows(figure.paths, group, voice))).encode(
        x=month, y=value, detail="line:N"
    )
    bold = alt.Chart(rows_of(_rows(figure.fitted, group, voice))).encode(
        x=month, y=value, detail="line:N"
    )
    layers = [
        own.mark_line(color=FAINT, strokeWidth=1),
        own.mark_point(color=LINE, filled=True, size=14, opacity=1),
        bold.mark_line(color=colour, strokeWidth=3.2, strokeDash=dash, strokeCap="round"),
        bold.mark_point(color=colour, filled=True, size=46, opacity=1),
    ]
    return alt.layer(*layers, *_turn(figure.turn, voice))


def _rows(paths: Sequence[Path], group: str, voice: EvaluationVoice) -> Iterator[dict[str, Any]]:
    for line, path in enumerate(paths):
        if voice.words(path.group) == group:
            yield from ({"line": line, "month": x, "value": y} for x, y in path.points)


def _turn(turn: float | None, voice: EvaluationVoice) -> Iterator[Any]:
    """Yield the line at which the slope may change, with its name at the top."""
    if turn is None:
        return
    data = rows_of([{"month": turn, "said": voice.say("figure_turn")}])
    at = alt.Chart(data).encode(x="month:Q")
    yield at.mark_rule(color=SOFT, strokeDash=[5, 4])
    yield at.mark_text(align="left", dx=5, dy=9, color=SOFT).encode(y=alt.value(0), text="said:N")
