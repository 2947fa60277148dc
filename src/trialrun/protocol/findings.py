"""What a check has to say: an error refuses the protocol, a warning only says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a finding refuses the protocol."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that was found: its place (`file:line`), what it is, what to do about it."""

    severity: Severity
    where: str
    found: str
    remedy: str = ""
    criterion: str = ""


def error(where: str, found: str, remedy: str = "", criterion: str = "") -> Finding:
    """Return a finding that refuses the protocol."""
    return Finding(Severity.ERROR, where, found, remedy, criterion)


def warning(where: str, found: str, remedy: str = "", criterion: str = "") -> Finding:
    """Return a finding that only says so."""
    return Finding(Severity.WARNING, where, found, remedy, criterion)
