"""Tables and titles as they look in the terminal. Cells are text, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table

from trialrun.report.numbers import count
from trialrun.report.voice import Voice
from trialrun.report.wrapping import Text

_NUMBER_WIDTH = 12
_NUMBER = 7
"""Columns of numbers hold a number and a word of their head, and are no wider: heads wrap."""

_WHOLE = 22
"""As long as a pseudonym. What is longer is broken rather than let the others vanish."""


def title(text: str) -> Text:
    """Return the title of a section, with a line of room above."""
    return Text.assemble("\n", (text, "bold"))


def note(text: str) -> Text:
    """Return what explains the numbers of a table."""
    return Text(text, style="dim")


def table(
    words: Sequence[str], numbers: Sequence[str], rows: Sequence[Sequence[str | int | Text]]
) -> Table:
    """Return a table whose first columns hold words, and whose last hold numbers."""
    made = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False, header_style="dim"
    )
    for place, head in enumerate(words):
        if _is_whole(row[place] for row in rows):
            made.add_column(Text(head), no_wrap=True, overflow="ellipsis")
        else:
            made.add_column(Text(head), overflow="fold")
    for head in numbers:
        made.add_column(Text(head), justify="right", max_width=_width(head), overflow="fold")
    for row in rows:
        made.add_row(*map(_cell, row))
    return made


def _is_whole(cells: Iterable[str | int | Text]) -> bool:
    """Tell whether a column holds names or days, which nobody could copy from two lines."""
    texts = [str(cell) for cell in cells]
    return all(cell_len(text) <= _WHOLE and " " not in text for text in texts)


def _width(head: str) -> int:
    return min(_NUMBER_WIDTH, max(_NUMBER, *map(cell_len, head.split())))


def pairs(said: Sequence[tuple[str, str]]) -> Table:
    """Return labels and the words that belong to them."""
    made = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for label, words in said:
        made.add_row(Text(label), Text(words))
    return made


def first_rows(
    words: Sequence[str],
    numbers: Sequence[str],
    rows: Sequence[Sequence[str | int | Text]],
    shown: int,
    voice: Voice,
    *,
    of: int | None = None,
) -> list[RenderableType]:
    """Return a table of the first rows, and how many there are beside (`of`: in all)."""
    made: list[RenderableType] = [table(words, numbers, rows[:shown])]
    left = (len(rows) if of is None else of) - min(shown, len(rows))
    if left > 0:
        made.append(note(voice.say("n_more", n=left)))
    return made


def _cell(content: str | int | Text) -> Text:
    if isinstance(content, Text):
        return content
    return Text(count(content) if isinstance(content, int) else content)
