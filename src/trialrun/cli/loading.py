"""`trialrun load`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trialrun.cli.output import bar, show, show_json, warn
from trialrun.criteria.wording import Language
from trialrun.report.machine import load_summary_json
from trialrun.report.terminal import load_caveats, load_summary
from trialrun.workflows.loading import load_hospital


def load(
    path: Path,
    into: Path,
    *,
    name: str | None,
    form: str | None,
    mapping: Path | None,
    coverage: Path | None,
    time_zone: str | None,
    whole: bool,
    loaded_on: date,
    language: Language,
    as_json: bool,
) -> None:
    """Load an export and print what became of it."""
    with bar() as progress:
        summary = load_hospital(
            path,
            into,
            name=name,
            form=form,
            mapping=mapping,
            coverage=coverage,
            time_zone=time_zone,
            whole=whole,
            loaded_on=loaded_on,
            progress=progress,
        )
    if as_json:
        show_json(load_summary_json(summary))
    else:
        show(load_summary(summary, language))
    warn(load_caveats(summary, language))
