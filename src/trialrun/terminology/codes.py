"""Codes, concepts, and the short names of code systems.

A code system goes by one short name everywhere in the program; a system we do not know keeps the
URI as it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Coding:
    """One code of one code system (a short name, or the URI as sent)."""

    system: str
    code: str
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing as the hospital wrote it: its codings, and its text."""

    codings: tuple[Coding, ...] = ()
    text: str | None = None


SYSTEM_URIS: dict[str, str] = {
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "urn:oid:2.16.840.1.113883.6.3": "ICD-10",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
    "urn:oid:2.16.840.1.113883.6.90": "ICD-10-CM",
    "http://hl7.org/fhir/sid/icd-10-cn": "ICD-10-CN",
    "http://snomed.info/sct": "SNOMED CT",
    "urn:oid:2.16.840.1.113883.6.96": "SNOMED CT",
    "http://loinc.org": "LOINC",
    "urn:oid:2.16.840.1.113883.6.1": "LOINC",
    "http://www.whocc.no/atc": "ATC",
    "urn:oid:2.16.840.1.113883.6.73": "ATC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "urn:oid:2.16.840.1.113883.6.88": "RxNorm",
    "urn:oid:2.16.840.1.113883.6.104": "ICD-9-CM-3",
    "http://hl7.org/fhir/sid/cvx": "CVX",
    "urn:oid:2.16.840.1.113883.12.292": "CVX",
}
"""URI (or OID) of a code system -> its short name. Source: HL7 Terminology, code systems."""

OWN_SYSTEM = "trialrun"
"""The system of the few codes that sources add themselves, such as `research-subject`."""

SYSTEMS: frozenset[str] = frozenset(SYSTEM_URIS.values()) | {OWN_SYSTEM}

BARE_SYSTEM_URIS: dict[str, str] = {
    uri.removeprefix("http://").casefold(): name for uri, name in SYSTEM_URIS.items()
}
"""The same URIs as they are compared: without `http://`, and in small letters."""
