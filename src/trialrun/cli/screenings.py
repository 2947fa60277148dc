"""`trialrun screen` and `trialrun explain`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from trialrun.cli.output import bar, note, show, show_json, warn
from trialrun.criteria.wording import Language
from trialrun.records.pseudonyms import is_exposed
from trialrun.report.machine import patient_json, screening_json
from trialrun.report.terminal import explanation, screening_summary
from trialrun.report.voice import Voice
from trialrun.workflows.screening import explain_patient, in_steps, screen_hospital


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
    voice = Voice(language, {})
    with bar() as progress:
        screened = screen_hospital(
            protocol, data, on, out, language=language, key_file=key_file, step=in_steps(progress)
        )
    if as_json:
        show_json(screening_json(screened.screening))
    else:
        show(screening_summary(screened.screening, language))
    warn([*screened.caveats, *_of_key(key_file, voice)], voice)
    note(voice.say("written_to", folder=str(out)))


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
    voice = Voice(language, {})
    explained = explain_patient(protocol, patient, data, on, language=language, key_file=key_file)
    judged = explained.judged
    if as_json:
        show_json(patient_json(judged))
    else:
        show(explanation(judged, explained.protocol, on, language))
    warn([*explained.caveats, *_of_key(key_file, voice)], voice)


def _of_key(key_file: Path | None, voice: Voice) -> list[str]:
    if key_file is None or not is_exposed(key_file):
        return []
    return [voice.say("key_exposed", path=str(key_file))]
