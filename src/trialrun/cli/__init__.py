"""The command line: words in, words out. No logic of its own."""

from trialrun.cli.app import main

__all__ = ["main"]
