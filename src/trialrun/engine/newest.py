"""How far the records of a database reach: the day of the newest one.

Refuses to take a booked day for one that has been recorded: what begins after `on` is left out.
"""

from __future__ import annotations

from datetime import date

import duckdb

from trialrun.records.dates import EARLIEST
from trialrun.records.schema import Kind


def newest_record(connection: duckdb.DuckDBPyConnection, on: date) -> date | None:
    """Return the day on which the newest record begins, of those that begin by a day.

    A record of which no day is known tells nothing about how far the others reach.
    """
    starts = " UNION ALL ".join(
        f"SELECT max(start_lo) AS day FROM {kind} WHERE start_lo <= $on AND start_lo > $earliest"
        for kind in Kind
    )
    found = connection.execute(
        f"SELECT max(day) FROM ({starts})", {"on": on, "earliest": EARLIEST}
    ).fetchone()
    return found[0] if found else None
