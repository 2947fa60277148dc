"""Rows that could not be used, of sources that say of some kind that they know all of it.

Counts only: whom such rows are about is often not known, and nothing is presumed of it here.
"""

from __future__ import annotations

import duckdb


def lost_rows(connection: duckdb.DuckDBPyConnection, *, apart_from: str) -> dict[str, int]:
    """Return, by resource type or table, how many rows of sources with coverage were rejected.

    A declared completeness presumes that rows arrive: whoever a rejected row is about may be
    presumed not to have what it says. Rows rejected for the reason `apart_from` are left out.
    """
    rows = connection.execute(
        "SELECT kind, CAST(sum(counted) AS BIGINT) FROM rejection"
        " WHERE severity = 'rejected' AND reason <> $apart_from"
        " AND source_id IN (SELECT source_id FROM coverage)"
        " GROUP BY kind ORDER BY 2 DESC, 1",
        {"apart_from": apart_from},
    ).fetchall()
    return dict(rows)
