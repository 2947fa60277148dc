"""What a load has brought: rows, what did not count and why, and what nobody understands yet.

Numbers, codes, units and places; never a patient's value, nor a text that few patients have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from trialrun.records.schema import RECORD_TABLES
from trialrun.sources.intake.covered import CoverageLine, coverage_of
from trialrun.sources.intake.unread import (
    UncodedRows,
    UnknownConcept,
    UnknownUnit,
    Withheld,
    unread,
)
from trialrun.sources.rejections import FURTHER, Severity, shown_place
from trialrun.terminology.value_sets import ValueSet

_ORDER = (Severity.REJECTED, Severity.REPAIRED, Severity.IGNORED)


@dataclass(frozen=True)
class Reason:
    """Why rows of a kind were rejected, ignored or repaired, with their number and first places."""

    severity: Severity
    kind: str
    reason: str
    counted: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class LoadSummary:
    """What stands in the database of one source after a load of it.

    `withheld` are the texts that too few patients have to be shown; `withdrawn` is the coverage
    that an earlier load declared, and this one does not. `zone_declared`: somebody has said which
    time zone is the hospital's, and none was taken for want of a word. `coverage_unused` is a
    declaration that stands beside the folder of the export, where it was not read.
    """

    source: str
    format: str
    time_zone: str
    rows: Mapping[str, int]
    reasons: tuple[Reason, ...]
    units: tuple[UnknownUnit, ...]
    uncoded: tuple[UncodedRows, ...]
    concepts: tuple[UnknownConcept, ...]
    coverage: tuple[CoverageLine, ...]
    withheld: tuple[Withheld, ...] = ()
    withdrawn: tuple[CoverageLine, ...] = ()
    zone_declared: bool = True
    coverage_unused: Path | None = None

    def counted(self, severity: Severity) -> int:
        """Return how many rows were rejected, ignored or repaired."""
        return sum(reason.counted for reason in self.reasons if reason.severity is severity)


def summarise(
    connection: duckdb.DuckDBPyConnection,
    source_id: int,
    value_sets: Mapping[str, ValueSet],
    withdrawn: tuple[CoverageLine, ...] = (),
) -> LoadSummary:
    """Read the summary of a source from the database that is attached as `store`."""
    found = connection.execute(
        "SELECT name, format, time_zone FROM store.source WHERE source_id = $1", [source_id]
    ).fetchone()
    assert found is not None
    name, format_, time_zone = found
    not_understood = unread(connection, source_id, value_sets)
    return LoadSummary(
        source=name,
        format=format_,
        time_zone=time_zone,
        rows=_rows(connection, source_id),
        reasons=_reasons(connection, source_id),
        units=not_understood.units,
        uncoded=not_understood.uncoded,
        concepts=not_understood.concepts,
        coverage=coverage_of(connection, source_id),
        withheld=not_understood.withheld,
        withdrawn=withdrawn,
    )


def _rows(connection: duckdb.DuckDBPyConnection, source_id: int) -> dict[str, int]:
    selects = [
        "SELECT 'patient' AS name, count(DISTINCT coalesce(standing_id, patient_id)) AS n"
        " FROM store.said_of_patient LEFT JOIN stands_for USING (patient_id) WHERE source_id = $1"
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
    # What is lost comes first, then what was changed, then what was left out by a rule.
    rows.sort(key=lambda row: _ORDER.index(Severity(row[0])))
    return tuple(
        Reason(Severity(severity), kind, reason, counted, tuple(map(shown_place, places or ())))
        for severity, kind, reason, counted, places in rows
    )
