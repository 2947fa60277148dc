"""`trialrun screen` and `trialrun explain`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trialrun.cli.output import note, show, show_json, steps
from trialrun.criteria.wording import Language
from trialrun.report.machine import candidate_json, screening_json
from trialrun.report.terminal import candidate_tree, screening_summary
from trialrun.workflows.screening import explain_patient, screen_hospital


def screen(
    protocol: str,
    data: Path,
    on: date,
    out: Path,
    language: Language,
    key_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Screen, and print the summary."""
    with steps() as step:
        screening = screen_hospital(
            protocol, data, on, out, language=language, key_file=key_file, step=step
        )
    if as_json:
        show_json(screening_json(screening))
    else:
        show(screening_summary(screening, language))
    note(f"Written to {out}: report.html, verdicts and judgements (.parquet, .csv)")


def explain(
    protocol: str,
    patient: str,
    data: Path,
    on: date,
    language: Language,
    key_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Print one patient's judgements as a tree."""
    candidate = explain_patient(protocol, patient, data, on, key_file=key_file)
    if as_json:
        show_json(candidate_json(candidate))
    else:
        show(candidate_tree(candidate, language))
