"""Check a protocol, and put it into words.

Refuses a protocol that cannot be read; whatever else is wrong with one is a finding.
"""

from __future__ import annotations

from datetime import date

from trialrun.criteria.wording import Language
from trialrun.protocol.checks import Finding, check
from trialrun.protocol.file import read_protocol
from trialrun.protocol.words import ShownProtocol, show


def check_protocol(protocol: str, on: date) -> list[Finding]:
    """Return everything that is wrong or odd in a protocol, as seen on a day."""
    return check(read_protocol(protocol), on)


def show_protocol(protocol: str, language: Language) -> ShownProtocol:
    """Return a protocol in words, each original sentence beside its logic."""
    return show(read_protocol(protocol), language)
