"""`trialrun design`: what stops a trial early, and how likely."""

from __future__ import annotations

from trialrun.cli.output import show, show_json
from trialrun.criteria.wording import Language
from trialrun.evaluation.results import Table
from trialrun.report.evaluation.terminal import table_in_terminal, table_json
from trialrun.report.evaluation.voice import EvaluationVoice


def print_design(table: Table, language: Language, *, as_json: bool) -> None:
    """Print a design as a table, or as JSON."""
    if as_json:
        show_json(table_json(table))
        return
    voice = EvaluationVoice(language)
    show(table_in_terminal(table, voice))
    for words in table.notes:
        show(voice.words(words))
