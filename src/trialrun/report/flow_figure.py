"""The flow of participants (CONSORT 2010, item 13) as SVG: boxes, arrows, counts and reasons.

Laid out by hand, since its boxes grow with what stands in them. Counts nothing: every number comes
with the flow. Text stays text, and takes its colours from attributes, because the pages allow no
style inside a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from trialrun.conduct.reading.flow import Flow
from trialrun.report.boxes import INK, PAD, arrow, box, height_of, lines_within
from trialrun.report.charts import FONT
from trialrun.report.voice import Voice

WIDTH = 860
_MAIN_X, _MAIN_WIDTH = 20, 380
_SIDE_X, _SIDE_WIDTH = 480, 360
_GAP = 34
MOST_REASONS = 8
"""How many reasons a box names; the others are counted together."""

Name = Callable[[str], str]


@dataclass(frozen=True)
class _Row:
    """A box of the main line, and the one beside it with who left there."""

    main: Sequence[str]
    side: Sequence[str] = ()

    @property
    def height(self) -> int:
        return max(height_of(self.main), height_of(self.side))


def flow_figure(flow: Flow, voice: Voice, name: Name) -> str:
    """Draw the flow; `name` puts statuses and reasons of the trial into the reader's language."""
    rows = [_wrapped(row) for row in _rows(flow, voice, name)]
    drawn: list[str] = []
    top = _GAP // 2
    for place, row in enumerate(rows):
        is_last = place == len(rows) - 1
        drawn.extend(_drawn(row, top, is_last=is_last))
        top += row.height + _GAP
    title = escape(voice.say("flow"))
    head = (
        f'<svg viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" role="img"'
        f' aria-label="{title}" font-family="{escape(FONT)}" font-size="13" fill="{INK}">'
    )
    return f"{head}<title>{title}</title>{''.join(drawn)}</svg>"


def _rows(flow: Flow, voice: Voice, name: Name) -> Iterator[_Row]:
    def counted(key: str, number: int, reasons: Mapping[str, int] | None = None) -> list[str]:
        return [voice.say(key, n=number), *_reasons(reasons or {}, voice, name)]

    def counted_if_any(key: str, number: int) -> list[str]:
        return counted(key, number) if number else []

    yield _Row(
        [*counted("flow_assessed", flow.assessed), *_of_which(flow, voice)],
        [
            *counted("flow_refused", flow.refused),
            *counted_if_any("flow_not_taken_in", flow.not_taken_in),
        ],
    )
    yield _Row(
        counted("flow_candidates", flow.candidates),
        [
            *counted("flow_declined", sum(flow.declined.values()), flow.declined),
            *counted_if_any("flow_no_longer", flow.no_longer),
            *counted("flow_waiting", flow.waiting),
        ],
    )
    failed, later = flow.screen_failures, flow.declined_later
    yield _Row(
        counted("flow_consented", flow.consented),
        [
            *counted("flow_failed", sum(failed.values()), failed),
            *(counted("flow_declined_later", sum(later.values()), later) if later else ()),
            *counted("flow_in_screening", flow.in_screening),
        ],
    )
    ended = flow.ended_early
    yield _Row(
        counted("flow_enrolled", flow.all_enrolled, flow.enrolled),
        counted("flow_ended_early", sum(ended.values()), ended),
    )
    yield _Row(
        [*counted("flow_on_trial", flow.on_trial), *counted("flow_completed", flow.completed)]
    )


def _of_which(flow: Flow, voice: Voice) -> Iterator[str]:
    if flow.earlier:
        yield f"    {voice.say('flow_last_screening', n=flow.last_screening)}"
        yield f"    {voice.say('flow_earlier', n=flow.earlier)}"


def _reasons(reasons: Mapping[str, int], voice: Voice, name: Name) -> Iterator[str]:
    ranked = list(reasons.items())
    for reason, number in ranked[:MOST_REASONS]:
        words = name(reason) if reason else voice.say("flow_no_reason")
        yield f"    {voice.say('flow_reason', reason=words, n=number)}"
    others = sum(number for _, number in ranked[MOST_REASONS:])
    if others:
        yield f"    {voice.say('flow_other_reasons', n=others)}"


def _wrapped(row: _Row) -> _Row:
    return _Row(
        [part for line in row.main for part in lines_within(line, _MAIN_WIDTH - 2 * PAD)],
        [part for line in row.side for part in lines_within(line, _SIDE_WIDTH - 2 * PAD)],
    )


def _drawn(row: _Row, top: int, *, is_last: bool) -> Iterator[str]:
    middle = _MAIN_X + _MAIN_WIDTH // 2
    main_height = height_of(row.main)
    yield box(_MAIN_X, top, _MAIN_WIDTH, row.main)
    if row.side:
        yield box(_SIDE_X, top, _SIDE_WIDTH, row.side)
        level = top + main_height // 2
        yield arrow(_MAIN_X + _MAIN_WIDTH, level, _SIDE_X, level)
    if not is_last:
        yield arrow(middle, top + main_height, middle, top + row.height + _GAP)
