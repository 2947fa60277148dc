"""Boxes, arrows and lines of text of figures that are laid out by hand.

Colours come from attributes, because the pages allow no style inside a document.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

LINE, PAD = 20, 11
"""Pixels from line to line, and from the edge of a box to its text."""
INK, RULE, PAPER = "#1d2733", "#77848f", "#ffffff"
_WIDE, _NARROW = 13.5, 7.2
"""Pixels of a letter at 13 px: a Chinese one, and any other at most."""


def lines_within(text: str, width: int) -> Iterator[str]:
    """Yield a text in lines of so many pixels at most; what goes on keeps its indent."""
    indent = text[: len(text) - len(text.lstrip())]
    line = indent
    for piece in _pieces(text.strip()):
        if line.strip() and _pixels(line + piece.rstrip()) > width:
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


def height_of(lines: Sequence[str]) -> int:
    """Return how high a box of lines is; 0 without any."""
    return len(lines) * LINE + 2 * PAD if lines else 0


def box(left: int, top: int, width: int, lines: Sequence[str]) -> str:
    """Draw a box with its lines; one that begins with a space is set in."""
    texts = "".join(
        f'<text x="{left + PAD + _indent(line)}" y="{top + PAD + 14 + place * LINE}">'
        f"{escape(line.strip())}</text>"
        for place, line in enumerate(lines)
    )
    return (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height_of(lines)}" rx="3"'
        f' fill="{PAPER}" stroke="{RULE}"/>{texts}'
    )


def _indent(line: str) -> int:
    return 16 if line.startswith(" ") else 0


def arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    """Draw an arrow to the right or downwards."""
    line = f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{RULE}" stroke-width="1.5"/>'
    if y1 == y2:
        head = f"{x2},{y2} {x2 - 9},{y2 - 5} {x2 - 9},{y2 + 5}"
    else:
        head = f"{x2},{y2} {x2 - 5},{y2 - 9} {x2 + 5},{y2 - 9}"
    return f'{line}<polygon points="{head}" fill="{RULE}"/>'
