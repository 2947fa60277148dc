"""What a protocol says against itself, all at once: errors refuse it, warnings only say so.

What is wrong with the criteria comes from `criteria_checks` (types and names from the language's
own type check), with the design from `design_checks`, with the forms from `form_checks`,
with the analysis plan from `analysis_checks`, with the registry's record from `registry_checks`.
Nothing here reads a patient.
"""

from __future__ import annotations

from datetime import date

from trialrun.errors import Problem, ProtocolError
from trialrun.protocol.analysis_checks import check_analysis
from trialrun.protocol.criteria_checks import check_criteria
from trialrun.protocol.design_checks import check_design
from trialrun.protocol.findings import Finding, Severity
from trialrun.protocol.form_checks import check_forms
from trialrun.protocol.model import TrialProtocol
from trialrun.protocol.registry_checks import check_registry

__all__ = ["Finding", "Severity", "check", "problems_of", "refuse_unsound"]


def check(protocol: TrialProtocol, on: date) -> list[Finding]:
    """Return everything that is found, in the order of the file, as seen on a day."""
    found = [
        *check_registry(protocol, on),
        *check_design(protocol),
        *check_forms(protocol),
        *check_analysis(protocol),
        *check_criteria(protocol),
    ]
    return sorted(found, key=_line)


def refuse_unsound(protocol: TrialProtocol, on: date) -> list[Finding]:
    """Return the warnings of a protocol that can be used.

    Raises:
        ProtocolError: with every error that the checks found.
    """
    found = check(protocol, on)
    if errors := problems_of(found):
        raise ProtocolError(f"The protocol {protocol.name} cannot be used", errors)
    return found


def problems_of(found: list[Finding]) -> list[Problem]:
    """Return the findings that refuse a protocol."""
    errors = [f for f in found if f.severity is Severity.ERROR]
    return [Problem(f.where, _named(f), f.remedy) for f in errors]


def _named(finding: Finding) -> str:
    return f"{finding.criterion}: {finding.found}" if finding.criterion else finding.found


def _line(finding: Finding) -> int:
    line = finding.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0
