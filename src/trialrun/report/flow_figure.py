"""The flow of participants (CONSORT 2010, item 13) as SVG: boxes, arrows, counts and reasons.

Laid out by hand, since its boxes grow with what stands in them. Counts nothing: every number comes
with the flow. Text stays text, and takes its colours from attributes, because the pages allow no
style inside a document.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from trialrun.conduct.reading.flow import Flow
from trialrun.report.figures import FONT
from trialrun.report.voice import Voice

WIDTH = 860
_MAIN_X, _MAIN_WIDTH = 20, 380
_SIDE_X, _SIDE_WIDTH = 480, 360
_LINE, _PAD, _GAP = 20, 11, 34
_WIDE, _NARROW = 13.5, 7.2
"""Pixels of a letter at 13 px: a Chinese one, and any other at most."""
MOST_REASONS = 8
"""How many reasons a box names; the others are counted together."""
_INK, _LINES, _PAPER = "#1d2733", "#77848f", "#ffffff"

Name = Callable[[str], str]


@dataclass(frozen=True)
class _Row:
    """A box of the main line, and the one beside it with who left there."""

    main: Sequence[str]
    side: Sequence[str] = ()

    @property
    def height(self) -> int:
        return max(_height(self.main), _height(self.side))


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
        f' aria-label="{title}" font-family="{escape(FONT)}" font-size="13" fill="{_INK}">'
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
        [part for line in row.main for part in _lines(line, _MAIN_WIDTH)],
        [part for line in row.side for part in _lines(line, _SIDE_WIDTH)],
    )


def _lines(text: str, width: int) -> Iterator[str]:
    """Yield a text in lines that fit a box; what goes on keeps its indent."""
    indent = text[: len(text) - len(text.lstrip())]
    line = indent
    for piece in _pieces(text.strip()):
        if line.strip() and _pixels(line + piece.rstrip()) > width - 2 * _PAD:
            yield line.rstrip()
            line = indent
        line += piece
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Yield what may not be broken: words with the space behind them, and Chinese letters."""
    word = ""
    for letter in text:
        if _is_wide(letter):
            if word:
                yield word
                word = ""
            yield letter
            continue
        word += letter
        if letter == " " or len(word) > _LONGEST_WORD:
            yield word
            word = ""
    if word:
        yield word


_LONGEST_WORD = 30


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _pixels(text: str) -> float:
    return sum(_WIDE if _is_wide(letter) else _NARROW for letter in text)


def _height(lines: Sequence[str]) -> int:
    return len(lines) * _LINE + 2 * _PAD if lines else 0


def _drawn(row: _Row, top: int, *, is_last: bool) -> Iterator[str]:
    middle = _MAIN_X + _MAIN_WIDTH // 2
    main_height = _height(row.main)
    yield _box(_MAIN_X, top, _MAIN_WIDTH, row.main)
    if row.side:
        yield _box(_SIDE_X, top, _SIDE_WIDTH, row.side)
        level = top + main_height // 2
        yield _arrow(_MAIN_X + _MAIN_WIDTH, level, _SIDE_X, level)
    if not is_last:
        yield _arrow(middle, top + main_height, middle, top + row.height + _GAP)


def _box(left: int, top: int, width: int, lines: Sequence[str]) -> str:
    texts = "".join(
        f'<text x="{left + _PAD + _indent(line)}" y="{top + _PAD + 14 + place * _LINE}">'
        f"{escape(line.strip())}</text>"
        for place, line in enumerate(lines)
    )
    return (
        f'<rect x="{left}" y="{top}" width="{width}" height="{_height(lines)}" rx="3"'
        f' fill="{_PAPER}" stroke="{_LINES}"/>{texts}'
    )


def _indent(line: str) -> int:
    return 16 if line.startswith(" ") else 0


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    line = f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{_LINES}" stroke-width="1.5"/>'
    if y1 == y2:
        head = f"{x2},{y2} {x2 - 9},{y2 - 5} {x2 - 9},{y2 + 5}"
    else:
        head = f"{x2},{y2} {x2 - 5},{y2 - 9} {x2 + 5},{y2 - 9}"
    return f'{line}<polygon points="{head}" fill="{_LINES}"/>'
