"""`trialrun check` and `trialrun show`."""

from __future__ import annotations

from datetime import date

import typer

from trialrun.cli.output import show as show_parts
from trialrun.cli.output import show_json
from trialrun.criteria.wording import Language
from trialrun.errors import ProtocolError
from trialrun.protocol.findings import Severity
from trialrun.report.machine import findings_json, protocol_json
from trialrun.report.terminal import findings, protocol_words
from trialrun.report.value_set import value_set_json, value_set_words
from trialrun.workflows.checking import check_protocol, show_protocol, shown_value_set


def check(protocol: str, on: date, language: Language, *, as_json: bool) -> None:
    """Print every finding; end with the exit code of a protocol error if one refuses it."""
    found = check_protocol(protocol, on)
    if as_json:
        show_json(findings_json(found))
    else:
        show_parts(findings(found, language))
    if any(finding.severity is Severity.ERROR for finding in found):
        raise typer.Exit(ProtocolError.exit_code)


def show_value_set(protocol: str, name: str, language: Language, *, as_json: bool) -> None:
    """Print what one value set of the protocol lists."""
    shown = shown_value_set(protocol, name)
    if as_json:
        show_json(value_set_json(shown))
    else:
        show_parts(value_set_words(shown, language))


def show(protocol: str, language: Language, *, as_json: bool) -> None:
    """Print the protocol in words."""
    shown = show_protocol(protocol, language)
    if as_json:
        show_json(protocol_json(shown))
    else:
        show_parts(protocol_words(shown, language))
