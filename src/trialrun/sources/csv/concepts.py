"""What the rows of one table are of: each distinct pair of code and name becomes a concept once."""

from __future__ import annotations

import duckdb

from trialrun.records.schema import Kind
from trialrun.sources.csv.codings import codings_of
from trialrun.sources.csv.mapping import LOCAL, TableMapping
from trialrun.sources.csv.readings import ROWS, quoted
from trialrun.sources.staging import CODINGS

STAGED_CONCEPT = {"concept_key": "VARCHAR", "codings": CODINGS, "text": "VARCHAR"}

# A list of contacts or consents need not say what it lists. Any other row without a name is kept as
# something that no value set can read: it leaves a doubt where its loss would be taken for a no.
_NAMELESS = {
    Kind.ENCOUNTER.value: "encounter",
    Kind.CONSENT.value: "consent",
    Kind.PARTICIPATION.value: "study participation",
}


def add_concepts(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Add `csv_concept` (code, text, doubtful, concept_key, is_odd) and its concepts.

    What is doubtful keeps its name and no code: no value set can read it, neither for nor against.
    """
    _add_standard_codes(connection, mapping)
    _add_own_codes(connection, mapping)
    nameless = _NAMELESS.get(mapping.table, "(no name)")
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE csv_concept AS
        SELECT r.code, r.text, r.doubtful, coalesce(own.is_odd, false) AS is_odd,
            CASE WHEN r.doubtful THEN [] ELSE list_transform(coalesce(own.codings, []),
                lambda c: {{'system': c.system, 'code': c.code, 'display': r.text}})
            || coalesce(by_code.codings, by_text.codings, []) END AS codings,
            CAST(row_number() OVER (ORDER BY r.code, r.text, r.doubtful)
                + (SELECT count(*) FROM staged_concept) AS VARCHAR) AS concept_key
        FROM (SELECT DISTINCT code, text, doubtful FROM {ROWS}) r
        LEFT JOIN csv_own_code own ON own.code = r.code
        LEFT JOIN csv_code by_code ON by_code.local = r.code
        LEFT JOIN csv_code by_text ON by_text.local = r.text;
        INSERT INTO staged_concept SELECT concept_key, codings,
            coalesce(text, CASE WHEN len(codings) = 0 THEN coalesce(code, {quoted(nameless)}) END)
        FROM csv_concept"""
    )


def _add_standard_codes(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Add `csv_code` (local, codings): the standard codes that the mapping gives to local ones."""
    rows = [(local, coding) for local, codings in mapping.codes.items() for coding in codings]
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE csv_code AS
        SELECT local, CAST(list({{'system': system, 'code': code, 'display': NULL}} ORDER BY n)
            AS {CODINGS}) AS codings
        FROM (SELECT unnest($1::VARCHAR[]) AS local, unnest($2::VARCHAR[]) AS system,
            unnest($3::VARCHAR[]) AS code, generate_subscripts($1::VARCHAR[], 1) AS n)
        GROUP BY local""",
        [[r[0] for r in rows], [r[1].system for r in rows], [r[1].code for r in rows]],
    )


def _add_own_codes(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> None:
    """Add `csv_own_code` (code, codings, is_odd): what stands in the code column itself."""
    found = connection.execute(f"SELECT DISTINCT code FROM {ROWS} WHERE code IS NOT NULL")
    rows = [
        (written, coding)
        for (written,) in found.fetchall()
        for coding in codings_of(mapping.system, written)
    ]
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE csv_own_code AS
        SELECT written AS code, bool_or(system = {quoted(LOCAL)}) AND $4 AS is_odd,
            CAST(list({{'system': system, 'code': code, 'display': NULL}} ORDER BY n)
            AS {CODINGS}) AS codings
        FROM (SELECT unnest($1::VARCHAR[]) AS written, unnest($2::VARCHAR[]) AS system,
            unnest($3::VARCHAR[]) AS code, generate_subscripts($1::VARCHAR[], 1) AS n)
        GROUP BY written""",
        [
            [written for written, _ in rows],
            [coding.system for _, coding in rows],
            [coding.code for _, coding in rows],
            mapping.system != LOCAL,
        ],
    )
