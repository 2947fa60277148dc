"""Small figures for the pages of a participant: the timeline, and one item over time.

Plain SVG, drawn by hand because a page waits for it. Each mark has its own shape beside its
colour, and says in its title what it is. Every word is given; nothing is computed but places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from html import escape

_INK, _SOFT, _LINE = "#1d2733", "#566372", "#dfe4ea"
_GREEN, _RED, _BLUE, _PAPER = "#00704f", "#b34700", "#0069a5", "#ffffff"
_WIDTH, _LEFT, _RIGHT = 1000, 96, 24
_ROW, _TOP = 34, 26
_WEEK = 7
_WEEKS_APART = 4


class MarkKind(StrEnum):
    """How a mark looks: a dot, a diamond, a cross, a ring, a small ring."""

    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    OPEN = "open"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Mark:
    """Something on a day of the trial, with its window, and what it says when pointed at."""

    day: int
    kind: MarkKind
    title: str
    window: tuple[int, int] | None = None


@dataclass(frozen=True)
class TimelineRow:
    """A line of the timeline."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class DrawnPoint:
    """A number on a day of the trial."""

    day: int
    number: Decimal
    title: str


def timeline_figure(
    rows: Sequence[TimelineRow], *, today: int, last_day: int, title: str, week_0: str
) -> str:
    """Draw what happened and what is planned, over the days of the trial.

    `today` is the day of the trial as of which it is drawn; `week_0` what stands at week 0.
    """
    marks = [mark for row in rows for mark in row.marks]
    ends = [end for mark in marks for end in (mark.day, *(mark.window or ()))]
    first, last = min([0, *ends]), max([last_day, today, *ends])
    scale = _Scale(first, last)
    height = _TOP + _ROW * len(rows) + 22
    parts = [*_weeks(scale, last, height, week_0), *_today(scale, today, height)]
    for number, row in enumerate(rows):
        middle = _TOP + _ROW * number + _ROW / 2
        parts.append(_text(0, middle + 4, row.label, anchor="start"))
        parts += [part for mark in row.marks for part in _mark(mark, scale, middle)]
    return _svg(height, title, parts)


def course_figure(points: Sequence[DrawnPoint], *, last_day: int, title: str, week_0: str) -> str:
    """Draw numbers over the days of the trial, joined in their order."""
    first, last = min([0, *(p.day for p in points)]), max([last_day, *(p.day for p in points)])
    scale = _Scale(first, last)
    height, top, bottom = 200, 20, 164
    numbers = [point.number for point in points]
    low, high = min(numbers), max(numbers)
    spread = float(high - low) or 1.0

    def y(number: Decimal) -> float:
        return bottom - (bottom - top) * float(number - low) / spread

    parts = list(_weeks(scale, last, height, week_0))
    for number in sorted({low, high}):
        parts.append(_text(_LEFT - 18, y(number) + 4, format(number, "f"), anchor="end"))
    path = " ".join(f"{scale.x(point.day):.1f},{y(point.number):.1f}" for point in points)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{_BLUE}" stroke-width="2"/>')
    for point in points:
        inside = f"<title>{escape(point.title)}</title>"
        x, level = scale.x(point.day), y(point.number)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{level:.1f}" r="4" fill="{_BLUE}">{inside}</circle>'
        )
    return _svg(height, title, parts, kind="figure small")


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int

    def x(self, day: float) -> float:
        share = (day - self.first) / max(self.last - self.first, 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _weeks(scale: _Scale, last: int, height: float, week_0: str) -> Iterator[str]:
    for number in range(0, last // _WEEK + 1, _WEEKS_APART):
        x = scale.x(number * _WEEK)
        yield (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{height - 18}" stroke="{_LINE}"/>'
        )
        yield _text(x, height - 4, str(number) if number else week_0)


def _today(scale: _Scale, today: int, height: float) -> Iterator[str]:
    x = scale.x(today)
    yield (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 14}" y2="{height - 18}" stroke="{_INK}"'
        ' stroke-width="1.5" stroke-dasharray="3 3"/>'
    )


def _mark(mark: Mark, scale: _Scale, middle: float) -> Iterator[str]:
    inside = f"<title>{escape(mark.title)}</title>"
    x = scale.x(mark.day)
    if mark.window is not None:
        start, end = scale.x(mark.window[0] - 0.4), scale.x(mark.window[1] + 0.4)
        yield (
            f'<rect x="{start:.1f}" y="{middle - 7:.1f}" width="{end - start:.1f}" height="14"'
            f' rx="3" fill="{_LINE}"/>'
        )
    yield _shape(mark.kind, x, middle, inside)


def _shape(kind: MarkKind, x: float, y: float, inside: str) -> str:
    match kind:
        case MarkKind.DONE:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_GREEN}">{inside}</circle>'
        case MarkKind.LATE:
            path = f"M{x:.1f} {y - 7:.1f}l7 7-7 7-7-7z"
            return f'<path d="{path}" fill="{_RED}">{inside}</path>'
        case MarkKind.MISSED:
            path = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0-8l-8 8"
            stroke = f'stroke="{_RED}" stroke-width="2.5"'
            return f'<path d="{path}" fill="none" {stroke}>{inside}</path>'
        case MarkKind.OPEN:
            ring = f'r="5" fill="{_PAPER}" stroke="{_BLUE}" stroke-width="2.5"'
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" {ring}>{inside}</circle>'
        case MarkKind.AHEAD:
            ring = f'r="3" fill="{_PAPER}" stroke="{_SOFT}"'
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" {ring}>{inside}</circle>'


def _text(x: float, y: float, words: str, *, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" fill="{_SOFT}">'
        f"{escape(words)}</text>"
    )


def _svg(height: float, title: str, parts: Sequence[str], *, kind: str = "figure") -> str:
    head = f'<svg class="{kind}" viewBox="0 0 {_WIDTH} {height:.0f}" role="img"'
    return f'{head} aria-label="{escape(title)}">{"".join(parts)}</svg>'
