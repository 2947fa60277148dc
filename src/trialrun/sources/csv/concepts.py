"""What the rows of one table are of: each distinct pair of code and name becomes a concept once."""

from __future__ import annotations

import duckdb

from trialrun.records.schema import Kind
from trialrun.sources.csv.mapping import TableMapping
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
    """Add `csv_concept` (code, text, concept_key), and its concepts to `staged_concept`."""
    _add_standard_codes(connection, mapping)
    nameless = _NAMELESS.get(mapping.table, "(no name)")
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE csv_concept AS
        SELECT r.code, r.text, {_own_codings(mapping.system)}
            || coalesce(by_code.codings, by_text.codings, []) AS codings,
            CAST(row_number() OVER (ORDER BY r.code, r.text)
                + (SELECT count(*) FROM staged_concept) AS VARCHAR) AS concept_key
        FROM (SELECT DISTINCT code, text FROM {ROWS}) r
        LEFT JOIN csv_code by_code ON by_code.local = r.code
        LEFT JOIN csv_code by_text ON by_text.local = r.text;
        INSERT INTO staged_concept SELECT concept_key, codings,
            coalesce(text, CASE WHEN code IS NULL THEN {quoted(nameless)} END) FROM csv_concept"""
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


def _own_codings(system: str) -> str:
    """Return the SQL of the codings that stand in the code column itself."""
    codes = "CASE WHEN r.code IS NULL THEN [] ELSE [r.code] END"
    if system.startswith("ICD-10"):
        # Hospitals write the pair of a dual classification in one cell: E10.400†G63.2*.
        codes = "list_filter(string_split_regex(coalesce(r.code, ''), '[+†*\\s]+'), "
        codes += "lambda c: c <> '')"
    coding = f"{{'system': {quoted(system)}, 'code': c, 'display': r.text}}"
    return f"CAST(list_transform({codes}, lambda c: {coding}) AS {CODINGS})"
