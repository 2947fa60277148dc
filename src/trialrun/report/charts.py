"""How a chart becomes SVG without a browser and without a network; its fonts and colours.

Text stays text, in the fonts of whoever reads it.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import vl_convert

FONT = (
    "'Helvetica Neue', Arial, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
)
BLUE, VERMILION, GREY, ORANGE = "#0072B2", "#D55E00", "#BFC5CC", "#E69F00"
"""Of the palette of Okabe and Ito (2008), which colour-blind people can tell apart; and a grey."""


def svg_of(chart: Any, *, aria: bool = True) -> str:
    """Draw a chart; `aria` false: its marks say nothing, since the figure has a name as a whole."""
    specification = chart.configure(
        aria=aria,
        font=FONT,
        axis=alt.AxisConfig(
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelColor="#333",
            titleColor="#555",
            domain=False,
            gridColor="#E7EAEE",
            labelFont=FONT,
            titleFont=FONT,
        ),
        legend=alt.LegendConfig(labelFontSize=12, labelFont=FONT),
        text=alt.MarkConfig(fontSize=12, font=FONT, color="#333"),
        view=alt.ViewConfig(stroke=None),
        background="transparent",
    ).to_dict()
    # No address is allowed: a figure that asks for data from elsewhere is a fault.
    svg: str = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    return _without_addresses(svg)


def _without_addresses(svg: str) -> str:
    """Drop the names of namespaces, which SVG inside HTML does not need: they look like links."""
    for namespace in (
        ' xmlns="http://www.w3.org/2000/svg"',
        ' xmlns:xlink="http://www.w3.org/1999/xlink"',
    ):
        svg = svg.replace(namespace, "")
    return svg
