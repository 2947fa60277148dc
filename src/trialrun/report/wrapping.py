"""Text broken over lines as Chinese is: between Chinese characters, not within Latin words.

rich breaks at blanks, of which a Chinese sentence has none, and then anywhere: within HBsAg.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self

from rich.cells import cell_len
from rich.containers import Lines
from rich.text import Text as RichText

if TYPE_CHECKING:
    from rich.console import Console
    from rich.style import Style

_CLOSING = "，。、；：！？）】》」』”’%…"
"""What may not begin a line."""
_OPENING = "（【《「『“‘"
"""What may not end one."""


class Text(RichText):
    """A text as rich has it, but for where its lines are broken."""

    if TYPE_CHECKING:
        # rich returns what it is called on, and says so of its own class only.
        @classmethod
        def assemble(cls, *parts: Any, **options: Any) -> Self:
            """Build a text of parts."""

        def append(self, text: RichText | str, style: str | Style | None = None) -> Self:
            """Add to the end, and return the text itself."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """Break the text into lines of a width in cells; what is not Chinese, as rich does."""
        if options.get("no_wrap") or self.no_wrap or cell_len(self.plain) == len(self.plain):
            return super().wrap(console, width, **options)
        lines = Lines()
        for line in self.split(allow_blank=True):
            for piece in line.divide(list(_breaks(line.plain, width))):
                piece.rstrip_end(width)
                lines.extend(piece.wrap(console, width, **options))
        return lines


def _breaks(text: str, width: int) -> Iterator[int]:
    """Yield the places before which a line begins; a piece longer than a line is left to rich."""
    place = filled = 0
    for piece in _pieces(text):
        if filled and filled + cell_len(piece.rstrip()) > width:
            yield place
            filled = 0
        filled += cell_len(piece)
        place += len(piece)


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands together: a Latin word, or a Chinese character, with what clings to it."""
    piece = ""
    for character in text:
        if piece and not _clings(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _clings(before: str, after: str) -> bool:
    if after in _CLOSING or before in _OPENING or after == " ":
        return True
    return before != " " and cell_len(before) == cell_len(after) == 1 and before not in _CLOSING
