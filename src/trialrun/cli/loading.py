"""`trialrun load`."""

from __future__ import annotations

from trialrun.cli.output import bar, show, show_json, warn
from trialrun.criteria.wording import Language
from trialrun.report.machine import load_summary_json
from trialrun.report.terminal import load_caveats, load_summary
from trialrun.report.voice import Voice
from trialrun.workflows.loading import ExportToLoad, load_hospital


def load(asked: ExportToLoad, language: Language, *, as_json: bool) -> None:
    """Load an export and print what became of it."""
    with bar() as progress:
        summary = load_hospital(asked, progress)
    if as_json:
        show_json(load_summary_json(summary))
    else:
        show(load_summary(summary, language))
    warn(load_caveats(summary, language), Voice(language, {}))
