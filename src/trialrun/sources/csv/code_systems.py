"""Which standard system the codes of a column are in, as they look."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trialrun.records.schema import Kind
from trialrun.sources.csv.codings import codings_of
from trialrun.terminology.code_forms import form_problem

SURE = 0.9
"""The share of rows that leaves no question of the system."""
_SYSTEMS: Mapping[str, tuple[str, ...]] = {
    Kind.CONDITION.value: ("ICD-10-CN", "ICD-10", "ICD-10-CM", "SNOMED CT"),
    Kind.MEASUREMENT.value: ("LOINC", "SNOMED CT"),
    Kind.MEDICATION.value: ("ATC", "SNOMED CT"),
}
_WHOLE_CODES = {
    # The Chinese insurance edition writes six places: G12.201, I10.x00, G12.200x015.
    "ICD-10-CN": re.compile(r"[A-Z]\d\d\.[\dxX]\d{2}(?:[xX]\d{3})?"),
    "ATC": re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d"),
}


def system_of(table: str, codes: Mapping[str, int]) -> tuple[str, float]:
    """Return the standard system that most rows are in, as their codes look, and their share."""
    rows = max(sum(codes.values()), 1)
    systems = _SYSTEMS.get(table, ("SNOMED CT",))
    shares = {
        system: sum(n for code, n in codes.items() if _looks_like(system, code)) / rows
        for system in systems
    }
    sure = [system for system in systems if shares[system] >= SURE]
    best = sure[0] if sure else max(systems, key=lambda system: shares[system])
    return best, shares[best]


def codes_in(table: str, cell: str) -> list[str]:
    """Return the codes of one cell as codes of ICD-10 are joined: it may be that they are."""
    if table != Kind.CONDITION:
        return [cell]
    # The manifestation (G63.2*) beside the disease is written shorter in every edition.
    codes = re.split(r"[;；|,，、/\s]+", re.sub(r"[†+]\s*[^\s;；|,，、]*", "", cell))
    return [code for code in codes if code and not code.endswith("*")]


def _looks_like(system: str, code: str) -> bool:
    if system in _WHOLE_CODES:
        return _WHOLE_CODES[system].fullmatch(code.upper()) is not None
    return not form_problem(system, code)


def may_be_of(system: str, code: str) -> bool:
    """Say whether the code will be read as one of the system, of whatever edition."""
    return all(coding.system == system for coding in codings_of(system, code))
