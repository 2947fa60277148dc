"""Rows that could not be used, of sources that say of their kind that they know all of it.

Counts only: whom such rows are about is often not known, and nothing is presumed of it here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

import duckdb


def lost_rows(
    connection: duckdb.DuckDBPyConnection,
    *,
    apart_from: str,
    may_hold: Callable[[str], Collection[str]],
) -> dict[str, int]:
    """Return, by resource type or table, how many rows were rejected that coverage presumes.

    A declared completeness presumes that rows arrive: whoever a rejected row is about may be
    presumed not to have what it says. So only rows count of which `may_hold` names a kind that
    their own source declares. Rows rejected for the reason `apart_from` are left out.
    """
    rows = connection.execute(
        "SELECT kind, CAST(sum(counted) AS BIGINT), declared FROM rejection"
        " JOIN (SELECT source_id, list(DISTINCT kind) AS declared FROM coverage GROUP BY source_id)"
        " USING (source_id)"
        " WHERE severity = 'rejected' AND reason <> $apart_from"
        " GROUP BY source_id, kind, declared ORDER BY ALL",
        {"apart_from": apart_from},
    ).fetchall()
    lost: Counter[str] = Counter()
    for of, counted, declared in rows:
        if not set(declared).isdisjoint(may_hold(of)):
            lost[of] += counted
    return dict(lost.most_common())
