"""The question that is put to the CQL engine: its value sets, its day, and what the hospital covers.

Reads the value-set files and the coverage file by itself, not through the program: a mistake in how
the program reads them would otherwise be on both sides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

CRITERIA = ("I1", "I2", "I3", "I5a", "E2a", "E2b", "E3a", "E4", "E5", "E6", "E7")

_URIS = {
    "ICD-10": "http://hl7.org/fhir/sid/icd-10",
    "ICD-10-CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD-10-CN": "http://hl7.org/fhir/sid/icd-10-cn",
    "SNOMED CT": "http://snomed.info/sct",
    "LOINC": "http://loinc.org",
    "ATC": "http://www.whocc.no/atc",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "CVX": "http://hl7.org/fhir/sid/cvx",
}
_HOURS = {"Asia/Shanghai": 8.0}
_KINDS = {
    "Conditions": "condition",
    "Findings": "finding",
    "Procedures": "procedure",
    "Medications": "medication",
    "Immunisations": "immunisation",
}

Code = tuple[str, str]


def write_question(into: Path, clinic: Path, folders: list[Path], on: date) -> None:
    """Write everything that the engine needs beside the clinic and the library."""
    coverage = _yaml(clinic / "coverage.yaml")
    hours = _HOURS[coverage["time_zone"]]
    written = sorted(set(_codes_written(clinic)))
    question = {
        "on": on.isoformat(),
        "hours": hours,
        "offset": f"+{int(hours):02d}:00",
        "completeSince": {kind: _since(coverage, name) for kind, name in _KINDS.items()},
        "criteria": CRITERIA,
        "valueSets": {
            path.stem: _expanded(_yaml(path), written)
            for folder in folders
            for path in sorted(folder.glob("*.yaml"))
        },
    }
    into.write_text(json.dumps(question), encoding="utf-8")


def _since(coverage: dict[str, Any], kind: str) -> str | None:
    """Return since when a kind is complete; a life begins no earlier than the calendar."""
    found = [entry["since"] for entry in coverage["complete"] if entry["kind"] == kind]
    if not found:
        return None
    return "0001-01-01" if found[0] == "whole life" else str(found[0])


def _expanded(value_set: dict[str, Any], written: list[Code]) -> list[dict[str, str]]:
    """Return the codes that the hospital wrote and the list means, prefixes included."""
    return [
        {"system": system, "code": code}
        for system, code in written
        if any(
            _URIS.get(name) == system and _means(str(listed), code)
            for name, codes in value_set["codes"].items()
            for listed in codes
        )
    ]


def _means(listed: str, code: str) -> bool:
    return code.startswith(listed[:-1]) if listed.endswith("*") else code == listed


def _codes_written(clinic: Path) -> Iterator[Code]:
    for path in clinic.glob("*.ndjson"):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield from _codings(json.loads(line))


def _codings(part: object) -> Iterator[Code]:
    if isinstance(part, dict):
        if isinstance(part.get("system"), str) and isinstance(part.get("code"), str):
            yield part["system"], part["code"]
        for value in part.values():
            yield from _codings(value)
    elif isinstance(part, list):
        for value in part:
            yield from _codings(value)


def _yaml(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load(path)
    return read
