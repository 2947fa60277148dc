"""The flow of participants (CONSORT 2010): the trunk, who left at its side, a branch per arm.

Laid out by hand, since boxes grow with their reasons. A branch has the boxes of CONSORT's
allocation, follow-up and end, each with one or more of the counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest

from trialrun.evaluation.figure_data import FlowBox, ParticipantFlow
from trialrun.report.boxes import INK, PAD, RULE, arrow, box, height_of, lines_within
from trialrun.report.charts import FONT
from trialrun.report.evaluation.figures.drawing import empty, named
from trialrun.report.evaluation.voice import EvaluationVoice

WIDTH = 940
_EDGE, _GAP, _BETWEEN = 10, 34, 22
_TRUNK, _SIDE, _WIDEST = 340, 330, 420
_AT_SIDE = "screen-failures"
_STAGES = (("arm", "dosed"), ("discontinued",), ("completed", "ongoing"))
"""Which counts of a branch share a box, from the top; any other has a box of its own below."""


def participant_flow(figure: ParticipantFlow, voice: EvaluationVoice) -> str:
    """Draw the flow; text stays text."""
    if not figure.trunk and not figure.branches:
        return empty(figure, voice)
    trunk = _Trunk(figure.trunk, voice, _middle(figure))
    drawn, top = trunk.drawn()
    below, bottom = _branches(figure, voice, trunk.middle, top)
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {bottom}" width="{WIDTH}" height="{bottom}"'
        f' font-family="{escape(FONT)}" font-size="13" fill="{INK}">{drawn}{below}</svg>'
    )
    return named(svg, figure, voice)


def _middle(figure: ParticipantFlow) -> int:
    """Return where the trunk runs: in the middle, or left of it where one arm lies below."""
    if len(figure.branches) > 1:
        return WIDTH // 2
    return (WIDTH - _SIDE - _BETWEEN) // 2


@dataclass(frozen=True)
class _Trunk:
    """What all participants have in common, above the branches."""

    boxes: Sequence[FlowBox]
    voice: EvaluationVoice
    middle: int

    def drawn(self) -> tuple[str, int]:
        """Return the trunk, and the height at which it ends."""
        parts: list[str] = []
        top = _EDGE
        end = None
        left = self.middle - _TRUNK // 2
        for one in self.boxes:
            if one.id == _AT_SIDE:
                parts, top = self._beside(parts, one, top)
                continue
            if end is not None:
                parts.append(arrow(self.middle, end, self.middle, top))
            lines = _lines([one], self.voice, _TRUNK)
            parts.append(box(left, top, _TRUNK, lines))
            end = top + height_of(lines)
            top = end + _GAP
        return "".join(parts), _EDGE if end is None else end

    def _beside(self, parts: list[str], one: FlowBox, top: int) -> tuple[list[str], int]:
        """Put a box beside the line that leads on, and make room for it."""
        left = self.middle + _TRUNK // 2 + _BETWEEN
        width = min(_SIDE, WIDTH - _EDGE - left)
        lines = _lines([one], self.voice, width)
        height = height_of(lines)
        upper = top - _GAP + _BETWEEN // 2
        level = upper + height // 2
        drawn = [box(left, upper, width, lines), arrow(self.middle, level, left, level)]
        return [*parts, *drawn], upper + height + _GAP // 2


def _branches(
    figure: ParticipantFlow, voice: EvaluationVoice, middle: int, top: int
) -> tuple[str, int]:
    """Return the branches below the trunk, and the height at which the figure ends."""
    count = len(figure.branches)
    if count == 0:
        return "", top + _EDGE
    if count == 1:
        return _stages([middle], figure, voice, _TRUNK, top)
    room = (WIDTH - 2 * _EDGE - (count - 1) * _BETWEEN) // count
    middles = [_EDGE + room // 2 + n * (room + _BETWEEN) for n in range(count)]
    level = top + _GAP
    drawn, bottom = _stages(middles, figure, voice, min(_WIDEST, room), level)
    return _fork(middle, middles, top, level) + drawn, bottom


def _stages(
    middles: Sequence[int], figure: ParticipantFlow, voice: EvaluationVoice, width: int, start: int
) -> tuple[str, int]:
    """Return the boxes of the branches; those of one stage stand side by side."""
    stages = [[_lines(boxes, voice, width) for boxes in _staged(one)] for one in figure.branches]
    ends = dict.fromkeys(middles, start)
    parts = []
    for row in zip_longest(*stages, fillvalue=list[str]()):
        upper = max(ends.values()) + _GAP
        for at, lines in zip(middles, row, strict=True):
            if lines:
                parts += [
                    arrow(at, ends[at], at, upper),
                    box(at - width // 2, upper, width, lines),
                ]
                ends[at] = upper + height_of(lines)
    return "".join(parts), max(ends.values()) + _EDGE


def _fork(middle: int, middles: Sequence[int], top: int, level: int) -> str:
    return _line(middle, top, middle, level) + _line(middles[0], level, middles[-1], level)


def _line(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{RULE}" stroke-width="1.5"/>'


def _staged(branch: Sequence[FlowBox]) -> Iterator[list[FlowBox]]:
    """Yield the counts of each box of a branch, from the top."""
    by_id: Mapping[str, FlowBox] = {one.id: one for one in branch}
    for stage in _STAGES:
        if held := [by_id[name] for name in stage if name in by_id]:
            yield held
    known = {name for stage in _STAGES for name in stage}
    yield from ([one] for one in branch if one.id not in known)


def _lines(boxes: Sequence[FlowBox], voice: EvaluationVoice, width: int) -> list[str]:
    said = []
    for one in boxes:
        said.append(voice.say("flow_box", label=one.label, n=f"{one.count:,}"))
        said += [
            "    " + voice.say("flow_box", label=reason, n=f"{n:,}") for reason, n in one.reasons
        ]
    return [part for line in said for part in lines_within(line, width - 2 * PAD - 16)]
