"""The figures of a report as SVG, drawn without a browser and without a network.

Text stays text, in the fonts of whoever reads it. Figures show counts, criteria and months: no
patient, and nothing that a hospital wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt

from trialrun.records.dates import DateUnit, add
from trialrun.report.charts import BLUE, GREY, ORANGE, VERMILION, svg_of
from trialrun.report.numbers import signed
from trialrun.report.voice import Voice
from trialrun.screening.attrition import Loss
from trialrun.screening.gains import Gain

_WIDTH = 690
_ROW = 26
MONTHS_AHEAD = 12
_ROOM_FOR_NUMBERS = 1.25
_SENTENCE = 42
_LABEL_WIDTH = 290
_LABELS = alt.Axis(
    labelLimit=0, labelAlign="left", labelPadding=_LABEL_WIDTH, minExtent=_LABEL_WIDTH, ticks=False
)


def attrition_figure(losses: Sequence[Loss], names: Mapping[str, str], voice: Voice) -> str:
    """Draw for each criterion, in the order written, who is permitted, unknown and lost."""
    labels = [_label(loss.criterion, names) for loss in losses]
    edge = max([1, *(loss.before for loss in losses)]) * _ROOM_FOR_NUMBERS
    base = alt.Chart().encode(y=alt.Y("row:N", sort=labels, title=None, axis=_LABELS))
    bars = _bars_of(base, edge, voice.say("patients_axis"), _parts(voice))
    losing = base.mark_text(align="left", dx=6, color=VERMILION, fontWeight="bold").encode(
        x="before:Q", text="lost:N"
    )
    left = base.mark_text(align="right").encode(x="edge:Q", text="left:N")
    data = [
        row for loss, name in zip(losses, labels, strict=True) for row in _bars(loss, name, voice)
    ]
    said = [_numbers(loss, name, edge, voice) for loss, name in zip(losses, labels, strict=True)]
    chart = alt.layer(
        bars.properties(data=alt.InlineData(values=data)),
        losing.properties(data=alt.InlineData(values=said)),
        left.properties(data=alt.InlineData(values=said)),
    )
    return svg_of(chart.properties(width=_WIDTH, height=_ROW * max(len(losses), 1)))


def gains_figure(gains: Sequence[Gain], names: Mapping[str, str], voice: Voice) -> str:
    """Draw for each criterion what leaving it out would gain: for sure, and at most."""
    ranked = sorted(gains, key=lambda gain: (-gain.possible, -gain.eligible))
    labels = [_label(gain.criterion, names) for gain in ranked]
    edge = max([1, *(gain.possible for gain in ranked)]) * _ROOM_FOR_NUMBERS
    base = alt.Chart().encode(y=alt.Y("row:N", sort=labels, title=None, axis=_LABELS))
    parts = {voice.say("gain_sure"): BLUE, voice.say("gain_possible"): GREY}
    bars = _bars_of(base, edge, voice.say("gains_axis"), parts)
    numbers = base.mark_text(align="left", dx=6).encode(x="most:Q", text="said:N")
    data = [
        {"row": name, "part": part, "first": first, "last": last}
        for gain, name in zip(ranked, labels, strict=True)
        for part, first, last in zip(
            parts, (0, gain.eligible), (gain.eligible, gain.possible), strict=True
        )
    ]
    said = [
        {"row": name, "most": gain.possible, "said": _range(gain, voice)}
        for gain, name in zip(ranked, labels, strict=True)
    ]
    chart = alt.layer(
        bars.properties(data=alt.InlineData(values=data)),
        numbers.properties(data=alt.InlineData(values=said)),
    )
    return svg_of(chart.properties(width=_WIDTH, height=_ROW * len(ranked)))


def openings_figure(days: Sequence[date], on: date, voice: Voice) -> str:
    """Draw how many near misses open in each of the coming months, and how many later."""
    months = [_month(on, ahead) for ahead in range(MONTHS_AHEAD)]
    later = voice.say("later")
    counted = Counter(_written(day) if _written(day) <= months[-1] else later for day in days)
    data = [{"month": month, "n": counted[month]} for month in (*months, later)]
    base = alt.Chart(alt.InlineData(values=data)).encode(
        x=alt.X("month:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, ticks=False)),
        y=alt.Y("n:Q", title=None, axis=None),
    )
    bars = base.mark_bar(color=ORANGE, width={"band": 0.6})
    numbers = base.mark_text(dy=-7).encode(text="n:Q")
    title = alt.TitleParams(
        voice.say("openings_axis"), fontWeight="normal", fontSize=12, anchor="start"
    )
    return svg_of((bars + numbers).properties(width=_WIDTH + _LABEL_WIDTH, height=110, title=title))


def _parts(voice: Voice) -> dict[str, str]:
    """Return the parts of a bar of the attrition, and their colours."""
    return dict(
        zip(map(voice.say, ("left", "unknown", "lost")), (BLUE, GREY, VERMILION), strict=True)
    )


def _bars_of(base: alt.Chart, edge: float, axis: str, parts: Mapping[str, str]) -> alt.Chart:
    """Return bars of coloured parts, from 0 to an edge that leaves room for numbers."""
    bars: alt.Chart = base.mark_bar(height=_ROW * 0.6).encode(
        x=alt.X(
            "first:Q",
            title=axis,
            scale=alt.Scale(domain=[0, edge], nice=False),
            axis=alt.Axis(tickCount=min(5, int(edge)), format=",d", tickMinStep=1),
        ),
        x2="last:Q",
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=list(parts), range=list(parts.values())),
            legend=alt.Legend(title=None, orient="top", direction="horizontal", labelLimit=0),
        ),
    )
    return bars


def _range(gain: Gain, voice: Voice) -> str:
    if gain.eligible == gain.possible:
        return signed(gain.possible)
    sure, possible = signed(gain.eligible), signed(gain.possible)
    return voice.say("from_sure_to_possible", sure=sure, possible=possible)


def _label(criterion: str, names: Mapping[str, str]) -> str:
    name = names[criterion]
    short = name if len(name) <= _SENTENCE else f"{name[: _SENTENCE - 1].rstrip()}…"
    return f"{criterion}  {short}"


def _bars(loss: Loss, name: str, voice: Voice) -> list[dict[str, Any]]:
    permitted = loss.before - loss.lost - loss.unknown
    ends = [0, permitted, loss.after, loss.before]
    return [
        {"row": name, "part": part, "first": first, "last": last}
        for part, first, last in zip(_parts(voice), ends, ends[1:], strict=False)
    ]


def _numbers(loss: Loss, name: str, edge: float, voice: Voice) -> dict[str, Any]:
    return {
        "row": name,
        "before": loss.before,
        "edge": edge,
        "lost": signed(-loss.lost) if loss.lost else "",
        "left": voice.say("n_left", n=loss.after),
    }


def _month(on: date, ahead: int) -> str:
    return _written(add(on.replace(day=1), ahead, DateUnit.MONTHS))


def _written(day: date) -> str:
    return f"{day:%Y-%m}"
