"""Reads a record as the manual writes it: one short line per fact.

    born 1960-02-29; female
    C1 covers conditions since 2010-01-01
    #1 condition ALS from 2019-05 to now
    #2 measurement platelets on 2022-01-10: 79 10*9/L (125 to 350)
    #3 medication prednisone from 2022-01-01 to now, oral, 60 mg a day
    #4 finding brisk reflexes on 2021-12-01, absent
    #5 attestation "response was poor" on 2022-01-05: yes

`to now` still goes on; without `to` the end was never recorded. A line that cannot be read is a
mistake of the table, never skipped.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from tests.partial_dates import parse_span
from tests.spec.world import CONCEPTS

from trialrun.records.coverage import Coverage
from trialrun.records.dates import ALIVE, EARLIEST, LATEST, UNKNOWN_DATE, Span
from trialrun.records.rows import (
    Attestation,
    Bounds,
    Finding,
    Measurement,
    Medication,
    PatientRecord,
    Row,
)
from trialrun.records.schema import Kind, Route
from trialrun.terminology.codes import Concept

_KINDS = {kind.value.replace("_", " "): kind for kind in Kind}
_ROW = re.compile(
    rf"#(?P<id>\d+) (?P<kind>{'|'.join(_KINDS)}) (?P<what>.+?)"
    r" (?:on|from) (?P<start>an unknown day|[\d-]+)"
    r"(?: to (?P<end>now|[\d-]+))?"
    r"(?:: (?P<value>[^,]+))?(?P<more>(?:, [^,]+)*)"
)
_COVERAGE = re.compile(
    r"C(?P<id>\d+) covers (?P<kind>[a-z ]+?)s?(?: since (?P<since>\S+))?(?: until (?P<until>\S+))?"
)
_NUMBER = re.compile(
    r"(?P<bound>[<>]=?)?(?P<number>-?[\d.]+)(?:–(?P<high>[\d.]+))?(?: (?P<unit>[^(]+?))?"
    r"(?: \((?P<low_limit>[\d.]+)? to (?P<high_limit>[\d.]+)?\))?"
)
_DOSE = re.compile(r"(?P<dose>[\d.]+) (?P<unit>\S+) a day")
_SAID = {"present": True, "absent": False, "not said": None}
_ANSWERS = {"yes": True, "no": False, "not known": None}
_POLARITIES = ("positive", "negative")


def read_record(text: str, patient_id: str = "P") -> PatientRecord:
    """Read the lines of a record, one per line or separated by `;`."""
    patient: dict[str, Any] = {"patient_id": patient_id, "rows": (), "coverage": ()}
    for line in re.split(r"[;\n]", text):
        if line := line.strip():
            _read_line(line, patient)
    return PatientRecord(**patient)


def _read_line(line: str, patient: dict[str, Any]) -> None:
    if line in ("female", "male"):
        patient["sex"] = line
    elif line.startswith("born "):
        patient["birth"] = parse_span(line.removeprefix("born "))
    elif match := _COVERAGE.fullmatch(line):
        patient["coverage"] += (_coverage(match),)
    elif match := _ROW.fullmatch(line):
        patient["rows"] += (_row(match),)
    else:
        raise ValueError(f"the manual's record cannot be read: {line}")


def _coverage(match: re.Match[str]) -> Coverage:
    return Coverage(
        int(match["id"]),
        _KINDS[match["kind"]],
        date.fromisoformat(match["since"]) if match["since"] else EARLIEST,
        date.fromisoformat(match["until"]) if match["until"] else LATEST,
    )


def _row(match: re.Match[str]) -> Row:
    kind = _KINDS[match["kind"]]
    start = _span(match["start"])
    more = [part.strip() for part in match["more"].split(",") if part.strip()]
    row: dict[str, Any] = {
        "row_id": int(match["id"]),
        "kind": kind,
        "concept": CONCEPTS.get(match["what"], Concept()),
        "start": start,
        "end": _end(start, match["end"]) if kind.is_period else None,
    }
    if kind is not Kind.ATTESTATION and match["what"] not in CONCEPTS:
        raise ValueError(f"the manual's world has no {match['what']}")
    if kind is Kind.FINDING:
        return Finding(**row, present=_SAID[more[0]] if more else True)
    if kind is Kind.MEDICATION:
        return Medication(**row, **_medication(more))
    if kind is Kind.MEASUREMENT:
        return Measurement(**row, **_value(match["value"], more))
    if kind is Kind.ATTESTATION:
        return Attestation(
            **row, question=match["what"].strip('"'), answer=_ANSWERS[match["value"]]
        )
    if more or match["value"]:
        raise ValueError(f"too much is said of a {kind}")
    return Row(**row)


def _span(text: str) -> Span:
    return UNKNOWN_DATE if text == "an unknown day" else parse_span(text)


def _end(start: Span, text: str | None) -> Span:
    if text is None:
        return Span(start.lo, LATEST)
    return ALIVE if text == "now" else parse_span(text)


def _medication(more: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for part in more:
        if match := _DOSE.fullmatch(part):
            fields |= {"daily_dose": Fraction(match["dose"]), "dose_unit": match["unit"]}
        else:
            fields["route"] = Route(part)
    return fields


def _value(text: str | None, flags: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for flag in [*([text] if text else []), *flags]:
        if flag in _POLARITIES:
            fields["polarity"] = flag
        elif flag in ("abnormal", "normal"):
            fields["abnormal"] = flag == "abnormal"
        elif flag.startswith('"'):
            fields["value_text"] = flag.strip('"')
        elif match := _NUMBER.fullmatch(flag):
            fields |= _number(match)
        else:
            raise ValueError(f"the manual's value cannot be read: {flag}")
    return fields


def _number(match: re.Match[str]) -> dict[str, Any]:
    return {
        "value": _bounds(match["bound"], Fraction(match["number"]), match["high"]),
        "unit": match["unit"],
        "ref_lo": Fraction(match["low_limit"]) if match["low_limit"] else None,
        "ref_hi": Fraction(match["high_limit"]) if match["high_limit"] else None,
    }


def _bounds(bound: str | None, number: Fraction, high: str | None) -> Bounds:
    if high:
        return Bounds(number, Fraction(high))
    return {
        "<": Bounds(None, number, hi_open=True),
        "<=": Bounds(None, number),
        ">": Bounds(number, None, lo_open=True),
        ">=": Bounds(number, None),
    }.get(bound or "", Bounds(number, number))
