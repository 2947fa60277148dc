"""What a source declares complete: the declaration that came with the last load, and no older one.

A new export without a declaration promises nothing, whatever an older one promised; what is no
longer promised is said, because answers that rested on it become unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from trialrun.records.schema import Kind
from trialrun.sources.intake.coverage_file import CoverageFile


@dataclass(frozen=True, order=True)
class CoverageLine:
    """One kind that the source declares complete."""

    kind: Kind
    since: date
    until: date

    def holds(self, other: CoverageLine) -> bool:
        """Say whether everything that another line promises is promised here, too."""
        return self.kind is other.kind and self.since <= other.since and other.until <= self.until


def coverage_of(connection: duckdb.DuckDBPyConnection, source_id: int) -> tuple[CoverageLine, ...]:
    """Return what the source declares."""
    rows = connection.execute(
        "SELECT kind, since, until FROM store.coverage WHERE source_id = $1 ORDER BY ALL",
        [source_id],
    ).fetchall()
    return tuple(CoverageLine(Kind(kind), since, until) for kind, since, until in rows)


def declare(
    connection: duckdb.DuckDBPyConnection, source_id: int, coverage: CoverageFile
) -> tuple[CoverageLine, ...]:
    """Let a declaration stand for the source; return what an older one promised beyond it."""
    before = coverage_of(connection, source_id)
    connection.execute("DELETE FROM store.coverage WHERE source_id = $1", [source_id])
    for declared in sorted(coverage.complete):
        connection.execute(
            "INSERT INTO store.coverage"
            " SELECT coalesce(max(coverage_id), 0) + 1, $1, $2, NULL, $3, $4 FROM store.coverage",
            [source_id, declared.kind.value, declared.since, declared.until],
        )
    now = coverage_of(connection, source_id)
    return tuple(old for old in before if not any(line.holds(old) for line in now))
