"""What is done with what was read, whatever its type: versions, names, refusals."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from trialrun.sources.fhir.resource_types import ResourceType
from trialrun.sources.rejections import Severity, Tally


def set_older_versions_aside(connection: duckdb.DuckDBPyConnection, type_: ResourceType) -> None:
    """Let the newest version of a resource count; of equally new ones, the last one read.

    Patients that are equally new are both kept: the intake joins what they say.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE sent_again AS SELECT hash(ref) AS hashed"
        f" FROM {type_.table} GROUP BY hashed HAVING count(*) > 1"
    )
    if connection.execute("SELECT 1 FROM sent_again LIMIT 1").fetchone() is None:
        return
    newest = "TRY_CAST(last_updated AS TIMESTAMPTZ) DESC NULLS LAST"
    order = newest if type_.name == "Patient" else f"{newest}, rowid DESC"
    connection.execute(
        f"""
        UPDATE {type_.table} SET ignored = 'the same resource again, or an older version of it'
        WHERE rowid IN (
          SELECT rowid FROM {type_.table}
          -- Two names may share a hash: what is the same resource, the partitions tell.
          WHERE hash(ref) IN (SELECT hashed FROM sent_again)
          QUALIFY rank() OVER (PARTITION BY ref ORDER BY {order}) > 1
        )"""
    )


def stage_names(connection: duckdb.DuckDBPyConnection, types: Iterable[ResourceType]) -> None:
    """Make `staged_seen` and `staged_concept`: every resource, and every code, by its name."""
    seen = " UNION ALL ".join(f"SELECT ref FROM {type_.table}" for type_ in types)
    connection.execute(f"CREATE VIEW staged_seen AS {seen}")
    tables = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        " AND column_name IN ('concept_key', 'value_concept_key')"
        " AND (starts_with(table_name, 'staged_') OR starts_with(table_name, 'read_'))"
        # These two say no code that does not stand in `read_observation`, and are large.
        " AND table_name NOT IN ('staged_measurement', 'staged_finding')"
        " ORDER BY ALL"
    ).fetchall()
    # Each column by itself first: that is read off its dictionary, and not row by row.
    keys = " UNION ".join(
        f"SELECT DISTINCT {column} AS key FROM {table}" for table, column in tables
    )
    connection.execute(
        f"""
        CREATE TABLE staged_concept AS
        SELECT key AS concept_key, concept.coding AS codings, concept."text" AS text
        FROM (
          SELECT key, TRY(from_json(key, '{{"coding":
            [{{"system": "VARCHAR", "code": "VARCHAR", "display": "VARCHAR"}}],
            "text": "VARCHAR"}}')) AS concept
          FROM ({keys}) WHERE key IS NOT NULL
        )"""
    )


def stage_rejections(
    connection: duckdb.DuckDBPyConnection, types: Iterable[ResourceType], tally: Tally
) -> None:
    """Make `staged_rejection` of what was refused while unpacking, and of what was read."""
    connection.execute(
        "CREATE TABLE unpack_rejection"
        " (kind VARCHAR, reason VARCHAR, place VARCHAR, counted BIGINT, severity VARCHAR)"
    )
    rows = [[r.kind, r.reason, r.place, r.counted, r.severity.value] for r in tally.rows()]
    if rows:
        connection.executemany("INSERT INTO unpack_rejection VALUES ($1, $2, $3, $4, $5)", rows)
    parts = [
        f"SELECT split_part(ref, '/', 1), unnest(string_split({reason}, chr(10))),"
        f" coalesce(place, ref), 1, '{severity}'"
        f" FROM {type_.table} WHERE {where}"
        for type_ in types
        for reason, severity, where in (
            ("ignored", Severity.IGNORED, "ignored IS NOT NULL"),
            ("repaired", Severity.REPAIRED, "ignored IS NULL AND repaired IS NOT NULL"),
        )
    ]
    connection.execute(
        "CREATE VIEW staged_rejection AS SELECT * FROM unpack_rejection UNION ALL "
        + " UNION ALL ".join(parts)
    )
