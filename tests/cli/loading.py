"""Loads without the command line, where a test only needs what comes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.cli.shell import ON

from trialrun.sources.intake import LoadSummary
from trialrun.workflows.loading import ExportToLoad, load_hospital


def silent(_: str, __: float) -> None:
    pass


def load_quietly(path: Path, into: Path) -> LoadSummary:
    return load_hospital(ExportToLoad(path, into, loaded_on=date.fromisoformat(ON)), silent)
