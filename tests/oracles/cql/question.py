"""The question put to the CQL engine: its value sets, its day, and what the hospital covers.

Reads the value-set files and the coverage file by itself, not through the program: a mistake in how
the program reads them would otherwise be on both sides. Refuses a code system, a time zone or a
coverage that it does not know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

CRITERIA = ("I1", "I2", "I3", "I5a", "E2a", "E2b", "E3a", "E4", "E5", "E6", "E7")
LIBRARY = Path(__file__).with_name("RecordStage.cql")

_URIS = {
    "ICD-10": "http://hl7.org/fhir/sid/icd-10",
    "ICD-10-CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD-10-CN": "http://hl7.org/fhir/sid/icd-10-cn",
    "ICD-9-CM-3": "urn:oid:2.16.840.1.113883.6.104",
    "SNOMED CT": "http://snomed.info/sct",
    "LOINC": "http://loinc.org",
    "ATC": "http://www.whocc.no/atc",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "CVX": "http://hl7.org/fhir/sid/cvx",
}
_HOURS = {"Asia/Shanghai": 8}
_KINDS = {
    "Conditions": "condition",
    "Findings": "finding",
    "Procedures": "procedure",
    "Medications": "medication",
    "Immunisations": "immunisation",
}
_VALUE_SET = re.compile(r"^valueset \"([a-z0-9-]+)\"", re.MULTILINE)

Code = tuple[str, str]


def write_question(into: Path, clinic: Path, folders: Iterable[Path], on: date) -> None:
    """Write everything that the engine needs beside the clinic and the library."""
    coverage = _yaml(clinic / "coverage.yaml")
    hours = _HOURS[coverage["time_zone"]]
    files = {path.stem: path for folder in folders for path in folder.glob("*.yaml")}
    written = sorted(set(_codes_written(clinic)))
    question = {
        "on": on.isoformat(),
        "hours": hours,
        "offset": f"+{hours:02d}:00",
        "completeSince": {kind: since(coverage, name) for kind, name in _KINDS.items()},
        "criteria": CRITERIA,
        "valueSets": {
            name: expanded(_yaml(files[name]), written)
            for name in _VALUE_SET.findall(LIBRARY.read_text(encoding="utf-8"))
        },
    }
    into.write_text(json.dumps(question), encoding="utf-8")


def since(coverage: Mapping[str, Any], kind: str) -> str | None:
    """Return since when a kind of record is complete; None: it is not."""
    for entry in coverage["complete"]:
        if entry["kind"] == kind:
            if entry.keys() != {"kind", "since"}:
                raise ValueError(f"a coverage that the library cannot express: {entry}")
            return "0001-01-01" if entry["since"] == "whole life" else str(entry["since"])
    return None


def expanded(value_set: Mapping[str, Any], written: Iterable[Code]) -> list[dict[str, str]]:
    """Return the codes that the hospital wrote and the list means, prefixes included."""
    listed = [
        (_URIS[system], str(code)) for system, codes in value_set["codes"].items() for code in codes
    ]
    return [
        {"system": system, "code": code}
        for system, code in written
        if any(uri == system and _means(entry, code) for uri, entry in listed)
    ]


def _means(entry: str, code: str) -> bool:
    return code.startswith(entry[:-1]) if entry.endswith("*") else code == entry


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
