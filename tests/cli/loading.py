"""Loads without the command line, where a test only needs what comes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.cli.shell import ON

from trialrun.sources.intake import LoadSummary
from trialrun.workflows.loading import load_hospital


def silent(_: str, __: float) -> None:
    pass


def load_quietly(path: Path, into: Path) -> LoadSummary:
    return load_hospital(
        path,
        into,
        name=None,
        form=None,
        mapping=None,
        coverage=None,
        time_zone=None,
        whole=False,
        loaded_on=date.fromisoformat(ON),
        progress=silent,
    )
