"""Where words go: results to standard output, warnings, progress and notes to standard error.

Refuses to fail on a terminal that cannot write Chinese: what it cannot write is escaped.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment

from trialrun.cli.visible import visible
from trialrun.errors import TrialrunError

if TYPE_CHECKING:
    # The words of reports take a moment to import, and `--help` needs none of them.
    from trialrun.report.voice import Voice


class _Terminal(Console):
    """A console that reads no markup in names, colours nothing by guessing, and obeys no record."""

    def __init__(self, *, stderr: bool = False, soft_wrap: bool = False) -> None:
        super().__init__(stderr=stderr, soft_wrap=soft_wrap, highlight=False, markup=False)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """Render, cell by cell, before widths are counted."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(visible(text), style)


def escape_what_cannot_be_written() -> None:
    """Let no character stop a command, whatever encoding the terminal has."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show(*parts: RenderableType) -> None:
    """Print results for people, as wide as the terminal."""
    console = _Terminal()
    for part in parts:
        console.print(part)


def show_lines(*lines: str) -> None:
    """Print lines that are not broken, so that names and commands can be copied."""
    console = _Terminal(soft_wrap=True)
    for line in lines:
        console.print(line)


def show_json(data: object) -> None:
    """Print one JSON document for programs."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        text = json.dumps(data, indent=2, allow_nan=False)
    sys.stdout.write(f"{text}\n")


def error_json(error: TrialrunError) -> dict[str, object]:
    """Return what went wrong, for whoever asked for JSON; people read it on standard error."""
    problems = [asdict(problem) for problem in error.problems]
    return {"error": {"message": error.message, "exit_code": error.exit_code, "problems": problems}}


def warn(warnings: Iterable[str], voice: Voice) -> None:
    """Say what may make a result wrong, whoever is reading."""
    console = _errors()
    for warning in warnings:
        console.print(voice.say("warned", said=warning))


def note(text: str) -> None:
    """Say something beside the result, where a person is looking."""
    console = _errors()
    if console.is_terminal:
        console.print(text)


@contextmanager
def bar() -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar from 0.0 to 1.0 with what is going on; quiet when not a terminal."""
    with _progress() as progress:
        task = progress.add_task("", total=1.0)
        yield lambda doing, part: progress.update(task, description=doing, completed=part)


def _progress() -> Progress:
    console = _errors()
    return Progress(
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _errors() -> Console:
    return _Terminal(stderr=True, soft_wrap=True)
