"""What the figures of an evaluation share: how groups look, how a chart is named, what is empty.

Groups differ by colour, by dash and by shape, so that a print in grey still tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import altair as alt

from trialrun.evaluation.results import Figure
from trialrun.report.boxes import RULE, lines_within
from trialrun.report.charts import FONT, svg_of
from trialrun.report.evaluation.voice import EvaluationVoice

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito (2008), the ones first that are dark on paper."""
DASHES = ([1, 0], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 4], [1, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")
SOFT, LINE, FAINT = "#5D6B7A", RULE, "#B4BCC5"

WIDTH = 860
"""Of one whole panel, without its axis and what is written beside it."""


def titled(chart: Any, figure: Figure, voice: EvaluationVoice) -> str:
    """Draw a chart that says what it is to whoever cannot see it."""
    return named(svg_of(chart, aria=False), figure, voice)


def named(svg: str, figure: Figure, voice: EvaluationVoice) -> str:
    """Give an SVG its title, which browsers show and screen readers read."""
    title = escape(voice.words(figure.title))
    head, body = svg.split(">", 1)
    tag = head.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
    return f"{tag}><title>{title}</title>{body}"


def empty(figure: Figure, voice: EvaluationVoice) -> str:
    """Draw the figure of no data: it says so, where a blank would leave that open."""
    said = escape(voice.say("figure_empty"))
    svg = (
        f'<svg viewBox="0 0 {WIDTH} 80" width="{WIDTH}" height="80"'
        f' font-family="{escape(FONT)}" font-size="13" fill="{SOFT}">'
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="79" fill="none" stroke="{FAINT}"'
        f' stroke-dasharray="4 4"/><text x="{WIDTH // 2}" y="45" text-anchor="middle">{said}</text>'
        f"</svg>"
    )
    return named(svg, figure, voice)


def rows_of(rows: Iterable[dict[str, Any]]) -> alt.InlineData:
    """Return the data of a chart."""
    return alt.InlineData(values=list(rows))


def in_order(names: Iterable[str]) -> list[str]:
    """Return each name once, in the order of first use."""
    return list(dict.fromkeys(names))


def colour_of(groups: Sequence[str], *, legend: alt.Legend | None) -> alt.Color:
    """Return the colours of groups, in their order."""
    return alt.Color("group:N", scale=_scale(groups, COLOURS), legend=legend)


def dash_of(groups: Sequence[str], *, legend: alt.Legend | None) -> alt.StrokeDash:
    """Return the dashes of groups, in their order."""
    return alt.StrokeDash("group:N", scale=_scale(groups, DASHES), legend=legend)


def shape_of(groups: Sequence[str], *, legend: alt.Legend | None) -> alt.Shape:
    """Return the shapes of groups, in their order."""
    return alt.Shape("group:N", scale=_scale(groups, SHAPES), legend=legend)


def legend_for(groups: Sequence[str]) -> alt.Legend | None:
    """Return the legend above a figure; one group alone needs none."""
    if len(groups) < 2:
        return None
    return alt.Legend(
        title=None,
        orient="top",
        direction="horizontal",
        labelLimit=0,
        symbolStrokeWidth=2,
        symbolOpacity=1,
        columnPadding=18,
    )


def _scale(groups: Sequence[str], looks: Sequence[Any]) -> alt.Scale:
    return alt.Scale(domain=list(groups), range=[looks[n % len(looks)] for n in range(len(groups))])


def folded(text: str, pixels: int) -> str:
    """Break a label into lines; `FOLDED` shows them."""
    return "\n".join(lines_within(text, pixels))


FOLDED = "split(datum.label, '\\n')"


def nice_step(span: float) -> float:
    """Return the step of an axis of months: of 1, 3, 6 or 12, so that few labels stand there."""
    return next((step for step in (1, 3, 6) if span / step <= 12), 12)


def months_axis(last: float, voice: EvaluationVoice, first: float = 0.0) -> alt.X:
    """Return an axis of months; its ticks count from day 0, and it may begin before."""
    step = nice_step(last)
    ticks = [step * n for n in range(int(last / step + 1e-9) + 1)]
    return alt.X(
        "month:Q",
        title=voice.say("figure_months"),
        scale=alt.Scale(domain=[min(first, 0.0), last], nice=False),
        axis=alt.Axis(
            values=ticks, format="d", grid=False, domain=True, ticks=True, labelFlush=False
        ),
    )
