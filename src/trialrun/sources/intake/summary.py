"""What a load has brought: rows, what did not count and why, and what nobody understands yet.

Numbers, codes, units and places; never a patient's value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from trialrun.records.schema import RECORD_TABLES, Kind
from trialrun.sources.rejections import FURTHER, Severity
from trialrun.terminology.codes import SYSTEMS, Coding
from trialrun.terminology.units import is_known
from trialrun.terminology.value_sets import ValueSet

_SHOWN = 50


@dataclass(frozen=True)
class Reason:
    """Why rows of a kind were rejected, ignored or repaired, with their number and first places."""

    severity: Severity
    kind: str
    reason: str
    counted: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class UnknownUnit:
    """A unit that cannot be converted, and in how many measurements and doses it stands."""

    text: str
    rows: int


@dataclass(frozen=True)
class UnknownConcept:
    """A thing that no value set lists, and how many rows of a kind speak of it."""

    kind: Kind
    system: str
    code: str
    name: str
    rows: int


@dataclass(frozen=True)
class UncodedRows:
    """How many rows of a kind have a code of no system that is known, or no code at all."""

    kind: Kind
    rows: int
    of: int


@dataclass(frozen=True)
class CoverageLine:
    """One kind that the source declares complete."""

    kind: Kind
    since: date
    until: date


@dataclass(frozen=True)
class LoadSummary:
    """What stands in the database of one source after a load of it."""

    source: str
    format: str
    time_zone: str
    rows: Mapping[str, int]
    reasons: tuple[Reason, ...]
    units: tuple[UnknownUnit, ...]
    uncoded: tuple[UncodedRows, ...]
    concepts: tuple[UnknownConcept, ...]
    coverage: tuple[CoverageLine, ...]

    def counted(self, severity: Severity) -> int:
        """Return how many rows were rejected, ignored or repaired."""
        return sum(reason.counted for reason in self.reasons if reason.severity is severity)


def summarise(
    connection: duckdb.DuckDBPyConnection, source_id: int, value_sets: Mapping[str, ValueSet]
) -> LoadSummary:
    """Read the summary of a source from the database that is attached as `store`."""
    found = connection.execute(
        "SELECT name, format, time_zone FROM store.source WHERE source_id = $1", [source_id]
    ).fetchone()
    assert found is not None
    name, format_, time_zone = found
    _count_concepts(connection, source_id)
    return LoadSummary(
        source=name,
        format=format_,
        time_zone=time_zone,
        rows=_rows(connection, source_id),
        reasons=_reasons(connection, source_id),
        units=_units(connection, source_id),
        uncoded=_uncoded(connection),
        concepts=_concepts(connection, value_sets),
        coverage=_coverage(connection, source_id),
    )


def _rows(connection: duckdb.DuckDBPyConnection, source_id: int) -> dict[str, int]:
    selects = [
        "SELECT 'patient' AS name, count(*) AS n FROM store.said_of_patient WHERE source_id = $1"
    ]
    selects += [
        f"SELECT '{kind}', count(*) FROM store.{kind} WHERE source_id = $1"
        for kind in RECORD_TABLES
    ]
    return dict(connection.execute(" UNION ALL ".join(selects), [source_id]).fetchall())


def _reasons(connection: duckdb.DuckDBPyConnection, source_id: int) -> tuple[Reason, ...]:
    rows = connection.execute(
        "SELECT severity, kind, reason, sum(counted)::BIGINT,"
        " list(place ORDER BY place) FILTER (WHERE place <> $2)"
        " FROM store.rejection WHERE source_id = $1 GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3",
        [source_id, FURTHER],
    ).fetchall()
    return tuple(
        Reason(Severity(severity), kind, reason, counted, tuple(places or ()))
        for severity, kind, reason, counted, places in rows
    )


def _units(connection: duckdb.DuckDBPyConnection, source_id: int) -> tuple[UnknownUnit, ...]:
    rows = connection.execute(
        """
        SELECT text, sum(n)::BIGINT FROM (
          SELECT unit_id, count(*) AS n FROM store.measurement WHERE source_id = $1 GROUP BY ALL
          UNION ALL
          SELECT dose_unit_id, count(*) FROM store.medication WHERE source_id = $1 GROUP BY ALL
        ) JOIN store.unit USING (unit_id)
        GROUP BY ALL ORDER BY 2 DESC, 1""",
        [source_id],
    ).fetchall()
    return tuple(UnknownUnit(text, n) for text, n in rows if not is_known(text))


def _count_concepts(connection: duckdb.DuckDBPyConnection, source_id: int) -> None:
    """Make `concept_used`: how many rows of each kind speak of each concept."""
    selects = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, concept_id, count(*) AS n FROM store.{kind}"
        " WHERE source_id = $1 GROUP BY ALL"
        for kind in RECORD_TABLES
        # The concept of an attestation is its question: there is nothing to code.
        if kind is not Kind.ATTESTATION
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE concept_used AS {selects}", [source_id])


def _uncoded(connection: duckdb.DuckDBPyConnection) -> tuple[UncodedRows, ...]:
    rows = connection.execute(
        """
        SELECT kind, (sum(n) FILTER (WHERE NOT known))::BIGINT, sum(n)::BIGINT
        FROM concept_used JOIN (
          SELECT concept_id, coalesce(bool_or(list_contains($1, system)), false) AS known
          FROM store.concept LEFT JOIN store.coding USING (concept_id) GROUP BY ALL
        ) USING (concept_id)
        GROUP BY ALL HAVING bool_or(NOT known) ORDER BY kind""",
        [sorted(SYSTEMS)],
    ).fetchall()
    return tuple(UncodedRows(Kind(kind), n, of) for kind, n, of in rows)


def _concepts(
    connection: duckdb.DuckDBPyConnection, value_sets: Mapping[str, ValueSet]
) -> tuple[UnknownConcept, ...]:
    """Return the concepts that no value set lists, the most frequent first."""
    if not value_sets:
        return ()
    codings = connection.execute(
        "SELECT DISTINCT system, code FROM store.coding"
        " JOIN concept_used USING (concept_id) ORDER BY ALL"
    ).fetchall()
    entries = _Entries(value_sets)
    known = [[system, code] for system, code in codings if entries.list(Coding(system, code))]
    connection.execute("CREATE OR REPLACE TEMP TABLE coding_known (system VARCHAR, code VARCHAR)")
    if known:
        connection.executemany("INSERT INTO coding_known VALUES ($1, $2)", known)
    rows = connection.execute(
        """
        SELECT kind, coalesce(system, ''), coalesce(code, ''), text, sum(n)::BIGINT
        FROM concept_used JOIN store.concept USING (concept_id)
        LEFT JOIN (SELECT concept_id, min(system) AS system, arg_min(code, system) AS code
                   FROM store.coding GROUP BY ALL) USING (concept_id)
        WHERE concept_id NOT IN (
          SELECT concept_id FROM store.coding JOIN coding_known USING (system, code))
        GROUP BY ALL ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT $1""",
        [_SHOWN],
    ).fetchall()
    return tuple(
        UnknownConcept(Kind(kind), system, code, name or "", n)
        for kind, system, code, name, n in rows
    )


class _Entries:
    """The codes of all the value sets, so that each coding is looked up once."""

    def __init__(self, value_sets: Mapping[str, ValueSet]) -> None:
        self._exact: set[tuple[str, str]] = set()
        self._prefixes: dict[str, list[str]] = {}
        for entry in (entry for value_set in value_sets.values() for entry in value_set.entries):
            if entry.code.endswith("*"):
                self._prefixes.setdefault(entry.system, []).append(entry.code[:-1])
            else:
                self._exact.add((entry.system, entry.code))

    def list(self, coding: Coding) -> bool:
        """Say whether some value set lists the coding."""
        if (coding.system, coding.code) in self._exact:
            return True
        return coding.code.startswith(tuple(self._prefixes.get(coding.system, ())))


def _coverage(connection: duckdb.DuckDBPyConnection, source_id: int) -> tuple[CoverageLine, ...]:
    rows = connection.execute(
        "SELECT kind, since, until FROM store.coverage WHERE source_id = $1 ORDER BY ALL",
        [source_id],
    ).fetchall()
    return tuple(CoverageLine(Kind(kind), since, until) for kind, since, until in rows)
