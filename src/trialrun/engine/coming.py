"""For whom a record comes to count after a day although it is in the database already.

Names too many rather than too few: whoever is named is asked again by the interpreter. Refuses to
say when, or what it changes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import duckdb

from trialrun.records.dates import LATEST
from trialrun.records.schema import Kind


def patients_with_more_to_come(
    connection: duckdb.DuckDBPyConnection,
    on: date,
    kinds: Collection[Kind],
    attested: Collection[str],
) -> frozenset[int]:
    """Return who has a row that begins, or may begin, after a day, or dies, or may die, after it.

    Only rows of these kinds count, and attestations of these statements.
    """
    starting = "start_lo > $on OR start_hi > $on AND start_hi < $never"
    tables = [
        f"SELECT patient_no FROM {kind} WHERE {starting}"
        for kind in sorted(kinds)
        if kind is not Kind.ATTESTATION
    ]
    said = (
        f"SELECT patient_no FROM {Kind.ATTESTATION} WHERE ({starting})"
        " AND list_contains($attested::VARCHAR[], question)"
    )
    dying = "SELECT patient_no FROM patient WHERE death_lo > $on AND death_lo < $never"
    rows = connection.execute(
        " UNION ".join([*tables, said, dying]),
        {"on": on, "never": LATEST, "attested": list(attested)},
    ).fetchall()
    return frozenset(number for (number,) in rows)
