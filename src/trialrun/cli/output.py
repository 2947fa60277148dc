"""Where words go: results to standard output, progress and notes to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


def show(*parts: RenderableType) -> None:
    """Print results for people."""
    console = Console(highlight=False)
    for part in parts:
        console.print(part)


def show_json(data: object) -> None:
    """Print one JSON document for programs."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def note(text: str) -> None:
    """Say something beside the result, where a person is looking."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if console.is_terminal:
        console.print(text, markup=False)


@contextmanager
def bar() -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar from 0.0 to 1.0 with what is going on; quiet when not a terminal."""
    with _progress(BarColumn()) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda doing, part: progress.update(task, description=doing, completed=part)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Show what is going on, step by step; quiet when not a terminal."""
    with _progress() as progress:
        task = progress.add_task("", total=None)
        yield lambda doing: progress.update(task, description=doing)


def _progress(*columns: BarColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        *columns,
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
