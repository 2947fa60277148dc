"""Check a protocol, and put it into words.

Refuses a protocol that cannot be read; whatever else is wrong with one is a finding.
"""

from __future__ import annotations

from datetime import date

from trialrun.criteria.wording import Language
from trialrun.errors import NotFoundError, Problem
from trialrun.protocol.checks import Finding, check
from trialrun.protocol.file import read_protocol
from trialrun.protocol.words import ShownProtocol, show
from trialrun.terminology.did_you_mean import did_you_mean
from trialrun.terminology.value_sets import ValueSet


def check_protocol(protocol: str, on: date) -> list[Finding]:
    """Return everything that is wrong or odd in a protocol, as seen on a day."""
    return check(read_protocol(protocol), on)


def shown_value_set(protocol: str, name: str) -> ValueSet:
    """Return a value set that the logic of a protocol may name: its own, or a common one.

    Raises:
        NotFoundError: there is none of the name.
    """
    value_sets = read_protocol(protocol).value_sets
    if name not in value_sets:
        remedy = did_you_mean(name, value_sets) or f"there are: {', '.join(sorted(value_sets))}"
        found = f"the protocol {protocol} knows no value set of this name"
        raise NotFoundError(f"there is no value set '{name}'", [Problem(name, found, remedy)])
    return value_sets[name]


def show_protocol(protocol: str, language: Language) -> ShownProtocol:
    """Return a protocol in words, each original sentence beside its logic."""
    return show(read_protocol(protocol), language)
