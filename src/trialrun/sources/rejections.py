"""What a source sent and did not come to count: how much, why, and where. Never what it said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trialrun.records.schema import Kind

PLACES_SHOWN = 10
NOT_USED = "a resource type that is not used"
"""The reason of what a hospital sent, and no criterion could ask for."""
UNNAMED_PATIENT = "of a patient that no source has named"
"""The reason of a row about somebody who is judged by no criterion: nobody's answer lacks it."""
FURTHER = "further places"
"""Stands for the places beyond the first `PLACES_SHOWN` of a reason."""
_ROW_OF_A_FILE = re.compile(r"(?P<file>.+\.(?:csv|txt|tsv|xls\w?))#(?P<line>\d+)(?:#.*)?", re.I)
_MEDICATION = frozenset({Kind.MEDICATION})
_OF_TYPES: Mapping[str, frozenset[Kind]] = {
    "Patient": frozenset(),
    "Condition": frozenset({Kind.CONDITION}),
    "Observation": frozenset({Kind.MEASUREMENT, Kind.FINDING}),
    "QuestionnaireResponse": frozenset({Kind.ATTESTATION, Kind.MEASUREMENT, Kind.FINDING}),
    "Medication": _MEDICATION,
    "MedicationRequest": _MEDICATION,
    "MedicationStatement": _MEDICATION,
    "MedicationAdministration": _MEDICATION,
    "Immunization": frozenset({Kind.IMMUNISATION}),
    "AllergyIntolerance": frozenset({Kind.ALLERGY}),
    "Procedure": frozenset({Kind.PROCEDURE}),
    "ResearchSubject": frozenset({Kind.PARTICIPATION}),
    "Consent": frozenset({Kind.CONSENT}),
    "Encounter": frozenset({Kind.ENCOUNTER}),
    "patient": frozenset(),
}


def may_hold(of: str) -> frozenset[Kind]:
    """Return the kinds of record that a rejected row may have held: any, if it was not told.

    `of` is what rejections are counted under: a resource type of FHIR, a table, or a `file`.
    """
    if of in list(Kind):
        return frozenset({Kind(of)})
    return _OF_TYPES.get(of, frozenset(Kind))


def shown_place(ref: str) -> str:
    """Return the name of a row as a place: a row that has none of its own is a line of its file."""
    row = _ROW_OF_A_FILE.fullmatch(ref)
    return f"{row['file']}:{row['line']}" if row else ref


class Severity(StrEnum):
    """What became of a row."""

    REJECTED = "rejected"
    """Lost: it could not be used."""
    IGNORED = "ignored"
    """Left out by a rule: entered in error, refuted, not our business."""
    REPAIRED = "repaired"
    """Kept, with less than it seemed to say."""


@dataclass(frozen=True, order=True)
class Rejection:
    """Rows that share a kind, a reason and a severity; `counted` of them at a place."""

    kind: str
    reason: str
    place: str
    counted: int
    severity: Severity


class Tally:
    """Counts rejections; of each reason it keeps the first places only, so that it stays small."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, Severity], dict[str, int]] = {}

    def add(self, kind: str, reason: str, place: str, severity: Severity, counted: int = 1) -> None:
        """Count rows at a place."""
        places = self._counts.setdefault((kind, reason, severity), {})
        shown = place if place in places or len(places) < PLACES_SHOWN else FURTHER
        places[shown] = places.get(shown, 0) + counted

    def merge(self, other: Tally) -> None:
        """Count what another tally has counted."""
        for row in other.rows():
            self.add(row.kind, row.reason, row.place, row.severity, row.counted)

    def reasons(self) -> frozenset[str]:
        """Return every reason that was given."""
        return frozenset(reason for _, reason, _ in self._counts)

    def rows(self) -> Iterator[Rejection]:
        """Yield what was counted: a row for each first place, and one for the rest."""
        for (kind, reason, severity), places in self._counts.items():
            for place, counted in places.items():
                yield Rejection(kind, reason, place, counted, severity)
