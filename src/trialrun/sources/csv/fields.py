"""What a mapping may say of each table: its fields, those it must have, and their words.

A *field* is the mapping's name for one thing that a column of a hospital's file says. Nothing here
reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping

from trialrun.records.schema import Kind, Route

PATIENT = "patient"
TABLES: tuple[str, ...] = (PATIENT, *(kind.value for kind in Kind))

DATE_FIELDS = ("date", "start", "end", "birth", "death")

_RECORD = ("patient_id", "id", "status")
_CODED = ("code", "text")
_WHEN_INSTANT = ("date",)
_WHEN_PERIOD = ("start", "end")
_OWN: Mapping[Kind, tuple[str, ...]] = {
    Kind.FINDING: ("present",),
    Kind.MEDICATION: ("route", "dose", "dose_unit", "strength", "frequency", "daily_dose", "basis"),
    Kind.MEASUREMENT: ("value", "unit", "ref_low", "ref_high", "ref_range", "flag"),
    Kind.ATTESTATION: ("question", "answer", "by", "reason"),
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    Kind.MEASUREMENT.value: ("patient_id", "date", "value"),
    Kind.ATTESTATION.value: ("patient_id", "date", "question", "answer"),
}
_NAMED = frozenset(Kind) - {Kind.ENCOUNTER, Kind.CONSENT, Kind.PARTICIPATION, Kind.ATTESTATION}

_YES_NO = ("yes", "no", "unknown")
WORDS: Mapping[str, tuple[str, ...]] = {
    "sex": ("male", "female", "unknown"),
    "status": ("counts", "ignored", "uncertain"),
    "present": _YES_NO,
    "answer": _YES_NO,
    "flag": ("abnormal", "normal", "unknown"),
    "route": tuple(route.value for route in Route),
    "basis": ("requested", "stated", "given"),
}
"""Fields with a fixed vocabulary: what the hospital's own words may be mapped to."""


def fields_of(table: str) -> tuple[str, ...]:
    """Return every field that a table may have, in the order of the manual."""
    if table == PATIENT:
        return ("patient_id", "sex", "birth", "death")
    kind = Kind(table)
    when = _WHEN_PERIOD if kind.is_period else _WHEN_INSTANT
    return _RECORD + _CODED + when + _OWN.get(kind, ())


def required_of(table: str) -> tuple[str, ...]:
    """Return the fields without which a table says nothing."""
    return _REQUIRED.get(table, ("patient_id",))


def needs_a_name(table: str) -> bool:
    """Say whether a row of the table means nothing without a code or a name."""
    return table != PATIENT and Kind(table) in _NAMED
