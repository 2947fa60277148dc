"""The command line: words in, words out. No logic of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from trialrun.cli.ending import exit_code_of

__all__ = ["main"]


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line on its words, and leave with the exit code."""
    sys.exit(exit_code_of(lambda: _run(words)))


def _run(words: Sequence[str] | None) -> object:
    # Imported late: whoever presses Ctrl-C before the program is there sees no traceback either.
    from trialrun.cli.app import run

    return run(words)
