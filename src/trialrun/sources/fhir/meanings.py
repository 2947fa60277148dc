"""What written texts and codes mean, read once for each distinct one: values, flags, routes.

Fills the tables that `sql/values.sql` makes. Texts longer than a line say nothing that a criterion
can compare: they stay texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from trialrun.records.schema import Route
from trialrun.sources.certainty import Certainty, certainty_of
from trialrun.sources.doses import read_frequency
from trialrun.sources.numbers import read_limits, read_value
from trialrun.sources.words import meaning_of
from trialrun.terminology.codes import SYSTEM_URIS, SYSTEMS, Coding
from trialrun.terminology.polarity import polarity_of

_LONGEST = 100
_MANY = 10_000

Key = Any
Row = tuple[Any, ...]

_ROUTE_CODES: dict[str, Route] = {
    # SNOMED CT, routes of administration
    "26643006": Route.ORAL,
    "47625008": Route.INTRAVENOUS,
    "34206005": Route.SUBCUTANEOUS,
    "78421000": Route.INTRAMUSCULAR,
    "6064005": Route.TOPICAL,
    "448598008": Route.TOPICAL,
    "18679011000001101": Route.INHALED,
    "447694001": Route.INHALED,
    # EDQM Standard Terms
    "20053000": Route.ORAL,
    "20045000": Route.INTRAVENOUS,
    "20066000": Route.SUBCUTANEOUS,
    "20035000": Route.INTRAMUSCULAR,
    "20003000": Route.TOPICAL,
    "20020000": Route.INHALED,
    # HL7 v3 RouteOfAdministration
    "PO": Route.ORAL,
    "IV": Route.INTRAVENOUS,
    "IVDRIP": Route.INTRAVENOUS,
    "IVPUSH": Route.INTRAVENOUS,
    "IVINF": Route.INTRAVENOUS,
    "SQ": Route.SUBCUTANEOUS,
    "SQINJ": Route.SUBCUTANEOUS,
    "IM": Route.INTRAMUSCULAR,
    "TOPICAL": Route.TOPICAL,
    "SKIN": Route.TOPICAL,
    "IPINHL": Route.INHALED,
    "INHL": Route.INHALED,
}

# Codes that say that there is nothing of their kind. Sources: SNOMED CT, below 716186003; HL7, the
# International Patient Summary. "No information" (no-allergy-info) denies nothing.
_IPS_ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_DENIALS: dict[str, frozenset[str]] = {
    "SNOMED CT": frozenset(
        {
            "716186003",  # no known allergy
            "160244002",  # no known allergies (inactive)
            "409137002",  # no known drug allergy
            "429625007",  # no known food allergy
            "428607008",  # no known environmental allergy
            "428197003",  # no known insect allergy
            "1003774007",  # no known latex allergy
        }
    ),
    _IPS_ABSENT: frozenset(
        {
            "no-known-allergies",
            "no-known-medication-allergies",
            "no-known-food-allergies",
            "no-known-environmental-allergies",
            "no-known-problems",
        }
    ),
}

_ABNORMAL_FLAGS = frozenset({"A", "AA", "H", "HH", "HU", "HX", "L", "LL", "LU", "LX", "<", ">"})
_NORMAL_FLAG = "N"
_FLAG_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def read_meanings(connection: duckdb.DuckDBPyConnection, workspace: Path) -> None:
    """Fill every table of meanings from what was read."""
    for table, sources, meaning in _MEANINGS:
        keys = _distinct(connection, sources)
        _fill(connection, table, (row for key in keys if (row := meaning(key))), workspace)


def _meaning_of_text(text: str) -> Row | None:
    if len(text) > _LONGEST:
        return None
    value = read_value(text)
    if value.lo is None and value.polarity is None and value.abnormal is None:
        return None
    bounds = (_json_number(value.lo), _json_number(value.hi), value.lo_open, value.hi_open)
    return (text, *bounds, value.unit, value.polarity, value.abnormal)


def _meaning_of_range(text: str) -> Row | None:
    limits = read_limits(text)
    return (text, limits.lo, limits.hi) if limits.understood else None


def _meaning_of_value(concept: str) -> Row | None:
    text, codings = _concept(concept)
    polarity = polarity_of(text, codings)
    return (concept, polarity) if polarity else None


def _meaning_of_flag(concepts: str) -> Row | None:
    read = [_concept(json.dumps(concept)) for concept in _listed(concepts)]
    flags = {coding.code for _, codings in read for coding in codings}
    said = {polarity_of(text, codings) for text, codings in read} - {None}
    said |= {
        polarity_of(None, [Coding(_FLAG_SYSTEM, flag)]) for flag in flags & {"POS", "NEG", "DET"}
    }
    abnormal = True if flags & _ABNORMAL_FLAGS else (False if flags == {_NORMAL_FLAG} else None)
    return (concepts, abnormal, said.pop() if len(said) == 1 else None)


def _meaning_of_route(concept: str) -> Row | None:
    text, codings = _concept(concept)
    coded = {_ROUTE_CODES[c.code] for c in codings if c.code in _ROUTE_CODES}
    written = {meaning_of("route", name) for name in (text, *(c.display for c in codings)) if name}
    found = coded or written - {None}
    if not text and not codings:
        return None
    # A route that is written and not known is another one: a missing route would be a gap.
    return (concept, str(found.pop()) if len(found) == 1 else Route.OTHER.value)


def _meaning_of_timing(concept: str) -> Row | None:
    text, codings = _concept(concept)
    rates = {
        frequency.per_day
        for name in (*(c.code for c in codings), text)
        if name and (frequency := read_frequency(name)).per_day is not None
    }
    rate: Fraction | None = rates.pop() if len(rates) == 1 else None
    return (concept, float(rate)) if rate is not None else None


def _meaning_of_name(concept: str) -> Row | None:
    """Say how sure a diagnosis or an allergy is, by its names; None where it is simply stated."""
    text, codings = _concept(concept)
    if any(coding.code in _DENIALS.get(coding.system, ()) for coding in codings):
        return (concept, Certainty.NONE.value)
    icd = next((c.code for c in codings if c.system.startswith("ICD-10")), None)
    names = [text, *(coding.display for coding in codings)]
    said = {certainty_of(name, icd) for name in names if name and name.strip()}
    if said <= {Certainty.STATED}:
        return None
    # The code of a standard system without a name of its own says the thing that the text denies.
    coded = any(c.system in SYSTEMS and not c.display for c in codings)
    denied = said == {Certainty.NONE} and not coded
    return (concept, (Certainty.NONE if denied else Certainty.DOUBTFUL).value)


_Meaning = Callable[[str], Row | None]
_MEANINGS: tuple[tuple[str, tuple[tuple[str, str], ...], _Meaning], ...] = (
    ("written_meaning", (("read_observation", "written"),), _meaning_of_text),
    ("range_meaning", (("read_observation", "range_key"),), _meaning_of_range),
    ("value_meaning", (("read_observation", "value_concept_key"),), _meaning_of_value),
    ("flag_meaning", (("read_observation", "interpretation"),), _meaning_of_flag),
    (
        "route_meaning",
        tuple(
            (f"read_medication_{name}", "route_key")
            for name in ("request", "statement", "administration")
        ),
        _meaning_of_route,
    ),
    (
        "timing_meaning",
        tuple((f"read_medication_{name}", "timing_key") for name in ("request", "statement")),
        _meaning_of_timing,
    ),
    (
        "name_meaning",
        (("read_condition", "concept_key"), ("read_allergy_intolerance", "concept_key")),
        _meaning_of_name,
    ),
)


def _distinct(
    connection: duckdb.DuckDBPyConnection, sources: Iterable[tuple[str, str]]
) -> Iterator[str]:
    selects = [
        f"SELECT CAST({column} AS VARCHAR) AS key FROM {table} WHERE {column} IS NOT NULL"
        for table, column in sources
    ]
    found = connection.cursor().execute(f"SELECT DISTINCT key FROM ({' UNION ALL '.join(selects)})")
    while rows := found.fetchmany(_MANY):
        yield from (key for (key,) in rows)


def _fill(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row], workspace: Path
) -> None:
    """Insert rows through a file of lines, which is many times faster than row by row."""
    path = workspace / f"{table}.ndjson"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    types = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $1"
        " ORDER BY column_index",
        [table],
    ).fetchall()
    values = ", ".join(
        f"CAST(r ->> {i} AS {type_}) AS {name}" for i, (name, type_) in enumerate(types)
    )
    connection.execute(
        f"INSERT INTO {table} SELECT {values} FROM read_json($1, columns = {{r: 'JSON'}},"
        " format = 'newline_delimited', records = false)",
        [str(path)],
    )


def _json_number(number: float | None) -> str | None:
    return None if number is None else str(number)


def _concept(written: str) -> tuple[str | None, list[Coding]]:
    """Return the text and codings of a CodeableConcept; whatever has another shape is left out."""
    try:
        concept = json.loads(written)
    except (ValueError, RecursionError):
        return None, []
    if not isinstance(concept, dict):
        return None, []
    coded = concept.get("coding")
    codings = [_coding(c) for c in (coded if isinstance(coded, list) else ()) if _has_code(c)]
    return _text(concept.get("text")), codings


def _listed(written: str) -> list[object]:
    try:
        listed = json.loads(written)
    except (ValueError, RecursionError):
        return []
    return listed if isinstance(listed, list) else []


def _has_code(coding: object) -> bool:
    return isinstance(coding, dict) and isinstance(coding.get("code"), str)


def _coding(coding: dict[str, object]) -> Coding:
    system = _text(coding.get("system")) or ""
    return Coding(
        SYSTEM_URIS.get(system, system), str(coding["code"]), _text(coding.get("display"))
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
