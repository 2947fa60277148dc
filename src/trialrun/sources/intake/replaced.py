"""One person under two names: which patient's record was replaced by which.

A hospital that finds two records of one person joins them, and says so. The rows of the replaced
record go to the one that stands: judged apart, each would lack what the other holds. What a source
says of this is kept (`replaced_patient`), because later rows may still come under the old name.
Refuses to follow what leads nowhere, round in a circle, or to two different records.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from trialrun.records.schema import Kind

_FOLLOWED = "replaced by another patient, to whom its rows go"
_NOT_FOLLOWED = "replaced by a patient that no source has named, or by no certain one: kept apart"
_WITHDRAWN = (
    "no longer replaced by another patient, who keeps the rows of earlier loads:"
    " load the source again as a whole"
)

_STANDS_FOR = "CREATE TEMP TABLE stands_for (patient_id VARCHAR, standing_id VARCHAR)"
_FORGET = """
DELETE FROM store.replaced_patient
WHERE source_id = $source_id
  AND ($whole OR said_by IN (SELECT patient_id FROM staged_patient))
"""
_SAY = """
INSERT INTO store.replaced_patient
SELECT DISTINCT $source_id, said_by, patient_id, by_id FROM staged_replaced
WHERE patient_id <> '' AND by_id <> '' AND patient_id <> by_id
ORDER BY ALL
"""
_COUNT = """
INSERT INTO found_rejection
SELECT 'patient', CASE WHEN patient_id IN (SELECT patient_id FROM stands_for) THEN $1 ELSE $2 END,
  min(place), 1, 'repaired'
FROM staged_replaced GROUP BY patient_id ORDER BY ALL
"""
_MOVED = """
CREATE TEMP TABLE moved AS
SELECT old.patient_no AS old_no, new.patient_no AS new_no
FROM stands_for JOIN store.patient AS old USING (patient_id)
JOIN store.patient AS new ON new.patient_id = standing_id
"""


def merge_links(
    connection: duckdb.DuckDBPyConnection, source_id: int, *, whole: bool, is_said: bool
) -> None:
    """Take in which records were replaced (if the export says so); make `stands_for`."""
    connection.execute(_STANDS_FOR)
    before = _links(connection)
    connection.execute(_FORGET, {"source_id": source_id, "whole": whole})
    if is_said:
        connection.execute(_SAY, {"source_id": source_id})
    links = _links(connection)
    for name, standing in sorted(_standing(connection, links).items()):
        connection.execute("INSERT INTO stands_for VALUES ($1, $2)", [name, standing])
    if is_said:
        connection.execute(_COUNT, [_FOLLOWED, _NOT_FOLLOWED])
    if not whole:
        _count_withdrawn(connection, before, links)


def move_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the rows of replaced patients to those who stand, and let go of the replaced.

    Makes `known_patient`: the number of whoever a row may name, by the old name or the new.
    """
    connection.execute(_MOVED)
    if connection.execute("SELECT 1 FROM moved LIMIT 1").fetchone() is not None:
        for kind in Kind:
            connection.execute(
                f"UPDATE store.{kind} SET patient_no = new_no FROM moved WHERE patient_no = old_no"
            )
        connection.execute(
            "DELETE FROM store.patient WHERE patient_no IN (SELECT old_no FROM moved)"
        )
    connection.execute(
        "CREATE TEMP VIEW known_patient AS SELECT patient_id, patient_no FROM store.patient"
        " UNION ALL SELECT s.patient_id, p.patient_no FROM stands_for AS s"
        " JOIN store.patient AS p ON p.patient_id = s.standing_id"
    )


def _links(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = connection.execute("SELECT patient_id, by_id FROM store.replaced_patient").fetchall()
    links: dict[str, set[str]] = {}
    for name, by in rows:
        links.setdefault(name, set()).add(by)
    return links


def _standing(
    connection: duckdb.DuckDBPyConnection, links: Mapping[str, set[str]]
) -> dict[str, str]:
    """Return for each replaced patient the one who stands, if that is certain."""
    ends = {name: _end_of(name, links) for name in links}
    rows = connection.execute(
        "SELECT DISTINCT patient_id FROM store.said_of_patient"
        " WHERE list_contains($1::VARCHAR[], patient_id)",
        [sorted({end for end in ends.values() if end})],
    ).fetchall()
    named = {name for (name,) in rows}
    return {name: end for name, end in ends.items() if end is not None and end in named}


def _end_of(name: str, links: Mapping[str, set[str]]) -> str | None:
    passed = {name}
    while name in links:
        if len(links[name]) > 1:
            return None
        (name,) = links[name]
        if name in passed:
            return None
        passed.add(name)
    return name


def _count_withdrawn(
    connection: duckdb.DuckDBPyConnection,
    before: Mapping[str, set[str]],
    now: Mapping[str, set[str]],
) -> None:
    for name in sorted(before):
        if before[name] - now.get(name, set()):
            connection.execute(
                "INSERT INTO found_rejection VALUES ('patient', $1, $2, 1, 'repaired')",
                [_WITHDRAWN, name],
            )
